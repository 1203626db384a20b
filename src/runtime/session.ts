// Sessions: a graph loaded into a runtime, ready to run. The interface is what the engine knows; the command
// line's benchmark implements it over onnxruntime-node to measure the native ceiling on the same graph.

import type { Disposable } from '../base/disposable.ts';

/** A tensor that goes into or comes out of a run; row-major. */
export type RuntimeTensor =
  | { readonly type: 'float32'; readonly shape: readonly number[]; readonly data: Float32Array }
  | { readonly type: 'int64'; readonly shape: readonly number[]; readonly data: BigInt64Array };

export type NamedTensors = Readonly<Record<string, RuntimeTensor>>;

export interface GraphSession extends Disposable {
  /** Runs the graph once. Runs of one session are queued; a failed run does not fail later ones. */
  run(feeds: NamedTensors): Promise<NamedTensors>;
}

export interface Runtime extends Disposable {
  /** What computes, for reports: `wasm`, say. */
  readonly device: string;
  readonly threads: number;
  /** What the user should know about this runtime, as whole sentences. */
  readonly warnings: readonly string[];
  /** Loads an ONNX model. Throws an error that says what onnxruntime refused. */
  createSession(model: Uint8Array): Promise<GraphSession>;
}
