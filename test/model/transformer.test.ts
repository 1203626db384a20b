// The transformer against PyTorch: the bundled model in float32 and int8, and every architecture switch on small
// random models.

import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { neverCancelled } from '../../src/base/cancellation.ts';
import type { Decoder } from '../../src/infer/decoder.ts';
import type { ArchitectureCase, BundledCase } from '../support/engine.ts';
import {
  architectureCases,
  architectureDecoder,
  argmax,
  bundledEngine,
  greedyTokens,
  largestDifference,
  bundledCases,
} from '../support/engine.ts';

const minAgreement = 0.97;

/** Logits after every position, token by token through the cache or each position as a fresh prompt. */
async function allLogits(decoder: Decoder, ids: readonly number[], fresh: boolean): Promise<Float32Array[]> {
  const logits: Float32Array[] = [];
  for (let length = 1; length <= ids.length; length++) {
    const key = fresh ? `fresh ${length}` : 'incremental';
    logits.push(await decoder.logitsAfter(key, ids.slice(0, length), neverCancelled));
  }
  return logits;
}

describe('model/transformer: the bundled model in float32', () => {
  async function check({ ids, argmax: best, lastLogits, greedy }: BundledCase): Promise<void> {
    const { decoder } = await bundledEngine('float32');
    const logits = await allLogits(decoder, ids, false);
    deepStrictEqual(logits.map(argmax), best);
    ok(largestDifference(logits.at(-1) ?? [], lastLogits) < 1e-3);
    ok(
      largestDifference(await decoder.logitsAfter('whole', ids, neverCancelled), lastLogits) < 1e-3,
      'as one prompt',
    );
    deepStrictEqual(await greedyTokens(decoder, ids, greedy.length, () => 'greedy'), greedy);
  }

  for (const bundledCase of bundledCases()) {
    it(`agrees with PyTorch after ${JSON.stringify(bundledCase.text.slice(0, 30))}`, () =>
      check(bundledCase));
  }
});

describe('model/transformer: the bundled model in int8', () => {
  async function check(fresh: boolean): Promise<void> {
    const { decoder } = await bundledEngine();
    let same = 0;
    let all = 0;
    for (const { ids, argmax: expected } of bundledCases()) {
      const found = (await allLogits(decoder, ids, fresh)).map(argmax);
      same += found.filter((token, at) => token === expected[at]).length;
      all += expected.length;
    }
    ok(all > 100, `${all} positions are too few to tell`);
    ok(same / all >= minAgreement, `the same token at ${same} of ${all} positions`);
  }

  it('keeps the likeliest token, token by token', () => check(false));
  it('keeps the likeliest token, each position as a fresh prompt', () => check(true));
});

describe('model/transformer: architectures', () => {
  async function check(architecture: ArchitectureCase): Promise<void> {
    const { prompt, logits, greedy } = architecture;
    const decoder = await architectureDecoder(architecture);
    try {
      for (const fresh of [false, true]) {
        const found = await allLogits(decoder, prompt, fresh);
        for (const [position, expected] of logits.entries()) {
          const difference = largestDifference(found[position] ?? [], expected);
          ok(difference < 1e-3, `position ${position} is off by ${difference}${fresh ? ', fresh' : ''}`);
        }
      }
      deepStrictEqual(await greedyTokens(decoder, prompt, greedy.length, () => 'greedy'), greedy);
    } finally {
      decoder.dispose();
    }
  }

  const cases = architectureCases();
  for (const architecture of cases) it(`${architecture.name} agrees with PyTorch`, () => check(architecture));

  it('is tested on both sides of every switch', () => {
    for (const name of ['qkNorm', 'qkvBias', 'outputBias', 'tieWordEmbeddings'] as const) {
      strictEqual(new Set(cases.map(({ config }) => config[name])).size, 2, name);
    }
    ok(cases.some(({ config }) => config.keyValueHeads === 1));
    ok(cases.some(({ config: { heads, keyValueHeads } }) => keyValueHeads > 1 && keyValueHeads < heads));
    ok(cases.some(({ config: { heads, headDim, hiddenSize } }) => heads * headDim !== hiddenSize));
    strictEqual(new Set(cases.map(({ config }) => config.architecture)).size, 3);
  });
});
