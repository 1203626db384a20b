// What the WebGPU tests and the benchmark run in a browser: the bundled model on either device, called from outside by
// name. Arguments and answers are JSON.

import { neverCancelled } from '../../../src/base/cancellation.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { Decoder } from '../../../src/infer/decoder.ts';
import { NetworkInUse } from '../../../src/infer/network.ts';
import type { BatchShape } from '../../../src/model/lossGraph.ts';
import type { ModelFiles } from '../../../src/model/modelFolder.ts';
import { readModelFolder } from '../../../src/model/modelFolder.ts';
import type { Precision } from '../../../src/model/parameters.ts';
import { safetensorsWeights } from '../../../src/model/weights.ts';
import type { GraphSession, HeldTensor, Runtime } from '../../../src/runtime/session.ts';
import { createWasmRuntime } from '../../../src/runtime/wasm.ts';
import type { WebGpuRuntime } from '../../../src/runtime/webgpu.ts';
import { createWebGpuRuntime } from '../../../src/runtime/webgpu.ts';
import type { Batch, TrainingStep } from '../../../src/train/step.ts';
import { createTrainingStep } from '../../../src/train/step.ts';
import { loadNetwork } from '../../../src/worker/engine/loadNetwork.ts';

type Device = 'wasm' | 'webgpu';

export interface GpuPage {
  /** What the browser calls the adapter. Rejects with the reason when there is none. */
  adapter(): Promise<string>;
  /** The tokens that greedy decoding appends, token by token. */
  decode(device: Device, precision: Precision, prompt: readonly number[], count: number): Promise<number[]>;
  /** The same on WebGPU with Wasm in reserve; its device is lost when so many tokens are appended and the next run began. */
  decodeAndLose(
    prompt: readonly number[],
    count: number,
    lostAfter: number,
  ): Promise<{ readonly tokens: number[]; readonly reason: string }>;
  /** Losses of steps, the last one of two batches, and how many numbers were read from the device for them. */
  train(device: Device, steps: number, shape: BatchShape): Promise<{ losses: number[]; numbersRead: number }>;
  /** Milliseconds of a training step of each device in turns, the first rounds left out. */
  timeTraining(shape: BatchShape, rounds: number, threads: number): Promise<Record<Device, number[]>>;
  /** Milliseconds of a prompt that is not cached, and of a token after it. */
  timeDecoding(tokens: number, rounds: number, threads: number): Promise<Record<Device, DecodingTimes>>;
}

interface DecodingTimes {
  readonly promptMs: number[];
  readonly tokenMs: number[];
}

const hyperparameters = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1, clipNorm: 1 };

/** Devices that WebGPU gave out, to be lost on purpose. */
const given: { destroy(): void }[] = [];

let model: Promise<ModelFiles> | undefined;
let gpu: Promise<WebGpuRuntime> | undefined;
let wasm: Runtime | undefined;

const page: GpuPage = {
  adapter: async () => (await runtimeOf('webgpu')).adapter,
  async decode(device, precision, prompt, count) {
    const networks = await networkOn(await runtimeOf(device), precision);
    return greedy(new Decoder((await files()).config, networks), prompt, count);
  },
  async decodeAndLose(prompt, count, lostAfter) {
    let reason = 'the device was not lost';
    const network = await loadNetwork(await files(), (await files()).config, await runtimeOf('webgpu'));
    const networks = new NetworkInUse(network, async error => {
      reason = error.message;
      return loadNetwork(await files(), (await files()).config, await runtimeOf('wasm'), 'float32');
    });
    let runs = 0;
    const decoder = new Decoder((await files()).config, networks, run => {
      const running = run();
      if (runs++ === lostAfter) for (const device of given) device.destroy();
      return running;
    });
    return { tokens: await greedy(decoder, prompt, count), reason };
  },
  async train(device, steps, shape) {
    let numbersRead = 0;
    const counting = counted(await runtimeOf(device), count => (numbersRead += count));
    const step = await trainingStep(counting, shape);
    const losses: number[] = [];
    for (let at = 0; at < steps; at++) {
      const batches = [batchOf(shape, at), ...(at === steps - 1 ? [batchOf(shape, steps)] : [])];
      losses.push((await step.step(batches, 1e-3)).loss);
    }
    step.dispose();
    return { losses, numbersRead };
  },
  async timeTraining(shape, rounds, threads) {
    const times: Record<Device, number[]> = { wasm: [], webgpu: [] };
    const steps = [
      ['wasm', await trainingStep(await runtimeOf('wasm', threads), shape)],
      ['webgpu', await trainingStep(await runtimeOf('webgpu'), shape)],
    ] as const;
    for (let round = -2; round < rounds; round++) {
      for (const [device, step] of steps) {
        const ms = await timeMs(() => step.step([batchOf(shape, round + 2)], 1e-5));
        if (round >= 0) times[device].push(ms);
      }
    }
    for (const [, step] of steps) step.dispose();
    return times;
  },
  async timeDecoding(tokens, rounds, threads) {
    const times = {
      wasm: { promptMs: [] as number[], tokenMs: [] as number[] },
      webgpu: { promptMs: [] as number[], tokenMs: [] as number[] },
    };
    const { config } = await files();
    const decoders = [
      ['wasm', new Decoder(config, await networkOn(await runtimeOf('wasm', threads)))],
      ['webgpu', new Decoder(config, await networkOn(await runtimeOf('webgpu')))],
    ] as const;
    const prompt = Array.from({ length: tokens }, (_, at) => 10 + ((at * 37) % 1000));
    for (let round = -1; round < rounds; round++) {
      for (const [device, decoder] of decoders) {
        const key = `round ${round}`;
        const ask = (more: readonly number[]) =>
          timeMs(() => decoder.logitsAfter(key, [...prompt, ...more], neverCancelled));
        const [promptMs, tokenMs] = [await ask([]), await ask([7])];
        if (round < 0) continue;
        times[device].promptMs.push(promptMs);
        times[device].tokenMs.push(tokenMs);
      }
    }
    return times;
  },
};

