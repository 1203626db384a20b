// The home of an engine in a worker of a browser: files are the extension host's, and of the machine nothing is known.

import type { Files } from '../base/files.ts';
import { placeIn } from '../base/files.ts';
import { createWasmRuntime } from '../runtime/wasm.ts';
import { createWebGpuRuntime } from '../runtime/webgpu.ts';
import type { EngineHome } from './engineHome.ts';
import { webLocks } from './webLocks.ts';

const oneThread = 'In a browser the engine runs on one thread: prompts and training take longer.';

/** `extension` is the place of the extension's folder. */
export function webHome(files: Files, extension: string): EngineHome {
  const shipped = async (place: string): Promise<Uint8Array> => {
    const bytes = await files.read(place);
    if (bytes === undefined) throw new Error(`${place} is missing; install the extension anew`);
    return bytes;
  };
  return {
    storage: { files, locks: webLocks },
    asset: name => shipped(placeIn(extension, name.startsWith('grammars/') ? 'dist' : 'models', name)),
    machine: {
      isOnBattery: () => Promise.resolve(undefined),
      loadMeter: () => ({ share: () => 0 }),
      lowerPriority: () => undefined,
    },
    createRuntime({ runtimeFolder }) {
      // It is read while the model is.
      const module = shipped(placeIn(runtimeFolder, 'ort-wasm-simd-threaded.wasm'));
      const runtime = createWasmRuntime({ module, threads: 1, cores: 1 });
      return Promise.resolve({ ...runtime, warnings: [...runtime.warnings, oneThread] });
    },
    createWebGpuRuntime: ({ runtimeFolder }) =>
      createWebGpuRuntime({
        module: () => shipped(placeIn(runtimeFolder, 'ort-wasm-simd-threaded.jspi.wasm')),
      }),
    diskFolder: path => Promise.reject(new Error(`${path} is on a disk, which a browser does not reach`)),
  };
}
