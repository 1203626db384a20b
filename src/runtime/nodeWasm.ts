// onnxruntime-web's Wasm provider in Node: where its files are, and how many threads suit the machine.

import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Runtime } from './session.ts';
import type { WasmModule } from './wasm.ts';
import { createWasmRuntime } from './wasm.ts';

export interface NodeWasmOptions {
  /** Folder of `ort-wasm-simd-threaded.mjs` and `.wasm.gz`; undefined takes them from the installed package. */
  readonly folder: string | undefined;
  /** Threads of a run; 0 chooses from the cores. */
  readonly threads: number;
}

/** As createWasmRuntime. */
export function createNodeWasmRuntime({ folder, threads }: NodeWasmOptions): Runtime {
  const module = folder === undefined ? undefined : shippedModule(folder);
  return createWasmRuntime({ module, threads, cores: availableParallelism() });
}

function shippedModule(folder: string): WasmModule {
  const path = join(folder, 'ort-wasm-simd-threaded');
  return {
    mjs: pathToFileURL(`${path}.mjs`).href,
    binary: async () => new Uint8Array(await promisify(gunzip)(await readFile(`${path}.wasm.gz`))),
  };
}
