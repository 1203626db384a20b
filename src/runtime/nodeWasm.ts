// onnxruntime-web's Wasm provider in Node: where its files are, and how many threads suit the machine.

import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Runtime } from './session.ts';
import { createWasmRuntime } from './wasm.ts';

export interface NodeWasmOptions {
  /** Folder of `ort-wasm-simd-threaded.{mjs,wasm}`; undefined takes them from the installed package. */
  readonly folder: string | undefined;
  /** Threads of a run; 0 chooses from the cores. */
  readonly threads: number;
}

/** As createWasmRuntime. */
export function createNodeWasmRuntime({ folder, threads }: NodeWasmOptions): Runtime {
  const address = (name: string) => pathToFileURL(join(folder ?? '', `ort-wasm-simd-threaded.${name}`)).href;
  return createWasmRuntime({
    module: folder === undefined ? undefined : { mjs: address('mjs'), wasm: address('wasm') },
    threads,
    cores: availableParallelism(),
  });
}
