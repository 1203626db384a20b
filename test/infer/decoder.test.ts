// Decoding with a key-value cache: what is reused must not change what is computed, whatever was asked before, was
// cancelled or failed.

import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { CancellationError, CancellationSource, neverCancelled } from '../../src/base/cancellation.ts';
import { Decoder } from '../../src/infer/decoder.ts';
import { hostNetwork, NetworkInUse } from '../../src/infer/network.ts';
import type { ModelConfig } from '../../src/model/config.ts';
import type { GraphSession } from '../../src/runtime/session.ts';
import {
  architectureCases,
  architectureDecoder,
  argmax,
  bundledEngine,
  largestDifference,
  bundledCases,
} from '../support/engine.ts';

const float32Tolerance = 1e-4;
let freshKeys = 0;
const freshKey = () => `fresh ${freshKeys++}`;

/** The same logits with the cache of `key` as without one. */
async function check(decoder: Decoder, key: string, tokens: readonly number[]): Promise<void> {
  const cached = await decoder.logitsAfter(key, tokens, neverCancelled);
  const uncached = await decoder.logitsAfter(freshKey(), tokens, neverCancelled);
  const difference = largestDifference(cached, uncached);
  ok(difference < float32Tolerance, `${tokens.length} tokens: off by ${difference}`);
  strictEqual(argmax(cached), argmax(uncached));
}

describe('infer/decoder: small models in float32', () => {
  /** A sequence made from the last one: kept up to a share of it, then continued. */
  const edit = fc.record({
    keep: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
    append: fc.array(fc.nat(63), { maxLength: 20 }),
    key: fc.constantFrom('a', 'b'),
  });

  for (const name of ['llama-gqa-untied', 'qwen3', 'llama-mqa-theta-1e6', 'qwen2']) {
    it(`${name}: any order of appending, truncating and branching`, async () => {
      const architecture = architectureCases().find(one => one.name === name);
      ok(architecture !== undefined);
      const decoder = await architectureDecoder(architecture);
      const { contextTokens } = decoder.config;
      await fc.assert(
        fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 10 }), async edits => {
          let sequence: number[] = [];
          for (const { keep, append, key } of edits) {
            sequence = [...sequence.slice(0, Math.floor(keep * sequence.length)), ...append];
            sequence = sequence.slice(0, contextTokens);
            if (sequence.length > 0) await check(decoder, key, sequence);
          }
        }),
        { seed: 1, numRuns: 12 },
      );
      decoder.dispose();
    });
  }
});

describe('infer/decoder: the bundled model', () => {
  it('gives the same logits for a long prompt in any chunks, in float32', async () => {
    const { decoder, tokenizer } = await bundledEngine('float32');
    const ids = bundledCases().flatMap(({ text }) => tokenizer.encode(text));
    const prompt = [...ids, ...ids, ...ids].slice(0, 300);
    for (const length of [1, 130, 131, 259, 300, 200, 201])
      await check(decoder, 'long', prompt.slice(0, length));
    await check(decoder, 'long', [...prompt.slice(0, 150), 7, 8]);
  });

  // The int8 kernel quantizes the activations of all tokens of a run with one scale, so another division into runs
  // rounds otherwise: the choice may differ, but only between tokens that are as good as equal.
  for (const { text, ids, greedy } of bundledCases()) {
    it(`chooses the same with and without a cache, in int8, after ${JSON.stringify(text.slice(0, 20))}`, async () => {
      const { decoder } = await bundledEngine();
      for (const length of greedy.keys()) {
        const sequence = [...ids, ...greedy.slice(0, length)];
        const cached = await decoder.logitsAfter('cached', sequence, neverCancelled);
        const uncached = await decoder.logitsAfter(freshKey(), sequence, neverCancelled);
        ok(largestDifference(cached, uncached) < 0.5, `token ${length}`);
        if (argmax(cached) !== argmax(uncached)) ok((await exactMargin(sequence)) < 0.1, `token ${length}`);
      }
    });
  }
});

/** By how much the likeliest token wins over the second in float32. */
async function exactMargin(sequence: readonly number[]): Promise<number> {
  const { decoder } = await bundledEngine('float32');
  const [first = NaN, second = NaN] = (await decoder.logitsAfter('exact', sequence, neverCancelled)).toSorted(
    (a, b) => b - a,
  );
  return first - second;
}

const tiny: ModelConfig = {
  architecture: 'llama',
  vocabSize: 4,
  hiddenSize: 2,
  layers: 1,
  heads: 1,
  keyValueHeads: 1,
  headDim: 2,
  intermediateSize: 2,
  rmsNormEps: 1,
  ropeTheta: 1,
  contextTokens: 400,
  tieWordEmbeddings: true,
  qkNorm: false,
  qkvBias: false,
  outputBias: false,
  eosTokenIds: [],
};

/** A session that gives zeros of the right shapes and keeps how many tokens each run had. */
function fakeSession(
  onRun: (tokens: number) => void = () => undefined,
): GraphSession & { readonly runs: number[] } {
  const runs: number[] = [];
  const zeros = (shape: readonly number[]) => ({
    type: 'float32' as const,
    shape,
    data: new Float32Array(shape.reduce((product, size) => product * size, 1)),
  });
  return {
    runs,
    run(feeds) {
      const count = feeds['tokens']?.shape[0] ?? 0;
      runs.push(count);
      onRun(count);
      const rows = feeds['logit_rows']?.shape[0] ?? 0;
      return Promise.resolve({
        logits: zeros([rows, tiny.vocabSize]),
        keys: zeros([1, 1, count, tiny.headDim]),
        values: zeros([1, 1, count, tiny.headDim]),
      });
    },
    dispose: () => undefined,
  };
}

