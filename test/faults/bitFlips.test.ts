// One bit of what is stored is flipped, each in turn where that takes seconds and a seeded sample of them otherwise: what
// is read then is refused, or means the same as before. Never is it another memory, model, report or count.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Memento } from 'vscode';
import { recordOf } from '../../src/base/checkedRecord.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { seededRandom } from '../../src/base/random.ts';
import { noCounts } from '../../src/editor/reports/statistics.ts';
import { checkedState } from '../../src/editor/settings/checkedState.ts';
import defaultMixtures from '../../src/infer/defaultMixtures.json' with { type: 'json' };
import { encodeStore, parseStore } from '../../src/memory/store.ts';
import { finish } from '../../src/memory/workspaceMemory.ts';
import { checkedReader, DamagedModelError, withChecksums } from '../../src/model/checksums.ts';
import { jsonBytes, placeIn } from '../../src/base/files.ts';
import { encodeCheckpoint, parseCheckpoint } from '../../src/train/checkpoint.ts';
import { noProgress } from '../../src/train/progress.ts';
import type { TrainingReport } from '../../src/worker/protocol/trainingReport.ts';
import { nodeFiles, nodeStorage } from '../../src/worker/platform/nodeStorage.ts';
import { TrainingFolder } from '../../src/worker/storage/trainingFolder.ts';
import { bundledFolder } from '../support/engine.ts';
import { faultRounds, seed } from './support/rounds.ts';

