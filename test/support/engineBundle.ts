// The engine worker and the command line as they run from dist/, bundled into a temporary folder, so that tests
// neither need a build nor disturb one.

import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { bundledFolder, repository } from './engine.ts';

export interface EngineBundle {
  /** Everything lies in it; tests may put more there. */
  readonly folder: string;
  readonly enginePath: string;
  readonly cliPath: string;
  readonly runtimeFolder: string;
  dispose(): void;
}

/** `more` are other entries, by the names of their bundles, which lie beside the engine's. */
export async function bundleEngine(more: Readonly<Record<string, string>> = {}): Promise<EngineBundle> {
  const folder = mkdtempSync(join(tmpdir(), 'tinymemory-engine-'));
  const dist = join(folder, 'dist');
  const runtimeFolder = join(dist, 'runtime');
  const grammars = join(dist, 'grammars');
  for (const made of [dist, runtimeFolder, grammars]) mkdirSync(made);
  const onnxruntime = join(repository, 'node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded');
  cpSync(`${onnxruntime}.mjs`, join(runtimeFolder, basename(`${onnxruntime}.mjs`)));
  compress(`${onnxruntime}.wasm`, runtimeFolder);
  for (const from of ['node_modules/web-tree-sitter', 'node_modules/@vscode/tree-sitter-wasm/wasm']) {
    for (const name of readdirSync(join(repository, from)).filter(name => name.endsWith('.wasm')))
      compress(join(repository, from, name), grammars);
  }
  symlinkSync(join(repository, 'models'), join(folder, 'models'), 'junction');
  await build({
    absWorkingDir: repository,
    entryPoints: { engine: 'src/worker/entry.ts', cli: 'src/cli/main.ts', ...more },
    outdir: dist,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: ['node20', 'es2022'],
    conditions: ['node', 'import'],
    external: ['onnxruntime-node'],
    logLevel: 'error',
    banner: {
      js: `import { createRequire as createRequireForBundle } from 'node:module';
const require = createRequireForBundle(import.meta.url);`,
    },
  });
  return {
    folder,
    enginePath: join(dist, 'engine.js'),
    cliPath: join(dist, 'cli.js'),
    runtimeFolder,
    dispose() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** As esbuild.mjs does it, but quickly. */
function compress(path: string, folder: string): void {
  writeFileSync(join(folder, `${basename(path)}.gz`), gzipSync(readFileSync(path), { level: 1 }));
}

/** A copy of the bundled model that may be damaged. */
export function copyOfModel(bundle: EngineBundle, name: string): string {
  const copy = join(bundle.folder, name);
  rmSync(copy, { recursive: true, force: true });
  cpSync(bundledFolder, copy, { recursive: true });
  return copy;
}