const decoderOf = (session: GraphSession) => new Decoder(tiny, new NetworkInUse(hostNetwork(tiny, session)));
const ones = (count: number) => Array.from({ length: count }, () => 1);

describe('infer/decoder: what is run', () => {
  /** Asks one after another, each `key: count` or `key: count+token`; `expected` are the tokens of each run. */
  async function checkRuns(asked: readonly string[], expected: readonly number[]): Promise<void> {
    const session = fakeSession();
    const decoder = decoderOf(session);
    for (const one of asked) {
      const [, key = '', count = '', more] = /^(\w+): (\d+)(?:\+(\d))?$/.exec(one) ?? [];
      const tokens = [...ones(Number(count)), ...(more === undefined ? [] : [Number(more)])];
      const logits = await decoder.logitsAfter(key, tokens, neverCancelled);
      strictEqual(logits.length, tiny.vocabSize);
    }
    deepStrictEqual(session.runs, expected);
    const total = expected.reduce((sum, count) => sum + count, 0);
    deepStrictEqual(decoder.counters, { runs: expected.length, tokens: total });
  }

  it('runs only what is new', async () => {
    await checkRuns(['a: 5', 'a: 5'], [5]);
    await checkRuns(['a: 5', 'a: 6', 'a: 9'], [5, 1, 3]);
    await checkRuns(['a: 5', 'a: 3+2'], [5, 1]);
    await checkRuns(['a: 5', 'a: 5+2', 'a: 5+3', 'a: 5'], [5, 1, 1]);
    await checkRuns(['a: 5', 'a: 3'], [5, 1]);
    await checkRuns(['a: 5', 'b: 5'], [5, 5]);
  });

  it('runs long prompts in chunks', async () => {
    await checkRuns(['a: 128'], [128]);
    await checkRuns(['a: 129'], [128, 1]);
    await checkRuns(['a: 400', 'a: 399+2'], [128, 128, 128, 16, 1]);
  });

  it('keeps the three sequences used last', async () => {
    await checkRuns(['a: 5', 'b: 5', 'c: 5', 'a: 5', 'b: 5', 'c: 5'], [5, 5, 5]);
    await checkRuns(['a: 5', 'b: 5', 'c: 5', 'a: 6', 'd: 5', 'a: 7', 'b: 5'], [5, 5, 5, 1, 5, 1, 5]);
  });

  it('refuses sequences that are empty or longer than the context', async () => {
    const session = fakeSession();
    const decoder = decoderOf(session);
    await rejects(decoder.logitsAfter('a', [], neverCancelled), RangeError);
    await rejects(decoder.logitsAfter('a', ones(401), neverCancelled), /401 tokens; 1 to 400 can be run/);
    deepStrictEqual(session.runs, []);
  });
});

describe('infer/decoder: misfortunes', () => {
  it('stops between chunks when cancelled, and goes on from there', async () => {
    const source = new CancellationSource();
    const session = fakeSession(() => {
      if (session.runs.length === 2) source.cancel();
    });
    const decoder = decoderOf(session);
    await rejects(decoder.logitsAfter('a', ones(400), source.token), CancellationError);
    strictEqual(decoder.cachedPrefix('a', ones(400)), 256);
    await decoder.logitsAfter('a', ones(400), neverCancelled);
    deepStrictEqual(session.runs, [128, 128, 128, 16]);
  });

  it('runs nothing for who is cancelled already', async () => {
    const source = new CancellationSource();
    source.cancel();
    const session = fakeSession();
    await rejects(decoderOf(session).logitsAfter('a', ones(2), source.token), CancellationError);
    deepStrictEqual(session.runs, []);
  });

  it('stays sound when a run fails', async () => {
    const session = fakeSession(() => {
      if (session.runs.length === 2) throw new Error('out of memory');
    });
    const decoder = decoderOf(session);
    await rejects(decoder.logitsAfter('a', ones(200), neverCancelled), /out of memory/);
    strictEqual(decoder.cachedPrefix('a', ones(200)), 128);
    await decoder.logitsAfter('a', ones(200), neverCancelled);
    deepStrictEqual(session.runs, [128, 72, 72]);
  });

  it('gives the right logits after a cancellation between chunks of the real model', async () => {
    const { decoder, tokenizer } = await bundledEngine('float32');
    const prompt = tokenizer.encode('const numbers = [1, 2, 3];\n'.repeat(20)).slice(0, 200);
    const { runs } = decoder.counters;
    const cancelledAfterOne = {
      get isCancellationRequested() {
        return decoder.counters.runs > runs;
      },
      onCancellationRequested: () => ({ dispose: () => undefined }),
    };
    await rejects(decoder.logitsAfter('cancelled', prompt, cancelledAfterOne), CancellationError);
    strictEqual(decoder.cachedPrefix('cancelled', prompt), 128);
    await check(decoder, 'cancelled', prompt);
  });

  it('says which output a graph lacks', async () => {
    const session: GraphSession = { run: () => Promise.resolve({}), dispose: () => undefined };
    await rejects(decoderOf(session).logitsAfter('a', [1], neverCancelled), /no float32 tensor keys/);
  });
});
