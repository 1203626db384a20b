// Checksums beside a model: what was changed, cut or lost is refused by its name, and a model without them is read as before.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DamagedModelError, withChecksums } from '../../src/model/checksums.ts';
import { readModelFolder } from '../../src/model/modelFolder.ts';
import { readModelSource } from '../../src/model/modelSource.ts';
import { bundledFolder } from '../support/engine.ts';

type ModelFilesByName = ReadonlyMap<string, Uint8Array>;

const bundled: ModelFilesByName = new Map(
  readdirSync(bundledFolder)
    .filter(name => name !== 'README.md')
    .map(name => [name, new Uint8Array(readFileSync(join(bundledFolder, name)))]),
);
const whole = withChecksums(bundled);

async function read(files: ModelFilesByName, folder = 'a/model'): Promise<void> {
  const reader = { read: (path: string) => Promise.resolve(files.get(path.replace('a/model/', ''))) };
  await readModelFolder(folder, reader);
  await readModelSource(folder.replace(/\/$/, ''), reader);
}

async function refused(files: ModelFilesByName, name: string, problem: RegExp): Promise<void> {
  await assert.rejects(read(files), (error: unknown) => {
    assert.ok(error instanceof DamagedModelError, String(error));
    assert.equal(error.file, `a/model/${name}`);
    assert.match(error.message, problem);
    return true;
  });
}

function flipped(bytes: Uint8Array | undefined, bit: number): Uint8Array {
  assert.ok(bytes !== undefined);
  const copy = bytes.slice();
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}

describe('checksums of a model', () => {
  it('let what is whole pass, and what has none', async () => {
    await read(whole);
    await read(whole, 'a/model/');
    await read(bundled);
    const other = flipped(bundled.get('model.safetensors'), 8 * 5_000_000);
    await read(new Map([...bundled, ['model.safetensors', other]]));
  });

  for (const name of bundled.keys()) {
    it(`refuse ${name} with a bit flipped, cut, or gone`, async () => {
      const bytes = bundled.get(name) ?? assert.fail();
      const bits = 8 * bytes.byteLength;
      for (const bit of [0, Math.floor(bits / 2), bits - 1]) {
        await refused(new Map([...whole, [name, flipped(bytes, bit)]]), name, /is damaged/);
      }
      await refused(new Map([...whole, [name, bytes.slice(0, -1)]]), name, /is damaged/);
      await refused(new Map([...whole].filter(([each]) => each !== name)), name, /is missing/);
    });
  }

  it('refuse themselves with any bit flipped', async () => {
    const name = 'checksums.json';
    const bytes = whole.get(name) ?? assert.fail();
    for (let bit = 0; bit < 8 * bytes.byteLength; bit++) {
      await refused(new Map([...whole, [name, flipped(bytes, bit)]]), name, /is damaged/);
    }
  });
});
