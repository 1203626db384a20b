// The bytes of a checkpoint: a safetensors file with the weights, the optimizer's moments and the weights of the best
// check, as one more tensor the progress as JSON, and as the last a checksum of the whole file but itself, names and
// shapes too. Whatever is wrong with the bytes, reading says so and never throws.

import * as v from 'valibot';
import { crc32 } from '../base/crc32.ts';
import { ModelFileError } from '../model/modelFileError.ts';
import { parseSafetensors, writeSafetensors } from '../model/safetensors.ts';
import type { TensorView } from '../model/tensorView.ts';
import { toFloat32 } from '../model/tensorView.ts';
import { progressSchema } from './progress.ts';
import type { StateTensor, TrainerState } from './step.ts';
import type { Checkpoint } from './trainer.ts';

/** `other-key`: of another model, of other files, or trained in another way. */
export type CheckpointFault = 'damaged' | 'other-version' | 'other-key';

const formatVersion = 3;
const recordName = 'record';
const checksumName = 'checksum';
const checksumBytes = 4;

const recordSchema = v.object({
  formatVersion: v.number(),
  key: v.string(),
  progress: progressSchema,
  steps: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  best: v.object({ step: v.number(), loss: v.number() }),
});

/** `key` names what the training depends on beside its state. The moments of the best check are not kept. */
export function encodeCheckpoint(
  key: string,
  { progress, state, best }: Checkpoint<TrainerState>,
): Uint8Array {
  const tensors = [
    ...views('parameters', state.parameters),
    ...views('first_moments', state.firstMoments),
    ...views('second_moments', state.secondMoments),
    ...views('best', best.state.parameters),
  ];
  const record: v.InferOutput<typeof recordSchema> = {
    formatVersion,
    key,
    progress,
    steps: state.steps,
    best: { step: best.step, loss: best.loss },
  };
  const data = new TextEncoder().encode(JSON.stringify(record));
  const bytes = writeSafetensors([
    ...tensors,
    { name: recordName, dtype: 'U8', shape: [data.length], data },
    { name: checksumName, dtype: 'U8', shape: [checksumBytes], data: new Uint8Array(checksumBytes) },
  ]);
  const written = parseSafetensors(bytes, 'the checkpoint').get(checksumName);
  if (written !== undefined) setChecksum(written, checksumOf(bytes, written));
  return bytes;
}

/** The checkpoint, or what is wrong with the bytes. */
export function parseCheckpoint(bytes: Uint8Array, key: string): Checkpoint<TrainerState> | CheckpointFault {
  let tensors: ReadonlyMap<string, TensorView>;
  let json: unknown;
  try {
    tensors = parseSafetensors(bytes, 'the checkpoint');
    json = JSON.parse(new TextDecoder().decode(tensors.get(recordName)?.data));
  } catch (error) {
    if (error instanceof ModelFileError || error instanceof SyntaxError) return 'damaged';
    throw error;
  }
  if (!v.is(v.object({ formatVersion: v.number() }), json)) return 'damaged';
  if (json.formatVersion !== formatVersion) return 'other-version';
  const parsed = v.safeParse(recordSchema, json);
  if (!parsed.success) return 'damaged';
  const { progress, steps, best } = parsed.output;
  const checksum = tensors.get(checksumName);
  if (checksum?.data.byteLength !== checksumBytes) return 'damaged';
  if (checksumOf(bytes, checksum) !== checksumIn(checksum)) return 'damaged';
  const others = [...tensors.values()].filter(({ name }) => name !== recordName && name !== checksumName);
  if (others.some(({ dtype }) => dtype !== 'F32')) return 'damaged';
  if (parsed.output.key !== key) return 'other-key';
  const moments = {
    firstMoments: group(others, 'first_moments'),
    secondMoments: group(others, 'second_moments'),
  };
  return {
    progress,
    state: { steps, parameters: group(others, 'parameters'), ...moments },
    best: { ...best, state: { steps, parameters: group(others, 'best'), ...moments } },
  };
}

function* views(part: string, tensors: ReadonlyMap<string, StateTensor>): Generator<TensorView> {
  for (const [name, { shape, data }] of tensors) {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    yield { name: `${part}/${name}`, dtype: 'F32', shape, data: bytes };
  }
}

function group(tensors: readonly TensorView[], part: string): ReadonlyMap<string, StateTensor> {
  return new Map(
    tensors
      .filter(({ name }) => name.startsWith(`${part}/`))
      .map(view => [view.name.slice(part.length + 1), { shape: view.shape, data: toFloat32(view) }]),
  );
}

/** Of all bytes of the file but those of the checksum, a tensor in it. */
function checksumOf(file: Uint8Array, { data }: TensorView): number {
  const start = data.byteOffset - file.byteOffset;
  return crc32(file.subarray(start + data.byteLength), crc32(file.subarray(0, start)));
}

function checksumIn({ data }: TensorView): number {
  return new DataView(data.buffer, data.byteOffset).getUint32(0, true);
}

function setChecksum({ data }: TensorView, checksum: number): void {
  new DataView(data.buffer, data.byteOffset).setUint32(0, checksum, true);
}
