// The mixture is a distribution whatever it is given, and learns; drafts change what a suggestion costs, not what it is.

import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { neverCancelled } from '../../src/base/cancellation.ts';
import { generate } from '../../src/infer/generate.ts';
import { Mixture } from '../../src/infer/mixture.ts';
import { featureCount } from '../../src/infer/mixtureFeatures.ts';
import { MixtureWeights } from '../../src/infer/mixtureWeights.ts';
import { MixedPredictor } from '../../src/infer/predictor.ts';
import { Evidence } from '../../src/memory/evidence.ts';
import { finish, WorkspaceMemory } from '../../src/memory/workspaceMemory.ts';
import { distribution, evidence, vocabularySize } from '../support/distributions.ts';
import { bundledEngine, repository } from '../support/engine.ts';

const weights = fc
  .array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: featureCount, maxLength: featureCount })
  .map(held => new MixtureWeights({ ...new MixtureWeights().stored(), held }));

describe('infer/mixture', () => {
  it('sums to one', () => {
    fc.assert(
      fc.property(distribution, evidence, weights, (network, found, model) => {
        const mixed = new Mixture(model).mix(network, found);
        const total = mixed.reduce((sum, probability) => sum + probability, 0);
        ok(Math.abs(total - 1) < 1e-3, `sums to ${total}`);
        ok(mixed.every(probability => probability >= 0));
      }),
    );
  });

  it('is the base where memory found nothing', () => {
    const network = Float32Array.of(0.5, 0.25, 0.25);
    deepStrictEqual(new Mixture(new MixtureWeights()).mix(network, new Evidence()), network);
  });

  it('learns to trust evidence that is right, and to doubt evidence that is wrong', () => {
    const network = new Float32Array(vocabularySize).fill(1 / vocabularySize);
    const probabilityOf = (token: number, truth: number) => {
      const mixture = new Mixture(new MixtureWeights());
      const found = new Evidence();
      found.add(3, 8, 1, false);
      for (let time = 0; time < 50; time++) mixture.learn(network, found, truth, 0.3);
      return mixture.mix(network, found)[token] ?? 0;
    };
    ok(probabilityOf(3, 3) > 0.9);
    ok(probabilityOf(3, 5) < 0.1);
  });

  it('stores what it learnt', () => {
    const model = new MixtureWeights();
    model.learnHeld(new Float64Array(featureCount).fill(0.5), 1, 0.3);
    deepStrictEqual(new MixtureWeights(model.stored()).stored(), model.stored());
  });
});

describe('infer/predictor', () => {
  it('writes the same with drafts as token by token, in fewer runs', async function () {
    this.timeout(120_000);
    const { decoder, vocabulary, tokenizer, mixture, alone } = await bundledEngine('float32');
    const read = (name: string) => readFileSync(`${repository}src/${name}`, 'utf8');
    const memory = new WorkspaceMemory(decoder.config.vocabSize, tokenizer.tokenBytes);
    const remembered = ['graph/graph.ts', 'graph/onnx.ts', 'base/disposable.ts', 'infer/sampling.ts'];
    finish(memory.update(remembered.map(path => ({ path, tokens: tokenizer.encode(read(path)) }))));
    const text = read('graph/ops.ts');
    const runs = { drafted: 0, plain: 0 };
    for (let place = 1; place <= 12; place++) {
      const prompt = tokenizer.encode(text.slice(0, place * 400)).slice(-120);
      const write = async (drafting: boolean): Promise<number[]> => {
        const predictor = new MixedPredictor({ decoder, memory, mixture, alone, tokenizer }, drafting);
        const before = decoder.counters.runs;
        const tokens: number[] = [];
        const key = `${place} ${drafting}`;
        const request = {
          place: { key, path: '', prompt, document: prompt },
          typed: '',
          maxTokens: 16,
          sampling: { kind: 'greedy' },
        } as const;
        for await (const { token } of generate(predictor, vocabulary, request, neverCancelled))
          tokens.push(token);
        runs[drafting ? 'drafted' : 'plain'] += decoder.counters.runs - before;
        return tokens;
      };
      deepStrictEqual(await write(true), await write(false));
    }
    strictEqual(
      runs.drafted < 0.8 * runs.plain,
      true,
      `${runs.drafted} runs with drafts, ${runs.plain} without`,
    );
  });
});
