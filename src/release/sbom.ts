// The software bill of materials of the VSIX in CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json): what is bundled, what
// is compiled in, and the model, with the checksums that are known.

import { createHash } from 'node:crypto';
import type { BundledPackage } from './bundledPackages.ts';
import type { EmbeddedComponent } from './components.ts';

export interface SbomInputs {
  readonly version: string;
  readonly packages: readonly BundledPackage[];
  readonly embedded: readonly EmbeddedComponent[];
  /** The bundled network. */
  readonly model: { readonly name: string; readonly license: string; readonly weights: Uint8Array };
  /** Seconds since 1970; undefined leaves the time out, so that equal inputs give equal bytes. */
  readonly createdSeconds: number | undefined;
}

/** The JSON text, indented. */
export function sbom({ version, packages, embedded, model, createdSeconds }: SbomInputs): string {
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      ...(createdSeconds === undefined ? {} : { timestamp: new Date(createdSeconds * 1000).toISOString() }),
      component: {
        type: 'application',
        'bom-ref': `tinymemory@${version}`,
        name: 'tinymemory',
        version,
        licenses: [{ license: { id: 'MIT' } }],
      },
    },
    components: [
      ...packages.map(packageComponent),
      ...embedded.map(({ name, source, license, copyright }) => ({
        type: 'library',
        'bom-ref': source,
        name,
        licenses: [{ license: { id: license } }],
        copyright,
        externalReferences: [{ type: 'vcs', url: source }],
      })),
      {
        type: 'machine-learning-model',
        'bom-ref': 'models/bundled',
        name: model.name,
        licenses: [{ license: { id: model.license } }],
        hashes: [{ alg: 'SHA-256', content: createHash('sha256').update(model.weights).digest('hex') }],
      },
    ],
  };
  return JSON.stringify(document, undefined, 2) + '\n';
}

function packageComponent({ name, version, license, integrity }: BundledPackage) {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    purl,
    licenses: [/\s/.test(license) ? { expression: license } : { license: { id: license } }],
    ...(integrity === undefined ? {} : { hashes: [hashOf(integrity)] }),
  };
}

/** Of a subresource integrity string: `sha512-` and Base64. */
function hashOf(integrity: string): { readonly alg: string; readonly content: string } {
  const [algorithm = '', base64 = ''] = integrity.split('-', 2);
  return {
    alg: algorithm.replace('sha', 'SHA-'),
    content: Buffer.from(base64, 'base64').toString('hex'),
  };
}
