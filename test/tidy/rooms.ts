// Within a layer, rooms know each other in one direction only; nothing is loaded in a runtime that it is not for; and no
// file imports itself by way of others.

import { posix } from 'node:path';
import type { Import } from './source.ts';
import { layerOf } from './source.ts';

/** Folders and files, by what is in them. */
const inside = (folder: string, ...names: readonly string[]): string[] =>
  names.map(name => `src/${folder}${name}`);

/**
 * Where code runs. It loads only code of its own runtime and what runs anywhere, which is all that is not listed. A type
 * may come from elsewhere, as it is gone at run time.
 */
const runtimes = {
  'extension host': inside('', 'editor/', 'worker/client/', 'extension.ts', 'webExtension.ts'),
  engine: [
    ...inside(
      '',
      'graph/',
      'infer/',
      'train/',
      'tokenizer/',
      'memory/',
      'complete/',
      'runtime/',
      'model/',
      'evaluate/',
    ),
    ...inside('chat/', 'chunks/', 'search/', 'answers/', 'writing/', 'writers/'),
    ...inside('worker/', 'engine/', 'indexing/', 'training/', 'host/', 'entry.ts', 'webEntry.ts'),
    ...inside('worker/platform/', 'nodeHome.ts', 'webHome.ts'),
  ],
  page: inside('', 'webview/'),
  'command line': inside('', 'cli/', 'release/', 'corpus/secrets/gitleaks/generate.ts'),
} as const;

type Runtime = keyof typeof runtimes;

/** Data and texts within an engine's folder that load nothing of it, and so run anywhere. */
const runsAnywhere = new Set([
  'src/chat/endpoint/endpointWriter.ts',
  'src/complete/suggestionDefaults.ts',
  'src/complete/types.ts',
  'src/evaluate/verdict.ts',
  'src/model/checksums.ts',
  'src/model/folderLayout.ts',
  'src/model/loraTargets.ts',
  'src/model/modelFileError.ts',
  'src/model/nodeFiles.ts',
  'src/runtime/deviceChoice.ts',
  'src/train/progress.ts',
]);

/** What only Node can load: files that are named for it, its folders and its entries. */
const nodeFile = /(^|\/)node[A-Z]\w*\.ts$/;
const nodeFolders = ['src/cli/', 'src/release/', 'src/corpus/secrets/gitleaks/'];
const nodeEntries = new Set(['src/extension.ts', 'src/worker/entry.ts', 'src/worker/client/engineThread.ts']);

export function runtimeFaults(path: string, { specifier, typeOnly }: Import): string[] {
  if (!path.startsWith('src/') || path.startsWith('src/base/') || typeOnly) return [];
  const fault = (problem: string): string[] => [`${path}: loads ${specifier}, ${problem}`];
  const isForNode =
    nodeFile.test(path) || nodeEntries.has(path) || nodeFolders.some(folder => path.startsWith(folder));
  if (specifier.startsWith('node:'))
    return isForNode ? [] : fault('which browsers lack; name the file node…');
  if (!specifier.startsWith('.')) return [];
  const target = posix.join(posix.dirname(path), specifier);
  if (nodeFile.test(target) && !isForNode) return fault('which runs in Node alone');
  const own = runtimeOf(path);
  const needed = runtimeOf(target);
  if (needed === undefined || own === needed || own === 'command line') return [];
  return fault(`which is for the ${needed}`);
}

function runtimeOf(path: string): Runtime | undefined {
  if (runsAnywhere.has(path)) return undefined;
  const names = Object.keys(runtimes) as Runtime[];
  return names.find(name => runtimes[name].some(folder => path.startsWith(folder)));
}

/** The folders within a layer know each other in one direction only. */
export function roomFaults(imports: ReadonlyMap<string, readonly Import[]>): string[] {
  const known = new Map<string, Map<string, string>>();
  for (const [path, found] of imports) {
    const from = roomOf(path);
    for (const { specifier } of found) {
      const to = specifier.startsWith('.') ? roomOf(posix.join(posix.dirname(path), specifier)) : undefined;
      if (from === undefined || to === undefined || from === to || layerOf(path)?.name !== to.split('/')[1])
        continue;
      const others = known.get(from) ?? new Map<string, string>();
      others.set(to, `${path}: imports ${specifier}`);
      known.set(from, others);
    }
  }
  return [...known].flatMap(([room, others]) =>
    [...others].flatMap(([other, example]) =>
      reaches(known, other, room) ? [`${example}, though ${other} knows ${room}`] : [],
    ),
  );
}

/** Undefined for a file that lies in its layer itself: it is on top of the layer's rooms, or is the layer. */
function roomOf(path: string): string | undefined {
  const parts = path.split('/');
  return parts[0] === 'src' && parts.length > 3 ? parts.slice(0, 3).join('/') : undefined;
}

function reaches(known: ReadonlyMap<string, ReadonlyMap<string, string>>, from: string, to: string): boolean {
  const seen = new Set([from]);
  for (const room of seen) {
    if (room === to) return true;
    for (const next of known.get(room)?.keys() ?? []) seen.add(next);
  }
  return false;
}

/** Type imports count too: a cycle of types is a cycle of what must be understood together. */
export function cycleFaults(imports: ReadonlyMap<string, readonly Import[]>): string[] {
  const faults: string[] = [];
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (path: string): void => {
    const seen = trail.indexOf(path);
    if (seen !== -1) faults.push(`${path}: imports itself by ${[...trail.slice(seen + 1), path].join(', ')}`);
    if (seen !== -1 || done.has(path)) return;
    trail.push(path);
    for (const { specifier } of imports.get(path) ?? []) {
      if (specifier.startsWith('.')) visit(posix.join(posix.dirname(path), specifier));
    }
    trail.pop();
    done.add(path);
  };
  for (const path of imports.keys()) visit(path);
  return faults;
}
