// Builds what runs from dist/: the extension (CommonJS, as VS Code loads it), the engine worker and the command
// line (ES modules), the pages of webviews, the Wasm runtime beside them, and the third-party notices and the bill of
// materials of all that is shipped.
// `--watch` rebuilds on change; `--production` minifies and leaves out source maps, which is what the VSIX ships.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, context } from 'esbuild';
import { bundledPackages } from './src/release/bundledPackages.ts';
import { dataComponents, onnxRuntimeComponents } from './src/release/components.ts';
import { packagedReadme } from './src/release/packagedReadme.ts';
import { shippedGrammars, thirdPartyNotices } from './src/release/notices.ts';
import { sbom } from './src/release/sbom.ts';

const root = dirname(fileURLToPath(import.meta.url));
const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

/** @type {import('esbuild').BuildOptions} */
const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  // VS Code 1.100, the oldest supported, runs its extension host on Node 20.
  target: ['node20', 'es2022'],
  minify: production,
  sourcemap: production ? false : 'linked',
  // Licences are gathered in ThirdPartyNotices.txt instead.
  legalComments: 'none',
  metafile: true,
  logLevel: 'info',
};

/** What CommonJS dependencies inside an ES module bundle expect to find. */
const esModule = {
  format: 'esm',
  conditions: ['node', 'import'],
  banner: {
    js: `import { createRequire as createRequireForBundle } from 'node:module';
const require = createRequireForBundle(import.meta.url);`,
  },
};

/**
 * For extension hosts and workers of a browser. The runtime's script is in the bundle, so that nothing is fetched; a
 * built-in of Node that found its way in is an error.
 */
const web = {
  platform: 'browser',
  target: ['es2022'],
  external: ['vscode'],
  alias: {
    'onnxruntime-web/jspi': 'onnxruntime-web/jspi',
    'onnxruntime-web': 'onnxruntime-web/wasm',
    jschardet: './src/corpus/withoutDetector.ts',
  },
  define: { 'import.meta.url': 'self.location.href' },
};

/** @type {import('esbuild').BuildOptions[]} */
const bundles = [
  {
    ...shared,
    entryPoints: ['src/extension.ts'],
    outfile: 'dist/extension.cjs',
    format: 'cjs',
    external: ['vscode'],
  },
  { ...shared, ...esModule, entryPoints: ['src/worker/entry.ts'], outfile: 'dist/engine.js' },
  {
    ...shared,
    ...esModule,
    entryPoints: ['src/cli/main.ts'],
    outfile: 'dist/cli.js',
    external: ['onnxruntime-node'],
  },
  webviewBundle(),
  // What package.json calls `browser`: CommonJS too, in a file that is no module by its name.
  {
    ...shared,
    ...web,
    entryPoints: ['src/webExtension.ts'],
    outfile: 'dist/web/extension.cjs',
    format: 'cjs',
  },
  {
    ...shared,
    ...web,
    entryPoints: ['src/worker/webEntry.ts'],
    outfile: 'dist/web/engine.js',
    format: 'iife',
  },
];

/**
 * The pages: of each folder `src/webview/NAME` with a main.ts the script and `media/NAME.css`, as
 * `dist/webview/NAME.js` and `NAME.css`, beside the icon font that all share.
 */
function webviewBundle() {
  const names = readdirSync(join(root, 'src/webview')).filter(name =>
    existsSync(join(root, 'src/webview', name, 'main.ts')),
  );
  return {
    ...shared,
    platform: 'browser',
    // VS Code 1.100 is Chromium 132.
    target: ['chrome132'],
    format: 'esm',
    entryPoints: [
      ...names.flatMap(name => [
        { in: `src/webview/${name}/main.ts`, out: name },
        { in: `media/${name}.css`, out: name },
      ]),
      { in: 'node_modules/@vscode/codicons/dist/codicon.css', out: 'codicon' },
    ],
    outdir: 'dist/webview',
    loader: { '.ttf': 'file' },
    assetNames: '[name]',
  };
}

/** The last is for WebGPU, which only homes in a browser have: their bundle holds its script. */
const runtimeFiles = [
  'ort-wasm-simd-threaded.mjs',
  'ort-wasm-simd-threaded.wasm',
  'ort-wasm-simd-threaded.jspi.wasm',
];

/** Of @vscode/tree-sitter-wasm, those that src/chat/chunks/grammars.ts names. */
const grammars = 'bash c-sharp cpp go java javascript php python ruby rust tsx typescript'.split(' ');

/** WebAssembly is compressed to a quarter: a browser reads it through VS Code, byte by byte. */
function copyFiles(to, files) {
  const folder = join(root, 'dist', to);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const path of files) {
    const bytes = readFileSync(join(root, 'node_modules', path));
    const isCompressed = path.endsWith('.wasm');
    const name = basename(path) + (isCompressed ? '.gz' : '');
    writeFileSync(join(folder, name), isCompressed ? gzipSync(bytes, { level: 9 }) : bytes);
  }
}

async function buildAll() {
  const results = await Promise.allSettled(bundles.map(bundle => build(bundle)));
  if (results.some(({ status }) => status === 'rejected')) {
    // esbuild has told what is wrong.
    process.exitCode = 1;
    return;
  }
  // The command line is not shipped, so what only it needs is not in the notices.
  const shipped = results.filter((_, index) => bundles[index].outfile !== 'dist/cli.js');
  const packages = bundledPackages(
    root,
    shipped.map(({ value }) => value.metafile),
  );
  writeFileSync(join(root, 'dist/ThirdPartyNotices.txt'), thirdPartyNotices(root, packages, grammars));
  writeFileSync(join(root, 'dist/sbom.cdx.json'), sbom(sbomInputs(packages)));
  writeFileSync(join(root, 'dist/README.md'), packagedReadme(readFileSync(join(root, 'README.md'), 'utf8')));
  if (production) removeSourceMaps('dist');
}

function sbomInputs(packages) {
  const seconds = process.env.SOURCE_DATE_EPOCH;
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return {
    version,
    packages,
    embedded: [...dataComponents, ...onnxRuntimeComponents, ...shippedGrammars(grammars)],
    model: {
      name: 'TinyMemory 6M',
      license: 'MIT',
      weights: readFileSync(join(root, 'models/bundled/model.safetensors')),
    },
    createdSeconds: seconds === undefined ? undefined : Number(seconds),
  };
}

function removeSourceMaps(folder) {
  for (const name of readdirSync(join(root, folder), { recursive: true })) {
    if (name.endsWith('.map')) rmSync(join(root, folder, name));
  }
}

copyFiles(
  'runtime',
  runtimeFiles.map(name => `onnxruntime-web/dist/${name}`),
);
copyFiles('grammars', [
  'web-tree-sitter/web-tree-sitter.wasm',
  ...grammars.map(name => `@vscode/tree-sitter-wasm/wasm/tree-sitter-${name}.wasm`),
]);
if (watch) for (const bundle of bundles) await (await context(bundle)).watch();
else await buildAll();
