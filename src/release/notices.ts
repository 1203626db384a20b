// ThirdPartyNotices.txt of the VSIX: the licence of every package that is bundled, and of what is compiled into the
// WebAssembly modules. It changes only when these do.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BundledPackage } from './bundledPackages.ts';
import { mitLicense } from './bundledPackages.ts';
import type { EmbeddedComponent } from './components.ts';
import { dataComponents, grammarComponents, onnxRuntimeComponents } from './components.ts';

const rule = `\n\n${'-'.repeat(80)}\n\n`;

/** The whole text. `root` is the repository; `grammars` names the grammar files that are shipped. */
export function thirdPartyNotices(
  root: string,
  packages: readonly BundledPackage[],
  grammars: readonly string[],
): string {
  const sections = packages.map(
    ({ name, version, license, licenseText }) => `${name} ${version} (${license})\n\n${licenseText}`,
  );
  return [
    'TinyMemory contains the following third-party software.',
    ...sections,
    'The filter of secrets contains the following rules.',
    ...dataComponents.map(each => embeddedSection(root, each)),
    'The WebAssembly modules in dist/runtime are ONNX Runtime, which contains:',
    ...onnxRuntimeComponents.map(each => embeddedSection(root, each)),
    'The WebAssembly modules in dist/grammars contain, beside tree-sitter:',
    ...shippedGrammars(grammars).map(each => embeddedSection(root, each)),
    ...licenseTexts(root, onnxRuntimeComponents),
  ]
    .join(rule)
    .concat('\n');
}

/** The components of the grammar files, each once. Throws an Error that names a grammar without a licence. */
export function shippedGrammars(grammars: readonly string[]): readonly EmbeddedComponent[] {
  const components = grammars.map(name => {
    const found = grammarComponents[name];
    if (found === undefined) {
      throw new Error(
        `the grammar ${name} has no licence in src/release/components.ts: state it before shipping it`,
      );
    }
    return found;
  });
  return [...new Map(components.map(each => [each.name, each])).values()];
}

function embeddedSection(root: string, { name, source, copyright, license }: EmbeddedComponent): string {
  const title = `${name} (${license})\n${source}`;
  return license === 'MIT'
    ? `${title}\n\n${mitLicense(root, copyright)}`
    : `${title}\n\n${copyright}\n\nThe text of the licence ${license} is at the end.`;
}

function licenseTexts(root: string, components: readonly EmbeddedComponent[]): string[] {
  const named = new Set(components.map(({ license }) => license).filter(license => license !== 'MIT'));
  return [...named]
    .sort()
    .map(
      license =>
        `${license}\n\n${readFileSync(join(root, 'src/release/licences', `${license}.txt`), 'utf8').trim()}`,
    );
}
