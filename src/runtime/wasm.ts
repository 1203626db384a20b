// onnxruntime-web's Wasm provider (SIMD, threads), in Node and in browsers.

import * as ort from 'onnxruntime-web';
import { nextTurn } from '../base/scheduling/nextTurn.ts';
import { SerialQueue } from '../base/scheduling/serialQueue.ts';
import type {
  GraphSession,
  HeldTensor,
  HeldTensors,
  NamedTensors,
  Runtime,
  RuntimeTensor,
} from './session.ts';

export type WasmModule =
  /** Addresses of onnxruntime's two files. */
  | { readonly mjs: string; readonly wasm: string }
  /**
   * The bytes of its WebAssembly, which are taken, and awaited by the first session; and the address of its script, unless
   * that is in our bundle.
   */
  | { readonly mjs?: string; readonly binary: () => Promise<Uint8Array<ArrayBuffer>> };

export interface WasmOptions {
  /** Of the first call in a thread; undefined leaves it to onnxruntime to look beside its own package. */
  readonly module: WasmModule | undefined;
  /** Threads of a run; 0 chooses from the cores. */
  readonly threads: number;
  /** Of the machine. */
  readonly cores: number;
}

/** More threads than this do not pay for models of a few million parameters: a run is over before they wake. */
const maxUsefulThreads = 4;

/** Half of the cores, so that the editor stays responsive; at least one, and both of a two-core machine. */
export function chooseThreads(requested: number, cores: number): number {
  if (requested > 0) return Math.max(1, Math.min(Math.floor(requested), cores));
  return Math.min(maxUsefulThreads, Math.max(Math.min(cores, 2), Math.floor(cores / 2)));
}

/** onnxruntime-web is configured once a thread of JavaScript; a second call must ask for the same threads. */
export function createWasmRuntime({ module, threads, cores }: WasmOptions): Runtime {
  const warnings: string[] = [];
  let count = chooseThreads(threads, cores);
  if (count > 1 && typeof SharedArrayBuffer === 'undefined') {
    warnings.push(
      'This host has no SharedArrayBuffer: the engine runs on one thread and prompts take longer.',
    );
    count = 1;
  }
  ort.env.wasm.numThreads = count;
  ort.env.logLevel = 'error';
  const loading = load(module);
  // The caller who creates a session gets the error.
  loading.catch(() => undefined);
  // One queue for all sessions: they share the Wasm instance, and with it its threads.
  const queue = new SerialQueue();
  const createSession = async (model: Uint8Array): Promise<GraphSession> => {
    const session = await queue.run(async () => {
      const binary = await loading;
      const created = await ort.InferenceSession.create(model, {
        executionProviders: ['wasm'],
        // The graph is already fused by hand: optimizing it takes 100 ms and gains nothing measurable.
        graphOptimizationLevel: 'disabled',
        enableMemPattern: false,
      });
      if (binary !== undefined) letGoOf(binary);
      return created;
    });
    return new WasmSession(session, queue);
  };
  return {
    device: 'wasm',
    threads: count,
    warnings,
    hasOwnMemory: false,
    maxNodeOutputs: Infinity,
    createSession,
    // There is no memory but this.
    createKeepingSession: createSession,
    dispose: () => undefined,
  };
}

let loaded: Promise<Uint8Array<ArrayBuffer> | undefined> | undefined;

/** Gives the bytes that onnxruntime compiles at its first session. Where they cannot be had, the next call tries again. */
function load(module: WasmModule | undefined): Promise<Uint8Array<ArrayBuffer> | undefined> {
  loaded ??= configure(module).catch((error: unknown) => {
    loaded = undefined;
    throw error;
  });
  return loaded;
}

async function configure(module: WasmModule | undefined): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (module === undefined) return undefined;
  if ('wasm' in module) {
    ort.env.wasm.wasmPaths = module;
    return undefined;
  }
  if (module.mjs !== undefined) ort.env.wasm.wasmPaths = { mjs: module.mjs };
  const binary = await module.binary();
  ort.env.wasm.wasmBinary = binary;
  return binary;
}

/** Once they are compiled nobody needs them, but onnxruntime holds on to them: megabytes. */
function letGoOf(binary: Uint8Array<ArrayBuffer>): void {
  if (binary.byteLength > 0) structuredClone(binary.buffer, { transfer: [binary.buffer] });
}

class WasmSession implements GraphSession {
  private released = false;

  constructor(
    private readonly session: ort.InferenceSession,
    private readonly queue: SerialQueue,
  ) {}

  run(feeds: HeldTensors): Promise<NamedTensors> {
    return this.queue.run(async () => {
      if (this.released) throw new Error('the session was released');
      const results = await this.session.run(mapValues(feeds, toOrt));
      // A run holds the thread and resolves without giving it up: without a pause here no message, such as the
      // cancellation of what is being generated, would be received before the last run.
      await nextTurn();
      return mapValues(results, fromOrt);
    });
  }

  dispose(): void {
    if (this.released) return;
    this.released = true;
    // Disposing waits for nothing, and a session that cannot be released goes with its thread.
    this.queue.run(() => this.session.release()).catch(() => undefined);
  }
}

function toOrt(tensor: HeldTensor, name: string): ort.Tensor {
  if (tensor.type === 'device') throw new Error(`${name} lies on another device; read it first`);
  return new ort.Tensor(tensor.type, tensor.data, tensor.shape);
}

function fromOrt(value: ort.InferenceSession.OnnxValueMapType[string], name: string): RuntimeTensor {
  const { type, data, dims: shape } = value;
  if (type === 'float32' && data instanceof Float32Array) return { type, shape, data };
  if (type === 'int64' && data instanceof BigInt64Array) return { type, shape, data };
  throw new Error(`output ${name} has the element type ${type}, which the engine does not read`);
}

function mapValues<T, U>(
  record: Readonly<Record<string, T>>,
  map: (value: T, key: string) => U,
): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}
