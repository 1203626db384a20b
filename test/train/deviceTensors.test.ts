// What a training keeps on a device: freed behind the runs that read it, and all of it in the end.

import { ok, deepStrictEqual, rejects, strictEqual } from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../../src/base/random.ts';
import { initialWeights, scratchConfig } from '../../src/model/initialWeights.ts';
import type { DeviceTensor, HeldTensors, Runtime } from '../../src/runtime/session.ts';
import type { Batch } from '../../src/train/step.ts';
import { createTrainingStep } from '../../src/train/step.ts';
import { wasmRuntime } from '../support/engine.ts';

const vocabSize = 64;
const shape = { rows: 2, tokens: 12 };
const config = scratchConfig('0.1M', { vocabSize, contextTokens: 16, eosTokenIds: [0] });
const weights = initialWeights(config, 1);
const hyperparameters = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1, clipNorm: 1 };
const batches = [batchOf(1), batchOf(2)];

describe('train/step: tensors on a device', () => {
  /** What a device keeps: each tensor says whether it was freed, and a run with a freed one fails. */
  function keepingRuntime() {
    const wasm = wasmRuntime();
    const kept = new Set<DeviceTensor>();
    const keep = (shape: readonly number[], data: Float32Array): DeviceTensor => {
      const tensor: DeviceTensor = {
        type: 'device',
        shape,
        read: () => (kept.has(tensor) ? Promise.resolve(data) : Promise.reject(new Error('read after free'))),
        dispose: () => kept.delete(tensor),
      };
      kept.add(tensor);
      return tensor;
    };
    const here = async (feeds: HeldTensors) =>
      Object.fromEntries(
        await Promise.all(
          Object.entries(feeds).map(async ([name, tensor]) => {
            if (tensor.type !== 'device') return [name, tensor] as const;
            return [name, { type: 'float32', shape: tensor.shape, data: await tensor.read() }] as const;
          }),
        ),
      );
    const runtime: Runtime = {
      ...wasm,
      hasOwnMemory: true,
      async createKeepingSession(model, names) {
        const session = await wasm.createSession(model);
        return {
          async run(feeds) {
            await sleep(5);
            const results = await session.run(await here(feeds));
            // As a device that computes while others free what it reads.
            await here(feeds);
            return Object.fromEntries(
              Object.entries(results).map(([name, tensor]) => [
                name,
                names.includes(name) && tensor.type === 'float32' ? keep(tensor.shape, tensor.data) : tensor,
              ]),
            );
          },
          dispose() {
            session.dispose();
          },
        };
      },
    };
    return { runtime, kept };
  }

  it('are freed behind the runs that use them, and all in the end', async () => {
    const { runtime, kept } = keepingRuntime();
    const options = { mode: { kind: 'full' }, shape, hyperparameters, recompute: false } as const;
    const step = createTrainingStep(runtime, config, weights, options);
    const state = await step.state();
    await step.step(batches.slice(0, 1), 0.01);
    ok(kept.size > 0);
    const first = step.step(batches.slice(0, 2), 0.01);
    const restored = step.restore(state);
    const again = step.step(batches.slice(0, 1), 0.01);
    const last = step.state();
    await restored;
    deepStrictEqual([(await first).applied, (await again).applied], [true, true]);
    strictEqual((await last).steps, 1);
    const running = step.step(batches.slice(0, 2), 0.01);
    // It begins in the next turn.
    await sleep(1);
    step.dispose();
    step.dispose();
    await rejects(step.restore(state), /disposed of/);
    await rejects(step.weights(), /disposed of/);
    await running.catch((error: unknown) => {
      ok(String(error).includes('disposed of'), String(error));
    });
    while (kept.size > 0) await sleep(1);
  });
});

function batchOf(seed: number): Batch {
  const random = seededRandom(seed);
  const size = shape.rows * shape.tokens;
  const draw = () => BigInt64Array.from({ length: size }, () => BigInt(Math.floor(random() * vocabSize)));
  return { tokens: draw(), targets: draw(), mask: new Float32Array(size).fill(1) };
}
