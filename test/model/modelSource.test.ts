// A model that is written must be the model that was read, to us and to others.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseModelConfig } from '../../src/model/config.ts';
import { readModelFolder } from '../../src/model/modelFolder.ts';
import { huggingFaceConfig, modelFolderFiles, readModelSource } from '../../src/model/modelSource.ts';
import { nodeFileReader } from '../../src/model/nodeFiles.ts';
import { float16Bytes, toFloat32 } from '../../src/model/tensorView.ts';

const bundled = 'models/bundled';

function throughHalf(values: Float32Array): Float32Array {
  return toFloat32({ name: 'x', dtype: 'F16', shape: [values.length], data: float16Bytes(values) });
}

describe('a model folder that is written', () => {
  it('reads as the model that was read, with its new name and mixtures', async () => {
    const before = await readModelFolder(bundled, nodeFileReader);
    const source = await readModelSource(bundled, nodeFileReader);
    const manifest = { ...before.manifest, name: 'of this workspace' };
    const files = modelFolderFiles({ source, manifest, tensors: before.tensors, mixtures: { a: 1 } });
    const reader = { read: (path: string) => Promise.resolve(files.get(path.replace('anywhere/', ''))) };
    const after = await readModelFolder('anywhere', reader);
    assert.deepEqual(after.config, before.config);
    assert.deepEqual(after.manifest, manifest);
    assert.deepEqual(after.eosTokenIds, before.eosTokenIds);
    assert.deepEqual([...after.tensors.keys()].sort(), [...before.tensors.keys()].sort());
    for (const [name, tensor] of before.tensors) {
      assert.deepEqual(after.tensors.get(name)?.data.slice(), tensor.data.slice(), name);
    }
    assert.deepEqual(JSON.parse(new TextDecoder().decode(files.get('mixtures.json'))), { a: 1 });
  });

  it('describes any config as Hugging Face does', async () => {
    const { config } = await readModelFolder(bundled, nodeFileReader);
    for (const architecture of ['llama', 'qwen2', 'qwen3'] as const) {
      const one = {
        ...config,
        architecture,
        qkNorm: architecture === 'qwen3',
        qkvBias: architecture === 'qwen2',
        eosTokenIds: [3],
      };
      assert.deepEqual(parseModelConfig(huggingFaceConfig(one), 'config.json'), one);
    }
  });
});

describe('16-bit floats', () => {
  it('give back every value that they can hold', () => {
    const bits = Uint16Array.from({ length: 65_536 }, (_, half) => half).filter(
      half => (half & 0x7c00) !== 0x7c00,
    );
    const data = new Uint8Array(bits.buffer);
    const values = toFloat32({ name: 'x', dtype: 'F16', shape: [bits.length], data });
    assert.deepEqual(float16Bytes(values), data);
  });

  it('are the nearest to any other', () => {
    fc.assert(
      fc.property(fc.float({ min: -65_000, max: 65_000, noNaN: true }), value => {
        const [half = NaN] = throughHalf(Float32Array.of(value));
        const step = Math.max(2 ** -24, 2 ** (Math.floor(Math.log2(Math.abs(value) || 2 ** -14)) - 10));
        assert.ok(Math.abs(half - value) <= step / 2, `${value} became ${half}`);
      }),
    );
    assert.deepEqual([...throughHalf(Float32Array.of(1e9, -1e9, NaN, -0))], [Infinity, -Infinity, NaN, -0]);
  });
});
