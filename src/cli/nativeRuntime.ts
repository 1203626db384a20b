// onnxruntime-node as a runtime: the native ceiling that benchmarks stand beside. Not in the VSIX. And the choice
// between it and the Wasm runtime.

import type { GraphSession, NamedTensors, Runtime, RuntimeTensor } from '../runtime/session.ts';
import { createNodeWasmRuntime } from '../runtime/nodeWasm.ts';
import type { SharedOptions } from './usage.ts';

/** The runtime that `--native` and `--threads` ask for. */
export async function createRuntime({
  native,
  runtimeFolder,
  threads,
}: Pick<SharedOptions, 'runtimeFolder' | 'threads'> & { readonly native: boolean }): Promise<Runtime> {
  if (!native) return createNodeWasmRuntime({ folder: runtimeFolder, threads });
  return createNativeRuntime(threads === 0 ? 2 : threads);
}

/** Loads onnxruntime-node. Throws an error that says how to install it where it is missing. */
export async function createNativeRuntime(threads: number): Promise<Runtime> {
  const ort = await import('onnxruntime-node').catch((error: unknown) => {
    throw new Error('onnxruntime-node is missing: run npm install in the repository', { cause: error });
  });
  const createSession = async (model: Uint8Array): Promise<GraphSession> => {
    const session = await ort.InferenceSession.create(model, {
      intraOpNumThreads: threads,
      graphOptimizationLevel: 'disabled',
    });
    return {
      async run(feeds): Promise<NamedTensors> {
        const inputs = Object.entries(feeds).map(([name, tensor]) => {
          if (tensor.type === 'device') throw new Error(`${name} lies on another device; read it first`);
          return [name, new ort.Tensor(tensor.type, tensor.data, tensor.shape)];
        });
        const results = await session.run(Object.fromEntries(inputs) as Parameters<typeof session.run>[0]);
        return Object.fromEntries(
          Object.entries(results).map(([name, { data, dims }]): [string, RuntimeTensor] => {
            if (!(data instanceof Float32Array)) throw new Error(`output ${name} is not float32`);
            return [name, { type: 'float32', shape: dims, data }];
          }),
        );
      },
      dispose() {
        void session.release();
      },
    };
  };
  return {
    device: 'native',
    threads,
    warnings: [],
    hasOwnMemory: false,
    maxNodeOutputs: Infinity,
    createSession,
    createKeepingSession: createSession,
    dispose: () => undefined,
  };
}
