// Decoding by the graph for devices, whose cache goes in and comes out whole, gives what the other graph gives: here on
// Wasm, where tensors that are kept are simply here. What a real device makes of it is tested in a browser.

import { ok, strictEqual, throws } from 'node:assert/strict';
import fc from 'fast-check';
import { neverCancelled } from '../../src/base/cancellation.ts';
import { Decoder } from '../../src/infer/decoder.ts';
import { DeviceCache } from '../../src/infer/deviceCache.ts';
import { deviceNetwork, NetworkInUse } from '../../src/infer/network.ts';
import { encodeOnnx } from '../../src/graph/onnx.ts';
import { deviceDecodeGraph } from '../../src/model/deviceDecodeGraph.ts';
import { constantParameters } from '../../src/model/parameters.ts';
import { parseSafetensors } from '../../src/model/safetensors.ts';
import { safetensorsWeights } from '../../src/model/weights.ts';
import type { HeldTensor } from '../../src/runtime/session.ts';
import type { ArchitectureCase } from '../support/engine.ts';
import { architectureCases, architectureDecoder, largestDifference, wasmRuntime } from '../support/engine.ts';

async function deviceDecoder({ name, config, safetensors }: ArchitectureCase): Promise<Decoder> {
  const weights = safetensorsWeights(parseSafetensors(safetensors, name), name);
  const graph = deviceDecodeGraph(config, constantParameters(weights, 'float32'));
  const session = await wasmRuntime().createKeepingSession(encodeOnnx(graph), []);
  return new Decoder(config, new NetworkInUse(deviceNetwork(config, session)));
}

describe('infer/deviceCache: decoding', () => {
  const edit = fc.record({
    keep: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
    append: fc.array(fc.nat(63), { maxLength: 20 }),
    key: fc.constantFrom('a', 'b'),
  });

  async function check(name: string): Promise<void> {
    const architecture = architectureCases().find(one => one.name === name);
    ok(architecture !== undefined);
    const [device, host] = [await deviceDecoder(architecture), await architectureDecoder(architecture)];
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 10 }), async edits => {
        let sequence: number[] = [];
        for (const { keep, append, key } of edits) {
          sequence = [...sequence.slice(0, Math.floor(keep * sequence.length)), ...append];
          sequence = sequence.slice(0, host.config.contextTokens);
          if (sequence.length === 0) continue;
          const [ours, theirs] = [
            await device.logitsAfter(key, sequence, neverCancelled),
            await host.logitsAfter(key, sequence, neverCancelled),
          ];
          const difference = largestDifference(ours, theirs);
          ok(difference < 1e-4, `${sequence.length} tokens: off by ${difference}`);
        }
      }),
      { seed: 2, numRuns: 10 },
    );
  }

  for (const name of ['llama-gqa-untied', 'qwen3', 'qwen2']) {
    it(`${name}: any order of appending, truncating and branching`, () => check(name));
  }
});

describe('infer/deviceCache: what it holds on a device', () => {
  const shape = { layers: 2, keyValueHeads: 1, headDim: 4 };

  /** Outputs of a run after which the cache has `positions`, and how many of all made so far are not freed. */
  function device() {
    let alive = 0;
    const tensor = (positions: number): HeldTensor => {
      alive++;
      return {
        type: 'device',
        shape: [1, 1, positions, 4],
        read: () => Promise.reject(new Error('the cache is never read')),
        dispose: () => alive--,
      };
    };
    const outputs = (positions: number) =>
      Object.fromEntries(
        ['present_keys.0', 'present_values.0', 'present_keys.1', 'present_values.1'].map(name => [
          name,
          tensor(positions),
        ]),
      );
    return { outputs, alive: () => alive };
  }

  it('is the last run only, and nothing once disposed of', () => {
    const { outputs, alive } = device();
    const cache = new DeviceCache(shape);
    cache.append([5, 6, 7], outputs(4));
    strictEqual(alive(), 4);
    cache.truncate(1);
    strictEqual(cache.size, 1);
    cache.append([8], outputs(3));
    strictEqual(alive(), 4);
    strictEqual(cache.commonPrefix([5, 8, 9]), 2);
    cache.dispose();
    strictEqual(alive(), 0);
  });

  it('refuses outputs that are not of its tokens', () => {
    const { outputs } = device();
    const cache = new DeviceCache(shape);
    throws(() => {
      cache.append([5, 6], outputs(2));
    }, /no past_keys\.0 of 3 positions/);
    throws(() => {
      cache.append([5], {});
    }, /no past_keys\.0/);
    strictEqual(cache.size, 0);
  });
});
