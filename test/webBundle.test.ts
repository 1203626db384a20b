// What runs in a browser is bundled for one: a built-in of Node that finds its way in does not resolve, and what is
// left to be loaded at run time is VS Code's module alone. Nothing of ours knows a way to the network.

import { deepStrictEqual, match, ok, rejects } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildOptions, StdinOptions } from 'esbuild';
import { build } from 'esbuild';
import { repository } from './support/engine.ts';

interface Bundled {
  /** Files that are in it. */
  readonly inputs: readonly string[];
  /** What is loaded at run time. */
  readonly external: readonly string[];
  readonly sizeBytes: number;
}

/** As esbuild.mjs does it. */
async function bundle(entry: string | StdinOptions): Promise<Bundled> {
  const options = {
    absWorkingDir: repository,
    ...(typeof entry === 'string' ? { entryPoints: [entry] } : { stdin: entry }),
    outfile: 'bundle.js',
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    platform: 'browser',
    target: 'es2022',
    format: 'cjs',
    external: ['vscode'],
    alias: {
      'onnxruntime-web/jspi': 'onnxruntime-web/jspi',
      'onnxruntime-web': 'onnxruntime-web/wasm',
      jschardet: './src/corpus/withoutDetector.ts',
    },
    define: { 'import.meta.url': 'self.location.href' },
    logLevel: 'silent',
  } as const satisfies BuildOptions;
  const { metafile } = await build(options);
  const [output] = Object.values(metafile.outputs);
  return {
    inputs: Object.keys(metafile.inputs),
    external: [...new Set(output?.imports.filter(({ external }) => external).map(({ path }) => path))],
    sizeBytes: output?.bytes ?? Infinity,
  };
}

const networkCall =
  /\b(fetch|XMLHttpRequest|WebSocket|EventSource|WebTransport|RTCPeerConnection|sendBeacon|importScripts)\s*\(/;

function callsOfNetwork({ inputs }: Bundled): string[] {
  const own = inputs.filter(path => path.startsWith('src/'));
  ok(own.length > 20);
  return own.filter(path => networkCall.test(readFileSync(join(repository, path), 'utf8')));
}

describe('the bundles for a browser', function () {
  this.timeout(60_000);

  it('hold the extension, without Node and without the network', async () => {
    const extension = await bundle('src/webExtension.ts');
    deepStrictEqual(extension.external, ['vscode']);
    deepStrictEqual(callsOfNetwork(extension), []);
  });

  it('hold the engine, without Node, without VS Code, and without the network but for the endpoint that a user types', async () => {
    const engine = await bundle('src/worker/webEntry.ts');
    deepStrictEqual(engine.external, []);
    deepStrictEqual(callsOfNetwork(engine), ['src/chat/endpoint/endpointWriter.ts']);
    for (const part of ['ort.wasm.bundle.min.mjs', 'ort.jspi.bundle.min.mjs'])
      ok(
        engine.inputs.some(path => path.endsWith(part)),
        engine.inputs.join('\n'),
      );
    // More than half of it is the runtime. The dictionaries of questions (52 KB) are the first to move out if it grows.
    ok(engine.sizeBytes < 1_100_000, `${engine.sizeBytes} bytes`);
  });

  it('cannot hold what needs Node', async () => {
    await rejects(bundle('src/extension.ts'), /Could not resolve "node:/);
    await rejects(bundle('src/worker/entry.ts'), /Could not resolve "node:/);
    for (const name of ['node:fs', 'fs', 'path']) {
      const contents = `import * as it from '${name}'; console.log(it);`;
      await rejects(bundle({ contents, resolveDir: repository }), new RegExp(`Could not resolve "${name}"`));
    }
  });

  it('are what package.json names and what is shipped', () => {
    const read = (name: string) => readFileSync(join(repository, name), 'utf8');
    const { browser } = JSON.parse(read('package.json')) as { browser: string };
    deepStrictEqual(browser, './dist/web/extension.cjs');
    for (const path of ['dist/web/extension.cjs', 'dist/web/engine.js']) {
      match(read('.vscodeignore'), new RegExp(`^!${path}$`, 'm'));
      match(read('esbuild.mjs'), new RegExp(`outfile: '${path}'`));
    }
  });
});