watchDevices();
(globalThis as { gpuPage?: GpuPage }).gpuPage = page;

function files(): Promise<ModelFiles> {
  return (model ??= readModelFolder('model', {
    async read(path) {
      const response = await fetch(`/${path}`);
      return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined;
    },
  }));
}

async function runtimeOf(device: 'webgpu'): Promise<WebGpuRuntime>;
async function runtimeOf(device: Device, threads?: number): Promise<Runtime>;
async function runtimeOf(device: Device, threads = 1): Promise<Runtime> {
  const module = (name: string) => ({
    mjs: new URL(`/runtime/${name}.mjs`, location().href).href,
    wasm: new URL(`/runtime/${name}.wasm`, location().href).href,
  });
  if (device === 'webgpu')
    return (gpu ??= createWebGpuRuntime({
      module: () => Promise.resolve(module('ort-wasm-simd-threaded.jspi')),
    }));
  return (wasm ??= createWasmRuntime({ module: module('ort-wasm-simd-threaded'), threads, cores: threads }));
}

function location(): { readonly href: string } {
  return (globalThis as unknown as { location: { href: string } }).location;
}

async function networkOn(runtime: Runtime, precision?: Precision): Promise<NetworkInUse> {
  return new NetworkInUse(await loadNetwork(await files(), (await files()).config, runtime, precision));
}

async function greedy(decoder: Decoder, prompt: readonly number[], count: number): Promise<number[]> {
  const sequence = [...prompt];
  for (let step = 0; step < count; step++) {
    const logits = await decoder.logitsAfter('a', sequence, neverCancelled);
    sequence.push(logits.reduce((best, value, at) => (value > (logits[best] ?? 0) ? at : best), 0));
  }
  decoder.dispose();
  return sequence.slice(prompt.length);
}

async function trainingStep(runtime: Runtime, shape: BatchShape): Promise<TrainingStep> {
  const { config, tensors } = await files();
  const mode = { kind: 'full' } as const;
  const weights = safetensorsWeights(tensors, 'model.safetensors');
  return createTrainingStep(runtime, config, weights, { mode, shape, hyperparameters, recompute: false });
}

/** Text-like: a few tokens often and many seldom, which is what gradients of the embedding add up over. */
function batchOf({ rows, tokens }: BatchShape, seed: number): Batch {
  const random = seededRandom(seed + 1);
  const draw = () =>
    BigInt64Array.from({ length: rows * tokens }, () => BigInt(Math.floor(8000 * random() ** 4)));
  return { tokens: draw(), targets: draw(), mask: new Float32Array(rows * tokens).fill(1) };
}

/** Tells how many numbers each run gave out of the device. */
function counted(runtime: Runtime, tell: (count: number) => void): Runtime {
  return {
    ...runtime,
    hasOwnMemory: runtime.hasOwnMemory,
    maxNodeOutputs: runtime.maxNodeOutputs,
    createSession: bytes => runtime.createSession(bytes),
    async createKeepingSession(bytes, kept): Promise<GraphSession<HeldTensor>> {
      const session = await runtime.createKeepingSession(bytes, kept);
      return {
        async run(feeds) {
          const results = await session.run(feeds);
          for (const tensor of Object.values(results)) if (tensor.type !== 'device') tell(tensor.data.length);
          return results;
        },
        dispose() {
          session.dispose();
        },
      };
    },
  };
}

/** Keeps what `requestDevice` gives. */
function watchDevices(): void {
  interface Adapter {
    requestDevice(descriptor: object): Promise<{ destroy(): void }>;
  }
  const { GPUAdapter: adapters } = globalThis as { GPUAdapter?: { readonly prototype: Adapter } };
  if (adapters === undefined) return;
  const request = Object.getOwnPropertyDescriptor(adapters.prototype, 'requestDevice')
    ?.value as Adapter['requestDevice'];
  adapters.prototype.requestDevice = async function (this: Adapter, descriptor: object) {
    const device = await request.call(this, descriptor);
    given.push(device);
    return device;
  };
}

async function timeMs(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}
