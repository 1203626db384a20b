// What is shipped is named with its licence, in the notices for people and in the bill of materials for tools.

import { deepStrictEqual, match, ok, strictEqual, throws } from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { bundledPackages } from '../../src/release/bundledPackages.ts';
import { dataComponents, onnxRuntimeComponents } from '../../src/release/components.ts';
import { shippedGrammars, thirdPartyNotices } from '../../src/release/notices.ts';
import { sbom } from '../../src/release/sbom.ts';
import { repository } from '../support/engine.ts';

/** Those that the build ships, read from its own list. */
const grammars = /const grammars = '([^']+)'/
  .exec(readFileSync(join(repository, 'esbuild.mjs'), 'utf8'))?.[1]
  ?.split(' ');

const packages = bundledPackages(repository, [
  { inputs: { 'src/a.ts': {}, 'node_modules/valibot/dist/index.js': {} } },
  { inputs: { 'node_modules/@huggingface/jinja/dist/index.js': {}, 'node_modules/valibot/other.js': {} } },
]);

describe('release/bundledPackages', () => {
  it('names each bundled package once, and those that are copied', () => {
    deepStrictEqual(
      packages.map(({ name }) => name),
      ['@huggingface/jinja', '@vscode/tree-sitter-wasm', 'onnxruntime-web', 'valibot'],
    );
    for (const { licenseText, integrity } of packages) {
      match(licenseText, /Permission is hereby granted/);
      match(integrity ?? '', /^sha512-/);
    }
  });

  it('refuses a package whose terms nobody stated', () => {
    const root = mkdtempSync(join(tmpdir(), 'tinymemory-terms-'));
    try {
      const write = (path: string, content: unknown) => {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), JSON.stringify(content));
      };
      write('package-lock.json', { packages: {} });
      write('node_modules/onnxruntime-web/package.json', {
        name: 'onnxruntime-web',
        version: '1.0.0',
        license: 'Proprietary',
      });
      throws(
        () => bundledPackages(root, []),
        /node_modules\/onnxruntime-web carries no licence file: state its terms/,
      );
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});

describe('release/notices', () => {
  it('hold the licence of every grammar, of the rules and of what ONNX Runtime contains', () => {
    ok(grammars !== undefined && grammars.length >= 12);
    const text = thirdPartyNotices(repository, packages, grammars);
    for (const name of grammars)
      ok(text.includes(`tree-sitter-${name === 'tsx' ? 'typescript' : name} (MIT)`));
    for (const { name, copyright } of [...dataComponents, ...onnxRuntimeComponents]) {
      ok(text.includes(`\n${name} (`), name);
      ok(text.includes(copyright), name);
    }
    match(text, /Mozilla Public License Version 2\.0/);
    match(text, /Apache License\s+Version 2\.0/);
  });

  it('cannot leave a grammar out', () => {
    throws(() => shippedGrammars(['go', 'cobol']), /the grammar cobol has no licence/);
  });
});

describe('release/sbom', () => {
  const inputs = {
    version: '1.2.3',
    packages,
    embedded: onnxRuntimeComponents,
    model: { name: 'a model', license: 'MIT', weights: new Uint8Array([1, 2, 3]) },
    createdSeconds: 1_700_000_000,
  };

  it('is CycloneDX that names packages, components and the model with their checksums', () => {
    const document = v.parse(
      v.object({
        bomFormat: v.literal('CycloneDX'),
        specVersion: v.literal('1.6'),
        metadata: v.object({ timestamp: v.pipe(v.string(), v.isoTimestamp()) }),
        components: v.array(
          v.object({
            type: v.picklist(['library', 'machine-learning-model']),
            'bom-ref': v.string(),
            name: v.string(),
            purl: v.optional(v.string()),
            licenses: v.pipe(v.array(v.unknown()), v.length(1)),
            hashes: v.optional(v.array(v.object({ alg: v.string(), content: v.string() }))),
          }),
        ),
      }),
      JSON.parse(sbom(inputs)),
    );
    const refs = document.components.map(each => each['bom-ref']);
    strictEqual(new Set(refs).size, refs.length);
    const valibot = document.components.find(({ name }) => name === 'valibot');
    match(valibot?.purl ?? '', /^pkg:npm\/valibot@\d/);
    match(valibot?.hashes?.[0]?.content ?? '', /^[0-9a-f]{128}$/);
    strictEqual(
      document.components.at(-1)?.hashes?.[0]?.content,
      '039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81',
    );
  });

  it('is the same for the same inputs', () => {
    strictEqual(sbom(inputs), sbom({ ...inputs }));
  });
});
