// onnxruntime-web's WebGPU provider, in hosts that have `navigator.gpu`: web workers and webviews. The device is ours,
// so that its loss ends the run that waits for it. Only web bundles import this module.

import * as ort from 'onnxruntime-web/jspi';
import { SerialQueue } from '../base/scheduling/serialQueue.ts';
import type { GraphSession, HeldTensor, HeldTensors, Runtime } from './session.ts';
import { DeviceError } from './session.ts';
import type { GpuAdapter, GpuDevice } from './webgpuAdapter.ts';
import { describeAdapter, isSoftware, requestAdapter, requestDevice } from './webgpuAdapter.ts';

export interface WebGpuOptions {
  /**
   * Gives addresses of `ort-wasm-simd-threaded.jspi.mjs` and `.wasm`, or the bytes of the latter where onnxruntime's
   * script is in our bundle. Asked when the first session is made.
   */
  readonly module: () => Promise<{ readonly mjs: string; readonly wasm: string } | Uint8Array>;
}

export interface WebGpuRuntime extends Runtime {
  readonly device: 'webgpu';
  /** The adapter in a few words, as the browser tells them. */
  readonly adapter: string;
  /** Whether the adapter computes on the processor. */
  readonly isSoftware: boolean;
}

/**
 * Makes the runtime. Throws a DeviceError that says why there is none. From its first failure on whatever it is asked
 * for rejects with a DeviceError, runs that are under way too.
 */
export async function createWebGpuRuntime({ module }: WebGpuOptions): Promise<WebGpuRuntime> {
  if (!canSuspend()) {
    throw new DeviceError('this browser cannot suspend WebAssembly (JSPI), which WebGPU needs');
  }
  const adapter = await requestAdapter();
  const device = await requestDevice(adapter);
  return new DeviceRuntime(adapter, device, module);
}

/** onnxruntime-web is configured once a thread of JavaScript, before its first session. */
async function configure(module: WebGpuOptions['module']): Promise<void> {
  const found = await module();
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
  if (found instanceof Uint8Array) ort.env.wasm.wasmBinary = found;
  else ort.env.wasm.wasmPaths = found;
}

function canSuspend(): boolean {
  const { WebAssembly: wasm } = globalThis as { WebAssembly?: object };
  return wasm !== undefined && 'Suspending' in wasm;
}

class DeviceRuntime implements WebGpuRuntime {
  readonly device = 'webgpu';
  readonly threads = 1;
  readonly warnings = [];
  readonly hasOwnMemory = true;
  readonly adapter: string;
  readonly isSoftware: boolean;
  readonly maxNodeOutputs: number;
  private readonly queue = new SerialQueue();
  private readonly watch: Watch;
  private configured: Promise<void> | undefined;

  constructor(
    adapter: GpuAdapter,
    private readonly gpu: GpuDevice,
    private readonly module: WebGpuOptions['module'],
  ) {
    this.adapter = describeAdapter(adapter);
    this.isSoftware = isSoftware(adapter);
    // Each output is a buffer of the node's shader, and so is its input.
    this.maxNodeOutputs = gpu.limits.maxStorageBuffersPerShaderStage - 1;
    this.watch = new Watch(gpu);
  }

  async createSession(model: Uint8Array): Promise<GraphSession> {
    // Nothing is kept, so every output is here.
    return (await this.load(model, [])) as GraphSession;
  }

  createKeepingSession(model: Uint8Array, kept: readonly string[]): Promise<GraphSession<HeldTensor>> {
    return this.load(model, kept);
  }

  dispose(): void {
    this.watch.fail('it was disposed of');
    this.gpu.destroy();
  }

  /** Once; where it fails, the next session tries again. */
  private configure(): Promise<void> {
    this.configured ??= configure(this.module).catch((error: unknown) => {
      this.configured = undefined;
      throw error;
    });
    return this.configured;
  }

