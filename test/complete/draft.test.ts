// Drafts: where a suggestion ends when the network is unsure, the line ends, or what is typed cannot be spelt.

import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict';
import { CancellationError, CancellationSource, neverCancelled } from '../../src/base/cancellation.ts';
import type { DraftRequest } from '../../src/complete/draft.ts';
import { writeDraft } from '../../src/complete/draft.ts';
import type { NoCompletionReason } from '../../src/complete/types.ts';
import type { Script } from '../support/enginePredictor.ts';
import { scriptedPredictor } from '../support/enginePredictor.ts';
import { cursorIn } from './cursor.ts';

type Changes = Partial<DraftRequest> & { readonly typed?: string; readonly first?: string };

function requestFor({ typed = '', ...changes }: Changes): DraftRequest {
  return {
    window: cursorIn('x = |'),
    prompt: { tokens: [0], document: [], typed },
    scope: { kind: 'line' },
    maxTokens: 10,
    trigger: 'invoke',
    showThreshold: 0,
    ...changes,
  };
}

/** `expected` is `text @ probability`, or the reason of a silence. */
async function check(
  script: Script,
  { first, ...changes }: Changes,
  expected: `${string} @ ${number}` | NoCompletionReason,
): Promise<void> {
  const { predictor, vocabulary } = scriptedPredictor(script);
  const firstToken = first === undefined ? {} : { firstToken: vocabulary.tokenBytes.indexOf(first) };
  const draft = await writeDraft(
    predictor,
    vocabulary,
    { ...requestFor(changes), ...firstToken },
    neverCancelled,
  );
  const found =
    draft.kind === 'none' ? draft.reason : `${draft.text} @ ${Number(draft.probability.toFixed(4))}`;
  strictEqual(found, expected);
}