describe(`a flipped bit (seed ${seed})`, function () {
  this.timeout(0);
  const random = seededRandom(seed);

  /** Flips in place, reads, and flips back. */
  const withFlipped = async (bytes: Uint8Array, bit: number, read: () => unknown): Promise<void> => {
    const flip = (): void => {
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    };
    flip();
    try {
      await read();
    } catch (error) {
      throw new Error(`bit ${bit & 7} of byte ${bit >> 3}`, { cause: error });
    } finally {
      flip();
    }
  };
  const eachBit = async (bytes: Uint8Array, read: () => unknown): Promise<void> => {
    for (let bit = 0; bit < 8 * bytes.byteLength; bit++) await withFlipped(bytes, bit, read);
  };

  it('in the stored memory, or in the index of chat, is refused', async () => {
    const bytes = finish(
      encodeStore('key', [
        { path: 'src/a.ts', sizeBytes: 1_234, mtimeMs: 1_700_000_000_123.5, content: [1, 200, 7_000] },
        { path: 'src/größe.py', sizeBytes: 2 ** 40, mtimeMs: 0, content: [] },
        { path: 'keys.txt', sizeBytes: 7, mtimeMs: 1, content: 'secret' },
      ]),
    );
    await eachBit(bytes, () => {
      assert.equal(typeof finish(parseStore(bytes, 'key', 8_192)), 'string');
    });
  });

  it('in a checkpoint is refused', async () => {
    const tensors = new Map([['w', { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }]]);
    const state = { steps: 3, parameters: tensors, firstMoments: tensors, secondMoments: tensors };
    const progress = { ...noProgress('rows'), step: 3, losses: [{ step: 1, loss: 2.5 }] };
    const bytes = encodeCheckpoint('key', { progress, state, best: { step: 2, loss: 1.5, state } });
    await eachBit(bytes, () => {
      assert.equal(typeof parseCheckpoint(bytes, 'key'), 'string');
    });
  });

  describe('in what a training leaves', () => {
    let folder: TrainingFolder;
    /** What is read instead of a file on the disk. */
    const replaced = new Map<string, Uint8Array>();
    before(() => {
      const read = async (place: string) => replaced.get(place) ?? (await nodeFiles.read(place));
      folder = new TrainingFolder(mkdtempSync(join(tmpdir(), 'tinymemory-flips-')), {
        ...nodeStorage,
        files: { ...nodeFiles, read },
      });
    });
    after(() => {
      rmSync(folder.path, { recursive: true });
    });

    /** `read` gives `whole` for the file as it is, and `absent` for each flip, of which it can be warned. */
    const refuses = async (file: string, read: () => Promise<unknown>, absent: unknown): Promise<void> => {
      const place = placeIn(folder.path, file);
      const whole = await read();
      assert.notDeepEqual(whole, absent);
      const bytes = new Uint8Array(readFileSync(place));
      replaced.set(place, bytes);
      await eachBit(bytes, async () => {
        assert.deepEqual(await read(), absent);
        assert.deepEqual(await folder.damagedRecords(), [file]);
      });
      replaced.clear();
    };

    it('makes a report absent', async () => {
      await folder.writeReport(report);
      await refuses('first/training.json', () => folder.reports(), []);
    });

    it('makes absent which model is in use, and which training is unfinished', async () => {
      await folder.setActive('first');
      await folder.writeModel('first', new Map([['config.json', Uint8Array.of(1)]]));
      await refuses('active.json', () => folder.activeModelFolder(), undefined);
      await folder.begin({ mode: { kind: 'full' }, minutes: 2, seed: 0 });
      await refuses('unfinished.json', () => folder.unfinished(), undefined);
    });
  });

  describe('in a trained model', () => {
    const files = withChecksums(
      new Map([
        ...readdirSync(bundledFolder).map((name): [string, Uint8Array] => [
          name,
          new Uint8Array(readFileSync(join(bundledFolder, name))),
        ]),
        ['mixtures.json', jsonBytes(defaultMixtures)],
      ]),
    );
    for (const [name, bytes] of files) {
      it(`is refused in ${name}`, async () => {
        const read = async (): Promise<void> => {
          const reader = { read: (path: string) => Promise.resolve(files.get(path.slice('model/'.length))) };
          await (await checkedReader('model', reader)).read(`model/${name}`);
        };
        await read();
        const bits = 8 * bytes.byteLength;
        const isLarge = bytes.byteLength > 1e6;
        const wanted = Math.min(bits, faultRounds(isLarge ? 100 : 1_000, isLarge ? 1_000 : 10_000));
        for (let round = 0; round < wanted; round++) {
          const bit = wanted === bits ? round : Math.floor(random() * bits);
          await withFlipped(bytes, bit, () => assert.rejects(read, DamagedModelError));
        }
      });
    }
  });

  const kept: Readonly<Record<string, unknown>> = {
    'the statistics': { '2026-01-02': { ...noCounts(), shown: 12, characters: 345 } },
    'the marks of files that ended an engine': {
      version: '1.2.3',
      files: [{ path: 'a.ts', sizeBytes: 9, mtimeMs: 7.5 }],
    },
    'the history of chat': [
      { id: 'a', question: 'why "so"?\n', status: 'done', parts: [{ kind: 'text', text: 'größer' }] },
    ],
    'the times of devices': { 'a / b': { wasmMs: 1.5, webgpuMs: 2 } },
    'that the workspace is forgotten': true,
  };
  for (const [what, value] of Object.entries(kept)) {
    it(`in ${what} is refused`, async () => {
      const bytes = new TextEncoder().encode(JSON.stringify(recordOf(value)));
      await eachBit(bytes, () => {
        let stored: unknown;
        try {
          stored = JSON.parse(new TextDecoder().decode(bytes));
        } catch {
          // VS Code finds that itself, and starts anew.
          return;
        }
        const memento: Memento = { keys: () => ['key'], get: () => stored, update: () => Promise.resolve() };
        const read: unknown = checkedState(memento, silentLogger).get('key');
        if (read !== undefined) assert.deepEqual(read, value);
      });
    });
  }
});

const judged = {
  bitsPerByte: 0.5,
  tokenAccuracy: 0.25,
  lineExact: 0.125,
  lineSimilarity: 0.5,
  networkBitsPerByte: 1,
};
const report: TrainingReport = {
  formatVersion: 1,
  id: 'first',
  startedAt: '2026-01-02T03:04:05.678Z',
  mode: 'full',
  baseName: 'base',
  modelName: 'base, trained here',
  parameters: 100,
  trainedParameters: 50,
  device: 'wasm',
  threads: 1,
  files: { training: 9, validation: 2, heldOut: 3 },
  end: 'finished',
  bestStep: 2,
  progress: { ...noProgress('rows'), step: 3, losses: [{ step: 1, loss: 2.5 }] },
  before: judged,
  after: judged,
  kept: true,
  samples: [{ path: 'src/größe.ts', line: 3, expected: '"a"', before: 'b', after: 'c' }],
};
