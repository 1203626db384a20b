// Random weights for training from scratch: how they are spread, that they repeat, and the sizes of models.

import { deepStrictEqual, notDeepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import type { ScratchSize } from '../../src/model/initialWeights.ts';
import { initialWeights, scratchConfig } from '../../src/model/initialWeights.ts';
import { lossGraph } from '../../src/model/lossGraph.ts';
import { trainableParameters } from '../../src/model/trainable.ts';
import { elementCount } from '../../src/graph/shape.ts';

describe('model/initialWeights', () => {
  function matrixOf(name: string, seed: number): Float32Array {
    const values = new Float32Array(200 * 100);
    initialWeights({ layers: 8 }, seed).rows({ name, rows: 200, columns: 100 }, (row, index) => {
      values.set(row, index * 100);
    });
    return values;
  }

  function check(name: string, deviation: number): void {
    const values = matrixOf(name, 1);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    ok(Math.abs(mean) < 0.03 * deviation, `${name}: mean ${mean}`);
    ok(Math.abs(spread / deviation - 1) < 0.03, `${name}: deviation ${spread}`);
    const beyond = values.filter(value => Math.abs(value - mean) > 1.96 * spread).length / values.length;
    ok(Math.abs(beyond - 0.05) < 0.01, `${name}: ${beyond} beyond two deviations`);
  }

  it('is normal, and smaller where it adds to the residual stream', () => {
    check('model.layers.0.self_attn.q_proj.weight', 0.02);
    check('model.embed_tokens.weight', 0.02);
    check('model.layers.0.self_attn.o_proj.weight', 0.005);
    check('model.layers.7.mlp.down_proj.weight', 0.005);
  });

  it('has norms of one and biases of zero', () => {
    const weights = initialWeights({ layers: 1 }, 1);
    for (const name of [
      'model.norm.weight',
      'model.layers.0.self_attn.q_norm.weight',
      'model.layers.0.input_layernorm.weight',
    ])
      deepStrictEqual([...weights.vector(name, 2)], [1, 1]);
    deepStrictEqual([...weights.vector('model.layers.0.self_attn.q_proj.bias', 2)], [0, 0]);
  });

  it('depends on the seed and the name only', () => {
    deepStrictEqual(matrixOf('a', 1), matrixOf('a', 1));
    notDeepStrictEqual(matrixOf('a', 1), matrixOf('a', 2));
    notDeepStrictEqual(matrixOf('a', 1), matrixOf('b', 1));
  });
});

describe('model/initialWeights: sizes', () => {
  /** The parameters that the definition asks for are about as many as the size says. */
  function check(size: ScratchSize, vocabSize: number, expected: number): void {
    const config = scratchConfig(size, { vocabSize, contextTokens: 64, eosTokenIds: [0] });
    strictEqual(config.hiddenSize, config.heads * config.headDim);
    const all = trainableParameters();
    lossGraph(config, all, { rows: 1, tokens: 2 });
    const count = all.tensors.reduce((total, { value }) => total + elementCount(value.shape), 0);
    ok(Math.abs(count / expected - 1) < 0.15, `${size} with ${vocabSize} tokens has ${count} parameters`);
  }

  it('are about what their names say', () => {
    check('0.1M', 512, 1e5);
    check('0.1M', 1024, 1e5);
    check('1M', 1024, 1e6);
    check('1M', 4096, 1e6);
    check('5M', 4096, 5e6);
    check('5M', 8192, 5e6);
  });
});
