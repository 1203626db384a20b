// The home of an engine in a worker of a browser or of a webview: files are the extension host's, and of the machine
// nothing is known.

import { placeIn } from '../base/files.ts';
import { createWasmRuntime } from '../runtime/wasm.ts';
import { createWebGpuRuntime } from '../runtime/webgpu.ts';
import type { EngineHome } from './engineHome.ts';
import type { RemoteHost } from './remoteHost.ts';

const oneThread = 'In a browser the engine runs on one thread: prompts and training take longer.';

/**
 * `extension` is the place of the extension's folder. `move` is given where another home is better at all but WebGPU: it
 * is told why WebGPU cannot be had, and has the work done there.
 */
export function webHome(
  { storage, diskRules }: RemoteHost,
  extension: string,
  move?: (why: string) => void,
): EngineHome {
  const shipped = async (place: string): Promise<Uint8Array> => {
    const bytes = await storage.files.read(place);
    if (bytes === undefined) throw new Error(`${place} is missing; install the extension anew`);
    return bytes;
  };
  return {
    name: move === undefined ? 'a worker of the browser' : 'a worker of a webview',
    storage,
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
    diskTree: () => undefined,
    diskRules,
    move:
      move &&
      (why => {
        move(why);
        // Whatever waits for this is over with the worker.
        return new Promise(() => undefined);
      }),
  };
}
