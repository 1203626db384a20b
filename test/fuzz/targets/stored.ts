// What this product wrote to a disk, or to the editor's storage, and reads back after whatever happened to it.

import { deepStrictEqual, ok } from 'node:assert/strict';
import * as v from 'valibot';
import { silentLogger } from '../../../src/base/logger.ts';
import { ChatHistory } from '../../../src/editor/chat/chatHistory.ts';
import { parseDays, noCounts } from '../../../src/editor/reports/statistics.ts';
import { defaultSettings, parseSettings } from '../../../src/editor/settings/settings.ts';
import { crc32 } from '../../../src/base/crc32.ts';
import { encodeStore, parseStore } from '../../../src/memory/store.ts';
import { finish } from '../../../src/memory/workspaceMemory.ts';
import { turnSchema } from '../../../src/pages/chat/conversation.ts';
import { encodeCheckpoint, parseCheckpoint } from '../../../src/train/checkpoint.ts';
import { noProgress } from '../../../src/train/progress.ts';
import { trainingOptionsSchema } from '../../../src/worker/protocol/trainingOptions.ts';
import { trainingReportSchema } from '../../../src/worker/protocol/trainingReport.ts';
import { mutatedValue, randomBytes } from '../inputs.ts';
import { valueOf } from '../schemaInputs.ts';
import type { FuzzTarget } from '../target.ts';
import { bytesTarget, jsonTarget, schemaTarget } from '../target.ts';

const tensors = new Map([['w', { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }]]);
const state = { steps: 3, parameters: tensors, firstMoments: tensors, secondMoments: tensors };
const checkpoint = encodeCheckpoint('key', {
  progress: { ...noProgress('rows'), step: 3, losses: [{ step: 1, loss: 2.5 }] },
  state,
  best: { step: 2, loss: 1.5, state },
});

const store = finish(
  encodeStore('key', [
    { path: 'src/a.ts', sizeBytes: 1_234, mtimeMs: 1_700_000_000_123.5, content: [1, 200, 70_000] },
    { path: 'src/größe.py', sizeBytes: 2 ** 40, mtimeMs: 0, content: [] },
    { path: 'keys.txt', sizeBytes: 7, mtimeMs: 1, content: 'secret' },
  ]),
);
const vocabularySize = 80_000;

/** With a checksum that holds, so that what lies behind it is reached. */
function sealed(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 16) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  bytes.set(store.subarray(0, 8));
  view.setUint32(8, bytes.byteLength - 16, true);
  view.setUint32(12, crc32(bytes.subarray(16)), true);
  return bytes;
}

const memento = (value: unknown) => ({ get: () => value, keys: () => [], update: () => Promise.resolve() });
const reading = (schema: v.GenericSchema) => (value: unknown) => v.parse(schema, value);
const isValiError = (error: Error): boolean => error instanceof v.ValiError;

export const storedTargets: readonly FuzzTarget[] = [
  bytesTarget('a checkpoint', [checkpoint], bytes => {
    const read = parseCheckpoint(bytes, 'key');
    if (typeof read === 'string') return;
    deepStrictEqual(Buffer.from(bytes), Buffer.from(checkpoint), 'it was changed and is taken for whole');
  }),
  bytesTarget('the stored memory', [store], bytes => {
    const read = finish(parseStore(bytes, 'key', vocabularySize));
    if (typeof read === 'string') return;
    deepStrictEqual(Buffer.from(bytes), Buffer.from(store), 'it was changed and is taken for whole');
  }),
  {
    name: 'the stored memory behind its checksum',
    make: random => sealed(randomBytes([store], random)),
    check: input => {
      ok(input instanceof Uint8Array);
      const files = finish(parseStore(input, 'key', vocabularySize));
      if (typeof files === 'string') return;
      deepStrictEqual(finish(parseStore(finish(encodeStore('key', files)), 'key', vocabularySize)), files);
      for (const { content } of files)
        if (typeof content !== 'string') ok(content.every(token => token >= 0 && token < vocabularySize));
    },
  },
  schemaTarget('a training report', trainingReportSchema, reading(trainingReportSchema), isValiError),
  schemaTarget('options of a training', trainingOptionsSchema, reading(trainingOptionsSchema), isValiError),
  {
    name: 'the history of chat',
    make: random => {
      const turns = [valueOf(turnSchema, random), valueOf(turnSchema, random)];
      return random() < 0.3 ? turns : mutatedValue(turns, random);
    },
    check: input => {
      const turns = new ChatHistory(memento(input) as never, silentLogger).load();
      for (const turn of turns) ok(v.is(turnSchema, turn));
    },
  },
  jsonTarget(
    'statistics of days',
    [{ '2026-01-30': noCounts(), '2026-01-31': { ...noCounts(), shown: 3 }, '2025-01-01': noCounts() }],
    json => {
      const days = parseDays(json, '2026-01-31');
      for (const counts of Object.values(days)) ok(Object.values(counts.latencies).every(Number.isInteger));
      deepStrictEqual(parseDays(days, '2026-01-31'), days);
    },
  ),
  jsonTarget('settings', [{ ...defaultSettings, languages: { '*': true, python: false } }], json => {
    const values = (typeof json === 'object' && json !== null ? json : {}) as Record<string, unknown>;
    const { settings, problems } = parseSettings(key => values[key]);
    for (const { message } of problems) ok(message.startsWith('tinymemory.'));
    deepStrictEqual(
      parseSettings(key => settings[key]),
      { settings, problems: [] },
    );
  }),
];
