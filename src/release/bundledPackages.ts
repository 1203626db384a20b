// The npm packages that are shipped, read from what esbuild says went into the bundles: name, version, licence and the
// lock file's checksum of each.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';

export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression. */
  readonly license: string;
  readonly licenseText: string;
  /** As in package-lock.json, `sha512-…`; undefined for a package that is not in it. */
  readonly integrity: string | undefined;
}

/** The part of esbuild's metafile that names what was bundled. */
export interface BundleInputs {
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** Packages whose files are copied as they are, so no metafile names them. */
const copiedPackages = ['onnxruntime-web', '@vscode/tree-sitter-wasm'];

/** Packages that state the MIT licence in package.json but carry no licence file. */
const withoutLicenseFile = new Map([
  ['onnxruntime-web', 'Copyright (c) Microsoft Corporation'],
  ['onnxruntime-common', 'Copyright (c) Microsoft Corporation'],
]);

const manifestSchema = v.object({ name: v.string(), version: v.string(), license: v.string() });
const lockSchema = v.object({
  packages: v.record(v.string(), v.object({ integrity: v.optional(v.string()) })),
});

/**
 * The packages of `bundles` in the repository `root`, sorted by name. Throws an Error that names a package whose licence
 * cannot be told.
 */
export function bundledPackages(root: string, bundles: readonly BundleInputs[]): readonly BundledPackage[] {
  const lock = v.parse(lockSchema, JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
  const folders = new Set(copiedPackages.map(name => `node_modules/${name}`));
  for (const { inputs } of bundles) {
    for (const file of Object.keys(inputs)) {
      const folder = packageFolder(file);
      if (folder !== undefined) folders.add(folder);
    }
  }
  const packages = [...folders].map(folder => readPackage(root, folder, lock.packages[folder]?.integrity));
  return packages.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** The innermost package folder of a bundled file, from `node_modules` on; undefined for our own files. */
function packageFolder(file: string): string | undefined {
  const match = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
  return match?.slice(match.indexOf('node_modules/'));
}

function readPackage(root: string, folder: string, integrity: string | undefined): BundledPackage {
  const path = join(root, folder);
  const manifest = v.parse(manifestSchema, JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')));
  const file = readdirSync(path).find(name => /^licen[cs]e(-mit)?(\.(md|txt))?$/i.test(name));
  const licenseText =
    file === undefined ? mitOf(root, folder, manifest) : readFileSync(join(path, file), 'utf8').trim();
  return { ...manifest, licenseText, integrity };
}

function mitOf(root: string, folder: string, manifest: v.InferOutput<typeof manifestSchema>): string {
  const holder = withoutLicenseFile.get(manifest.name);
  if (holder === undefined || manifest.license !== 'MIT') {
    throw new Error(
      `${folder} carries no licence file: state its terms in src/release/bundledPackages.ts before bundling it`,
    );
  }
  return mitLicense(root, holder);
}

/** The MIT licence's text, which is our own, with another copyright line. */
export function mitLicense(root: string, copyright: string): string {
  return readFileSync(join(root, 'LICENSE'), 'utf8')
    .replace(/^Copyright .*$/m, () => copyright)
    .trim();
}