  private async load(model: Uint8Array, kept: readonly string[]): Promise<GraphSession<HeldTensor>> {
    await this.configure();
    const session = await this.queue.run(() =>
      this.watch.during(() =>
        ort.InferenceSession.create(model, {
          // The type of a device is the browser's, which the project is compiled without.
          executionProviders: [{ name: 'webgpu', device: this.gpu }],
          graphOptimizationLevel: 'disabled',
          enableMemPattern: false,
          preferredOutputLocation: Object.fromEntries(kept.map(name => [name, 'gpu-buffer'])),
        }),
      ),
    );
    return new DeviceSession(session, this.queue, this.watch);
  }
}

/** Turns the loss of a device, and whatever else goes wrong on it, into one DeviceError for all who wait. */
class Watch {
  private failure: DeviceError | undefined;
  private readonly failed: Promise<never>;
  private reject: (error: DeviceError) => void = () => undefined;

  constructor(gpu: GpuDevice) {
    this.failed = new Promise((_, reject) => {
      this.reject = reject;
    });
    // Nobody may be waiting.
    this.failed.catch(() => undefined);
    gpu.lost.then(
      ({ reason, message }) => {
        this.fail(`the device was lost (${reason}): ${message}`);
      },
      (error: unknown) => {
        this.fail(`the device was lost: ${String(error)}`);
      },
    );
    gpu.addEventListener('uncapturederror', ({ error }) => {
      this.fail(`the device reported an error: ${error.message}`);
    });
  }

  fail(reason: string): DeviceError {
    this.failure ??= new DeviceError(reason);
    this.reject(this.failure);
    return this.failure;
  }

  /** Rejects with a DeviceError when the work fails, or the device does: work on a lost device may never end. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    if (this.failure !== undefined) throw this.failure;
    try {
      return await Promise.race([work(), this.failed]);
    } catch (error) {
      throw this.fail(error instanceof Error ? error.message : String(error));
    }
  }
}

class DeviceSession implements GraphSession<HeldTensor> {
  private released = false;

  constructor(
    private readonly session: ort.InferenceSession,
    private readonly queue: SerialQueue,
    private readonly watch: Watch,
  ) {}

  run(feeds: HeldTensors): Promise<Readonly<Record<string, HeldTensor>>> {
    return this.queue.run(async () => {
      if (this.released) throw new Error('the session was released');
      const inputs = Object.entries(feeds).map(([name, tensor]) => [name, toOrt(tensor, name)] as const);
      const results = await this.watch.during(() => this.session.run(Object.fromEntries(inputs)));
      return Object.fromEntries(
        Object.entries(results).map(([name, tensor]) => [name, fromOrt(tensor, name, this.watch)]),
      );
    });
  }

  dispose(): void {
    if (this.released) return;
    this.released = true;
    this.queue.run(() => this.watch.during(() => this.session.release())).catch(() => undefined);
  }
}

class Kept {
  readonly type = 'device';
  constructor(
    readonly tensor: ort.Tensor,
    private readonly watch: Watch,
  ) {}

  get shape(): readonly number[] {
    return this.tensor.dims;
  }

  async read(): Promise<Float32Array> {
    const data = await this.watch.during(() => this.tensor.getData());
    if (!(data instanceof Float32Array)) throw new Error(`a tensor of ${this.tensor.type} was kept`);
    return data;
  }

  dispose(): void {
    this.tensor.dispose();
  }
}

function toOrt(tensor: HeldTensor, name: string): ort.Tensor {
  if (tensor.type !== 'device') return new ort.Tensor(tensor.type, tensor.data, tensor.shape);
  if (tensor instanceof Kept) return tensor.tensor;
  throw new Error(`${name} lies on another device; read it first`);
}

function fromOrt(tensor: ort.Tensor, name: string, watch: Watch): HeldTensor {
  if (tensor.location === 'gpu-buffer') return new Kept(tensor, watch);
  const { type, data, dims: shape } = tensor;
  if (type === 'float32' && data instanceof Float32Array) return { type, shape, data };
  if (type === 'int64' && data instanceof BigInt64Array) return { type, shape, data };
  throw new Error(`output ${name} has the element type ${type}, which the engine does not read`);
}
