// The keys of an editor that indents, and the typing simulation's accounts, with a completer that says what a test
// wrote for it.

import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import type { CompletionRequest, CompletionResult } from '../../src/complete/types.ts';
import type { DocumentFormat } from '../../src/evaluate/documentState.ts';
import { keysBetween, press } from '../../src/evaluate/editorKeys.ts';
import { TypingFigures, typeStretch } from '../../src/evaluate/typing.ts';

const format: DocumentFormat = {
  path: 'a.ts',
  languageId: 'typescript',
  indentation: { kind: 'spaces', size: 2 },
};

/** The document after each key, `¶` for line ends, while `text` is typed. */
function checkKeys(text: string, expected: readonly string[]): void {
  const documents: string[] = [];
  let state = { position: 0, indented: '' };
  while (state.position < text.length) {
    state = press(text, state, format);
    documents.push((text.slice(0, state.position) + state.indented).replaceAll('\n', '¶'));
  }
  deepStrictEqual(documents, expected);
  strictEqual(keysBetween(text, 0, text.length, format), expected.length);
}

describe('evaluate/editorKeys', () => {
  it('takes a key for each character', () => {
    checkKeys('ab', ['a', 'ab']);
    checkKeys('a😀', ['a', 'a😀']);
  });

  it('indents like the line above, and past blank lines', () => {
    checkKeys(' a\n b', [' ', ' a', ' a¶ ', ' a¶ b']);
    checkKeys(' a\n\n b', [' ', ' a', ' a¶ ', ' a¶¶ ', ' a¶¶ b']);
  });

  it('indents deeper after an opener, and is put right where the file goes on otherwise', () => {
    checkKeys('{\n  a\n}', ['{', '{¶  ', '{¶  a', '{¶  a¶  ', '{¶  a¶', '{¶  a¶}']);
  });

  it('takes a key for each space beyond what is indented', () => {
    checkKeys('a\n b', ['a', 'a¶', 'a¶ ', 'a¶ b']);
  });
});

/** `answers` by what stands before the cursor. */
async function type(text: string, answers: Readonly<Record<string, string>>, from = 0, to = text.length) {
  const figures = new TypingFigures();
  const asked: CompletionRequest[] = [];
  const complete = (request: CompletionRequest): Promise<CompletionResult> => {
    asked.push(request);
    const suggestion = answers[request.window.prefix];
    const timings = { totalMs: 1, runs: 1, tokens: 1 };
    return Promise.resolve(
      suggestion === undefined
        ? { kind: 'none', reason: 'low-probability', timings }
        : {
            kind: 'completion',
            items: [{ text: suggestion, replaceAfter: 0, probability: 0.5 }],
            source: 'network',
            timings,
          },
    );
  };
  await typeStretch(complete, 'u', { text, from, to, format }, 0.5, figures);
  const { keysAlone, keysPressed, keysByWord, shown, accepted } = figures;
  return { asked, figures, counts: { keysAlone, keysPressed, keysByWord, shown, accepted } };
}

describe('evaluate/typing', () => {
  it('accepts what is right as soon as it is shown', async () => {
    const { counts, figures } = await type('foo(bar)', { f: 'oo(bar)' });
    deepStrictEqual(counts, { keysAlone: 8, keysPressed: 2, keysByWord: 2, shown: 1, accepted: 1 });
    strictEqual(figures.keystrokesSaved, 1 - 2 / 8);
    strictEqual(figures.precision, 1);
  });

  it('never accepts what is right only in part, and counts it once while it is typed into', async () => {
    const { counts } = await type('foo(bar)', { f: 'oo(baz)', fo: 'o(baz)', foo: '(baz)' });
    deepStrictEqual(counts, { keysAlone: 8, keysPressed: 8, keysByWord: 1 + 2 + 4, shown: 1, accepted: 0 });
  });

  it('counts another suggestion at the next key anew', async () => {
    const { counts } = await type('abcd', { a: 'xx', ab: 'yy', abc: 'zz' });
    deepStrictEqual(counts, { keysAlone: 4, keysPressed: 4, keysByWord: 4, shown: 3, accepted: 0 });
  });

  it('counts one that vanishes and comes back twice', async () => {
    const { counts } = await type('abcd', { a: 'bcx', abc: 'x' });
    strictEqual(counts.shown, 2);
  });

  it('goes on after what it accepted, over lines that cost nothing to indent', async () => {
    const text = '{\n  a\n  b\n}';
    const { counts } = await type(text, { '{\n  ': 'a\n  b', '{\n  a\n  b': '\n}' });
    deepStrictEqual(counts, { keysAlone: 8, keysPressed: 4, keysByWord: 4, shown: 2, accepted: 2 });
  });

  it('judges a suggestion at the end of the stretch by the whole text', async () => {
    const { counts } = await type('a = foo();\nnext', { 'a = ': 'foo();' }, 2, 5);
    deepStrictEqual(counts, { keysAlone: 8, keysPressed: 3, keysByWord: 3, shown: 1, accepted: 1 });
  });

  it('shows the completer nothing of what is to come', async () => {
    const text = 'function f() {\n  return secret;\n}\n\nclass A {\n  b = 1;\n}\n';
    const { asked } = await type(text, { 'function f() {\n  r': 'eturn' }, 15);
    ok(asked.length > 20);
    for (const { window, trigger, showThreshold } of asked) {
      strictEqual(window.suffix, '');
      strictEqual(trigger, 'automatic');
      strictEqual(showThreshold, 0.5);
      const typed = window.prefix.trimEnd();
      strictEqual(text.slice(0, typed.length), typed);
    }
    const lengths = asked.map(({ window }) => window.prefix.trimEnd().length);
    deepStrictEqual(
      lengths,
      lengths.toSorted((a, b) => a - b),
    );
  });

  it('saves nothing and divides by nothing where there is nothing', async () => {
    const { figures } = await type('', {});
    strictEqual(figures.keystrokesSaved, 0);
    strictEqual(figures.precision, 0);
  });
});
