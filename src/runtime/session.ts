// Sessions: a graph loaded into a runtime, ready to run. The interface is what the engine knows; Wasm and WebGPU
// implement it, and for the command line's benchmark onnxruntime-node does, to measure the native ceiling.

import type { Disposable } from '../base/disposable.ts';

/** A tensor that goes into or comes out of a run; row-major. */
export type RuntimeTensor =
  | { readonly type: 'float32'; readonly shape: readonly number[]; readonly data: Float32Array }
  | { readonly type: 'int64'; readonly shape: readonly number[]; readonly data: BigInt64Array };

export type NamedTensors = Readonly<Record<string, RuntimeTensor>>;

/** A float32 tensor that stayed on the device that computed it, to be fed to other runs there. Its memory is the holder's to free. */
export interface DeviceTensor extends Disposable {
  readonly type: 'device';
  readonly shape: readonly number[];
  /** Copies it here. Rejects with a DeviceError when the device is lost. */
  read(): Promise<Float32Array>;
}

/** A tensor here or on the device: what a run takes, and gives where it was asked to keep its outputs. */
export type HeldTensor = RuntimeTensor | DeviceTensor;

export type HeldTensors = Readonly<Record<string, HeldTensor>>;

export interface GraphSession<Output extends HeldTensor = RuntimeTensor> extends Disposable {
  /** Runs the graph once. Runs of one session are queued; a failed run does not fail later ones. */
  run(feeds: HeldTensors): Promise<Readonly<Record<string, Output>>>;
}

export interface Runtime extends Disposable {
  /** What computes, for reports: `wasm`, say. */
  readonly device: string;
  readonly threads: number;
  /** What the user should know about this runtime, as whole sentences. */
  readonly warnings: readonly string[];
  /** Whether it computes on a device where tensors can be kept. */
  readonly hasOwnMemory: boolean;
  /** The most outputs that a node may have; `splitInSteps` makes a graph fit. */
  readonly maxNodeOutputs: number;
  /** Loads an ONNX model. Throws an error that says what onnxruntime refused. */
  createSession(model: Uint8Array): Promise<GraphSession>;
  /** The same, but outputs named in `kept` stay on the device if it has memory of its own. */
  createKeepingSession(model: Uint8Array, kept: readonly string[]): Promise<GraphSession<HeldTensor>>;
}

/**
 * The device cannot compute any more: it is lost, out of memory, or refused a graph. Nothing that lies on it can be
 * read; what it was asked for can be asked of another device.
 */
export class DeviceError extends Error {
  override readonly name = 'DeviceError';
}

/** The elements of a float32 tensor wherever it lies. */
export async function readFloats(tensor: HeldTensor | undefined, name: string): Promise<Float32Array> {
  if (tensor?.type === 'device') return tensor.read();
  return floatsHere(tensor, name);
}

/** The elements of a float32 tensor that is here. Throws when it is not. */
export function floatsHere(tensor: HeldTensor | undefined, name: string): Float32Array {
  if (tensor?.type !== 'float32') throw new Error(`the graph gave no float32 tensor ${name} to read`);
  return tensor.data;
}

/** Frees what lies on the device; tensors here need not be freed. */
export function free(tensors: Iterable<HeldTensor>): void {
  for (const tensor of tensors) if (tensor.type === 'device') tensor.dispose();
}
