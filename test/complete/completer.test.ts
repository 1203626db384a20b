// The pipeline from a request to suggestions or a named silence, with a predictor that knows how the file goes on.

import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict';
import type { CancellationToken } from '../../src/base/cancellation.ts';
import { CancellationSource, neverCancelled } from '../../src/base/cancellation.ts';
import { Completer } from '../../src/complete/completer.ts';
import { PromptBuilder } from '../../src/complete/context.ts';
import type { CompletionRequest, CompletionResult } from '../../src/complete/types.ts';
import type { KnownFile } from '../support/enginePredictor.ts';
import { KnowingPredictor } from '../support/enginePredictor.ts';
import { bundledEngine } from '../support/engine.ts';
import { cursorIn, inserted } from './cursor.ts';

interface Editor {
  readonly predictor: KnowingPredictor;
  readonly completer: Completer;
  readonly ask: (
    text: string,
    changes?: Partial<CompletionRequest>,
    token?: CancellationToken,
  ) => Promise<CompletionResult>;
  /** `expected` is the document after each item, or the reason of a silence; then whether the network was asked. */
  readonly check: (
    text: string,
    expected: string | readonly string[],
    runs: 'network' | 'no runs',
    changes?: Partial<CompletionRequest>,
  ) => Promise<void>;
}

async function editorOf(...files: readonly (KnownFile | string)[]): Promise<Editor> {
  const { vocabulary, tokenizer } = await bundledEngine();
  const known = files.map(file => (typeof file === 'string' ? { text: file, weight: 1 } : file));
  const predictor = new KnowingPredictor(vocabulary, known);
  const prompts = new PromptBuilder(tokenizer, { header: '', separator: 8184 });
  const completer = new Completer({ predictor, counters: predictor.counters, vocabulary, prompts });
  const editor: Editor = {
    predictor,
    completer,
    ask(text, changes = {}, token = neverCancelled) {
      const request: CompletionRequest = {
        window: cursorIn(text),
        trigger: 'automatic',
        alternatives: 1,
        showThreshold: 0.5,
        maxTokens: 40,
        multiLine: true,
        ...changes,
      };
      return completer.complete(request, token);
    },
    async check(text, expected, runs, changes) {
      const result = await editor.ask(text, changes);
      const window = cursorIn(text);
      const found = result.kind === 'none' ? result.reason : result.items.map(item => inserted(window, item));
      deepStrictEqual(found, typeof expected === 'string' && result.kind !== 'none' ? [expected] : expected);
      strictEqual(result.timings.runs > 0, runs === 'network', `${result.timings.runs} runs`);
      if (result.kind === 'completion') {
        strictEqual(result.source, runs === 'network' ? 'network' : 'cache');
        const probabilities = result.items.map(({ probability }) => probability);
        ok(probabilities.every(one => one > 0 && one <= 1));
        deepStrictEqual(
          probabilities,
          probabilities.toSorted((a, b) => b - a),
        );
      }
    },
  };
  return editor;
}

const line = 'const total = sum(first, second);\n';

