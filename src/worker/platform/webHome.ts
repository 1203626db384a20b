// The home of an engine in a worker of a browser or of a webview: files are the extension host's, and of the machine
// nothing is known.

import { placeIn } from '../../base/files.ts';
import { apply, input } from '../../graph/graph.ts';
import { encodeOnnx } from '../../graph/onnx.ts';
import type { Runtime } from '../../runtime/session.ts';
import { createWasmRuntime } from '../../runtime/wasm.ts';
import { createWebGpuRuntime } from '../../runtime/webgpu.ts';
import type { EngineHome } from '../engine/engineHome.ts';
import type { ReachedHost } from './remoteHost.ts';

const oneThread = 'In a browser the engine runs on one thread: prompts and training take longer.';

/** `extension` is the place of the extension's folder. */
export function webHome(
  { storage, diskRules, askEndpoint }: ReachedHost,
  extension: string,
  isForWebGpuAlone: boolean,
): EngineHome {
  const shipped = async (folder: string, name: string): Promise<Uint8Array> => {
    const place = placeIn(extension, folder, name);
    const bytes = await storage.files.read(place);
    if (bytes === undefined) throw new Error(`${place} is missing; install the extension anew`);
    return bytes;
  };
  const unzipped = async (name: string): Promise<Uint8Array<ArrayBuffer>> => {
    const zipped = new Blob([new Uint8Array(await shipped('dist', `${name}.gz`))]);
    return new Uint8Array(
      await new Response(zipped.stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer(),
    );
  };
  // It takes longest, and is almost always needed.
  const wasm = isForWebGpuAlone ? undefined : unzipped('runtime/ort-wasm-simd-threaded.wasm');
  wasm?.catch(() => undefined);
  return {
    name: isForWebGpuAlone ? 'a worker of a webview' : 'a worker of the browser',
    storage,
    asset: name => (name.startsWith('grammars/') ? unzipped(name) : shipped('models', name)),
    machine: {
      isOnBattery: () => Promise.resolve(undefined),
      loadMeter: () => ({ share: () => 0 }),
      lowerPriority: () => undefined,
    },
    createRuntime() {
      const binary = () => wasm ?? unzipped('runtime/ort-wasm-simd-threaded.wasm');
      const runtime = createWasmRuntime({ module: { binary }, threads: 1, cores: 1 });
      warmUp(runtime);
      return Promise.resolve({ ...runtime, warnings: [...runtime.warnings, oneThread] });
    },
    createWebGpuRuntime: () =>
      createWebGpuRuntime({ module: () => unzipped('runtime/ort-wasm-simd-threaded.jspi.wasm') }),
    diskTree: () => undefined,
    diskRules,
    // Of a webview's page.
    askEndpoint: isForWebGpuAlone ? askEndpoint : undefined,
    isForWebGpuAlone,
  };
}

/** Compiles onnxruntime while the model is still being read. What is wrong, the model's session will tell. */
function warmUp(runtime: Runtime): void {
  const outputs = { y: apply('Exp', [input('x', 'float32', [1])], {}) };
  runtime.createSession(encodeOnnx({ outputs })).then(
    session => {
      session.dispose();
    },
    () => undefined,
  );
}
