// Who may import what: layers downwards, and packages only where they belong.

import { posix } from 'node:path';
import type { Import } from './source.ts';
import { layerOf } from './source.ts';

/** Packages that only some folders may import, and whether a type import elsewhere is fine. */
const packageRules = [
  {
    name: 'vscode',
    folders: ['src/editor/', 'src/extension.ts', 'src/webExtension.ts', 'test/host/'],
    typesAnywhere: true,
  },
  { name: 'onnxruntime-web', folders: ['src/runtime/', 'test/'], typesAnywhere: false },
  { name: 'onnxruntime-node', folders: ['src/cli/', 'test/'], typesAnywhere: false },
];

export function importFaults(path: string, { specifier, typeOnly }: Import): string[] {
  const fault = (problem: string): string[] => [`${path}: imports ${specifier}, ${problem}`];
  for (const { name, folders, typesAnywhere } of packageRules) {
    if (specifier !== name && !specifier.startsWith(`${name}/`)) continue;
    if (folders.some(folder => path.startsWith(folder)) || (typeOnly && typesAnywhere)) continue;
    return fault(`which only ${folders.join(', ')} may`);
  }
  if (!path.startsWith('src/')) return [];
  const from = layerOf(path);
  if (from === undefined) return [`${path}: is in no layer of the design`];
  if (!specifier.startsWith('.')) {
    const isRequestSchema = path.startsWith('src/base/requests/') && specifier === 'valibot';
    return from.name === 'base' && !isRequestSchema
      ? fault('but base imports nothing, and its requests valibot alone')
      : [];
  }
  const target = posix.join(posix.dirname(path), specifier);
  if (!target.startsWith('src/')) return fault('which is outside src');
  const to = layerOf(target);
  if (to === undefined) return fault('which is in no layer of the design');
  if (to.name === from.name || to.rank < from.rank) return [];
  return fault(to.rank === from.rank ? `a sibling of ${from.name}` : `which is above ${from.name}`);
}