describe('complete/draft', () => {
  const call: Script = {
    '': { f: 0.9, g: 0.1 },
    f: { '(a': 0.8, ';': 0.2 },
    'f(a': { ')': 0.5, ',': 0.5 },
    'f(a)': { '\n': 0.6, ';': 0.4 },
  };

  it('follows the likeliest tokens to the line end', async () => {
    await check(call, {}, 'f(a) @ 0.216');
    await check({ '': { a: 1 }, a: { b: 0.4, '\n': 0.3, '\n\n': 0.3 }, ab: {} }, {}, 'a @ 0.6');
    await check({ '': { a: 1 }, a: { 'b\nc': 0.9 } }, {}, 'ab @ 0.9');
  });

  it('keeps the longest beginning that is probable enough', async () => {
    await check(call, { showThreshold: 0.2 }, 'f(a) @ 0.216');
    await check(call, { showThreshold: 0.3 }, 'f(a) @ 0.36');
    await check(call, { showThreshold: 0.5 }, 'f @ 0.9');
    await check(call, { showThreshold: 0.8 }, 'f @ 0.9');
    await check(call, { showThreshold: 0.95 }, 'low-probability');
  });

  it('does not end within a word', async () => {
    const word: Script = { '': { fo: 0.9 }, fo: { ob: 0.4 }, foob: { 'ar(': 0.9 } };
    await check(word, { showThreshold: 0.5 }, 'low-probability');
    await check(
      { ...word, '': { ' fo': 0.9 }, ' fo': { 'o;': 0.4 } },
      { showThreshold: 0.5 },
      'low-probability',
    );
    await check({ '': { 日本: 0 }, '-': {} }, { showThreshold: 0.5 }, 'nothing-generated');
  });

  it('does not end within a character', async () => {
    const accent: Script = { '': { a: 0.9 }, a: { '\xc3': 0.9 }, 'a\xc3': { '\xa9': 0.9 } };
    await check(accent, {}, 'aé @ 0.729');
    await check(accent, { maxTokens: 2 }, 'a @ 0.9');
  });

  it('ends at the limit of tokens', async () => {
    await check(call, { maxTokens: 1 }, 'f @ 0.9');
    await check(call, { maxTokens: 0 }, 'nothing-generated');
  });

  it('stops asking once it is too unsure', async () => {
    const { predictor, vocabulary } = scriptedPredictor(call);
    let asked = 0;
    const counting = {
      contextTokens: 100,
      next(...args: Parameters<typeof predictor.next>) {
        asked++;
        return predictor.next(...args);
      },
    };
    await writeDraft(counting, vocabulary, requestFor({ showThreshold: 0.85 }), neverCancelled);
    strictEqual(asked, 2);
  });

  it('is silent where the line ends at once, the text ends, or only white space comes', async () => {
    await check({ '': { '\n': 0.9, a: 0.1 } }, {}, 'nothing-generated');
    await check({}, {}, 'nothing-generated');
    await check({ '': { ' ': 1 }, ' ': { '\n': 1 } }, {}, 'nothing-generated');
    await check({ '': { '  ': 1 } }, {}, 'low-probability');
  });

  it('writes whole lines of a block', async () => {
    const block: Script = {
      '': { '\n  a;': 0.9 },
      '\n  a;': { '\n  b': 0.5 },
      '\n  a;\n  b': { ';': 0.9 },
      '\n  a;\n  b;': { '\n}': 0.9 },
      '\n  a;\n  b;\n}': { '\n': 1 },
    };
    const inBlock: Changes = { scope: { kind: 'block', openerIndent: 0 }, window: cursorIn('if (x) {|') };
    await check(block, inBlock, '\n  a;\n  b;\n} @ 0.3645');
    await check(block, { ...inBlock, showThreshold: 0.42 }, '\n  a; @ 0.9');
    await check(block, { ...inBlock, showThreshold: 0.91 }, 'low-probability');
  });

  it('spells what is typed before anything else', async () => {
    const keyword: Script = {
      '': { 'const x': 0.2, con: 0.1, return: 0.7 },
      con: { 'st y': 0.5, d: 0.5 },
      'const x': {},
    };
    await check(keyword, { typed: 'con' }, 'st x @ 0.6667');
    await check(keyword, { typed: 'const' }, ' x @ 0.6667');
    await check(keyword, { typed: 'zz' }, 'cannot-heal');
    await check({ '': { co: 1 } }, { typed: 'con' }, 'cannot-heal');
    await check({ '': { co: 1 }, co: { '\n': 1, nst: 0 } }, { typed: 'con' }, 'cannot-heal');
    await check({ '': { con: 1 } }, { typed: 'con' }, 'cannot-heal');
  });

  it('shows of itself only what is whole, or worth a key', async () => {
    const long: Script = {
      '': { 'items.filter': 0.9 },
      'items.filter': { '(isOpen': 0.9 },
      'items.filter(isOpen': { ').map(': 0.7 },
      'items.filter(isOpen).map(': { 'x);': 0.1 },
    };
    const automatic: Changes = { trigger: 'automatic', showThreshold: 0.4 };
    await check(long, automatic, 'items.filter(isOpen).map @ 0.567');
    await check(long, { ...automatic, showThreshold: 0.6 }, 'items.filter @ 0.9');
    await check({ '': { return: 0.9 }, return: { ' a': 0.1 } }, automatic, 'fragment');
    await check({ '': { '(': 0.9 }, '(': { a: 0.1 } }, automatic, 'fragment');
    await check({ '': { n: 0.9 }, n: { ';': 0.1 } }, automatic, 'too-short');
    await check({ '': { no: 0.5 }, no: { ';': 0.1 } }, automatic, 'no @ 0.5');
    await check({ '': { '() => {': 0.5 }, '() => {': { '\n': 1 } }, automatic, '() => { @ 0.5');
    await check({ '': { '[': 0.9 }, '[': { '\n': 1 } }, automatic, 'too-short');
    await check({ '': { 'n;': 0.9 }, 'n;': { '\n': 1 } }, automatic, 'n; @ 0.9');
  });

  it('ends well at the limit of tokens too', async () => {
    const call: Script = { '': { 'create(a': 0.9 }, 'create(a': { ', **': 0.9 }, 'create(a, **': { b: 0.9 } };
    await check(call, { trigger: 'automatic', maxTokens: 2 }, 'fragment');
    await check({ '': { 'a.b': 0.9 }, 'a.b': { '.c(': 0.9 } }, { maxTokens: 2 }, 'a.b.c @ 0.81');
  });

  it('writes on to see whether it becomes a line that stands beside it', async () => {
    const copy: Script = {
      '': { 'items.push': 0.9 },
      'items.push': { '(one': 0.3 },
      'items.push(one': { ');': 0.9 },
      'items.push(one);': { '\n': 1 },
    };
    const { predictor, vocabulary } = scriptedPredictor(copy);
    const written = async (document: string) => {
      const window = cursorIn(document);
      const request = requestFor({ window, trigger: 'automatic', showThreshold: 0.5 });
      const draft = await writeDraft(predictor, vocabulary, request, neverCancelled);
      return draft.kind === 'none' ? draft.reason : [draft.text, draft.whole];
    };
    deepStrictEqual(await written('|\n  items.push(one);'), ['items.push', 'items.push(one);']);
    deepStrictEqual(await written('|\n  other(one);'), ['items.push', 'items.push(one']);
  });

  it('begins with the token that was chosen', async () => {
    await check({ ...call, g: { '()': 1 } }, { first: 'g' }, 'g() @ 0.1');
  });

  it('stops when it is cancelled', async () => {
    const source = new CancellationSource();
    const { predictor, vocabulary } = scriptedPredictor(call);
    const cancelling = {
      contextTokens: 100,
      next(...args: Parameters<typeof predictor.next>) {
        if (args[1].length === 1) source.cancel();
        return predictor.next(...args);
      },
    };
    const draft = writeDraft(cancelling, vocabulary, requestFor({}), source.token);
    await rejects(draft, error => {
      ok(error instanceof CancellationError);
      return true;
    });
  });
});