describe('complete/completer', () => {
  it('completes the line, healing the word that is being typed', async () => {
    const { check } = await editorOf(line);
    await check('const total = |', 'const total = sum(first, second);|', 'network');
    await check('const tot|', 'const total = sum(first, second);|', 'network');
  });

  it('answers from the cache while its answer is typed, and when it is deleted again', async () => {
    const { check } = await editorOf(line);
    await check('const total = |', 'const total = sum(first, second);|', 'network');
    for (const typed of ['s', 'sum(', 'sum(first, sec', 'su', '']) {
      await check(`const total = ${typed}|`, 'const total = sum(first, second);|', 'no runs');
    }
    await check('const tota|', 'const total = sum(first, second);|', 'network');
    await check('const total = other|', 'cannot-heal', 'network');
  });

  it('forgets its answers when told to', async () => {
    const { check, completer } = await editorOf(line);
    await check('const total = |', 'const total = sum(first, second);|', 'network');
    completer.clear();
    await check('const total = |', 'const total = sum(first, second);|', 'network');
  });

  it('shows automatically only what is probable enough, and remembers that it was silent', async () => {
    const { check } = await editorOf(
      { text: 'let a = find(x);\n', weight: 6 },
      { text: 'let a = make(y);\n', weight: 4 },
    );
    const sure = { showThreshold: 0.7 };
    await check('let a = |', 'low-probability', 'network', sure);
    await check('let a = |', 'low-probability', 'no runs', sure);
    await check('let a = |', 'let a = find(x);|', 'network', { trigger: 'invoke' });
    await check('let a = |', 'low-probability', 'no runs', sure);
    await check('let a = |', 'let a = find(x);|', 'no runs', { showThreshold: 0.1 });
  });

  it('shows no beginning of what it would not show whole', async () => {
    const { check } = await editorOf(
      { text: 'response.json(items);\n', weight: 6 },
      { text: 'response.json(others, 1);\n', weight: 4 },
    );
    const sure = { showThreshold: 0.7 };
    await check('|\nlet a;', 'response.json|\nlet a;', 'network', sure);
    await check('|\nresponse.json(items);', 'repeats-suffix', 'network', sure);
  });

  it('never offers what stands for a secret', async () => {
    const { check } = await editorOf('const key = "<redacted>";\n');
    for (const typed of ['', 'const key = ', 'const key = "', 'const key = "<red'])
      await check(`${typed}|`, 'secret', 'network');
    const others = { trigger: 'invoke', alternatives: 3 } as const;
    await check('const key = |', 'secret', 'network', others);
  });

  it('offers alternatives that differ, likeliest first', async () => {
    const files = [
      { text: 'let a = find(x);\n', weight: 0.5 },
      { text: 'let a = make(y);\n', weight: 0.3 },
      { text: 'let a = open();\n', weight: 0.15 },
      { text: 'let a = zero;\n', weight: 0.05 },
    ];
    const documents = ['let a = find(x);|', 'let a = make(y);|', 'let a = open();|'];
    const { check } = await editorOf(...files);
    await check('let a = |', documents, 'network', { trigger: 'invoke', alternatives: 3 });
    await check('let a = |', documents, 'no runs', { trigger: 'invoke', alternatives: 3 });
    // More than are remembered: all are asked for anew.
    const all = [...documents, 'let a = zero;|'];
    await check('let a = |', all, 'network', { trigger: 'invoke', alternatives: 9 });
  });

  it('fills a block only where several lines are wished for', async () => {
    const { check } = await editorOf('function f() {\n  return 1;\n}\n');
    await check('function f() {|', 'function f() {\n  return 1;\n}|', 'network');
    const single = await editorOf('function f() {\n  return 1;\n}\n');
    await single.check('function f() {|', 'nothing-generated', 'network', { multiLine: false });
  });

  it('writes the line ends of the document', async () => {
    const { check } = await editorOf('if (a) {\n  b();\n}\n');
    await check('if (a) {\r\n|\r\n', 'if (a) {\r\n  b();\r\n}|\r\n', 'network');
  });

  it('is silent without asking where a suggestion would be in the way', async () => {
    const { check } = await editorOf(line);
    await check('const to|tal = 1', 'mid-word', 'no runs');
    await check('const | total = 1 + 2', 'mid-line', 'no runs');
  });

  it('asks the network for no more than its context holds', async () => {
    const { ask, predictor } = await editorOf(line.repeat(100));
    for (const maxTokens of [1, 40, 128, 1000]) {
      await ask(`${line.repeat(40)}const |`, {
        maxTokens,
        window: cursorIn(`${line.repeat(40)}const |`, { uri: `${maxTokens}` }),
      });
    }
    ok(predictor.prompts.every(({ prompt }) => prompt.length <= predictor.contextTokens));
    ok(predictor.prompts.some(({ prompt }) => prompt.length > predictor.contextTokens / 3));
  });
});

describe('complete/completer: cancellation and faults', () => {
  it('names a cancellation and does not remember it', async () => {
    const { ask, check, predictor } = await editorOf(line);
    const source = new CancellationSource();
    predictor.onNext = () => {
      if (predictor.counters.runs === 3) source.cancel();
    };
    const result = await ask('const total = |', {}, source.token);
    strictEqual(result.kind === 'none' ? result.reason : result.kind, 'cancelled');
    strictEqual(result.timings.runs, 3);
    await check('const total = |', 'const total = sum(first, second);|', 'network');
  });

  it('asks nothing for who has cancelled already', async () => {
    const { ask, predictor } = await editorOf(line);
    const source = new CancellationSource();
    source.cancel();
    const result = await ask('const total = |', {}, source.token);
    strictEqual(result.kind === 'none' ? result.reason : result.kind, 'cancelled');
    strictEqual(predictor.counters.runs, 0);
  });

  it('throws the fault of a model, and goes on', async () => {
    const { ask, check, predictor } = await editorOf(line);
    predictor.onNext = () => {
      throw new Error('the model is broken');
    };
    await rejects(ask('const total = |'), /the model is broken/);
    predictor.onNext = () => undefined;
    await check('const total = |', 'const total = sum(first, second);|', 'network');
  });
});
