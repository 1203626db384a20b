// The training graph's attention in blocks: whatever their length, the loss and its gradients are those of whole scores.

import { ok } from 'node:assert/strict';
import { seededRandom } from '../../src/base/random.ts';
import { backward } from '../../src/graph/backward.ts';
import { simplify } from '../../src/graph/simplify.ts';
import { elementCount } from '../../src/graph/shape.ts';
import { lossGraph } from '../../src/model/lossGraph.ts';
import { trainableParameters } from '../../src/model/trainable.ts';
import type { NamedTensors, RuntimeTensor } from '../../src/runtime/session.ts';
import type { ArchitectureCase } from '../support/engine.ts';
import { architectureCases, largestDifference, runGraph } from '../support/engine.ts';

const shape = { rows: 2, tokens: 11 };

describe('model/lossGraph', () => {
  /** The loss, and its gradients by name, with attention in blocks of about so many queries. */
  async function gradients({ config }: ArchitectureCase, blockTokens: number): Promise<NamedTensors> {
    const parameters = trainableParameters();
    const { loss } = lossGraph(config, parameters, shape, blockTokens);
    const { tensors } = parameters;
    const found = backward(
      loss,
      tensors.map(({ value }) => value),
    );
    const outputs = Object.fromEntries(
      found.map((gradient, at) => [`gradient:${tensors[at]?.name ?? ''}`, gradient]),
    );
    const random = seededRandom(1);
    const count = shape.rows * shape.tokens;
    const ids = (): RuntimeTensor => ({
      type: 'int64',
      shape: [shape.rows, shape.tokens],
      data: BigInt64Array.from({ length: count }, () => BigInt(Math.floor(random() * config.vocabSize))),
    });
    const floats = (sizes: readonly number[], value: () => number): RuntimeTensor => ({
      type: 'float32',
      shape: sizes,
      data: Float32Array.from({ length: elementCount(sizes) }, value),
    });
    const weights = tensors.map(
      ({ name, value }) => [name, floats(value.shape.map(Number), () => random() - 0.3)] as const,
    );
    return runGraph(simplify({ outputs: { loss, ...outputs } }), {
      tokens: ids(),
      targets: ids(),
      mask: floats([shape.rows, shape.tokens], () => 1),
      total: floats([], () => count),
      ...Object.fromEntries(weights),
    });
  }

  async function check(model: ArchitectureCase): Promise<void> {
    const whole = await gradients(model, shape.tokens);
    ok(Number.isFinite(Number(whole['loss']?.data[0])));
    for (const blockTokens of [1, 2, 4, 6]) {
      for (const [name, { data }] of Object.entries(await gradients(model, blockTokens))) {
        const expected = Array.from(whole[name]?.data ?? [], Number);
        const largest = Math.max(1e-6, ...expected.map(Math.abs));
        const difference = largestDifference(Array.from(data, Number), expected);
        ok(difference <= 1e-4 * largest, `${name} in blocks of ${blockTokens} is off by ${difference}`);
      }
    }
  }

  for (const model of architectureCases().filter(({ name }) =>
    ['llama-mha-tied', 'qwen3', 'smollm'].includes(name),
  )) {
    it(`${model.name}: blocks of any length give the same`, () => check(model));
  }
});
