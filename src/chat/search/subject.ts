// The file or folder that a question is about, where it names one: by its path, by the end of it, or as "this file".

import type { ChatRequest } from '../model/types.ts';
import type { SearchIndex } from './searchIndex.ts';

export type Subject =
  | { readonly kind: 'file'; readonly path: string }
  /** `path` without a slash at its end. */
  | { readonly kind: 'folder'; readonly path: string };

/** The subject of the words alone; undefined where they name no file or folder of the workspace. */
export function subjectIn(text: string, index: Pick<SearchIndex, 'paths' | 'has'>): Subject | undefined {
  const isCalledFolder = /\b(?:folder|directory|dir)\b/i.test(text);
  for (const [word] of text.slice(0, maxChars).matchAll(pathLike)) {
    const path = word.replace(/^\.?\//, '').replace(/[/.,;:!?]+$/, '');
    if (path === '') continue;
    const isPath = path.includes('/') || /\.\w+$/.test(path);
    if (!isPath && !isCalledFolder) continue;
    const found = resolved(path, index);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** As `subjectIn`, and also a file that is attached, or open where the question says "this file". */
export function subjectOf(
  text: string,
  { references, activeFile }: Pick<ChatRequest, 'references' | 'activeFile'>,
  index: Pick<SearchIndex, 'paths' | 'has'>,
): Subject | undefined {
  const named = subjectIn(text, index);
  if (named !== undefined) return named;
  const [file] = references.filter(({ kind }) => kind === 'file');
  if (file !== undefined) return { kind: 'file', path: file.path };
  if (!/\b(?:this|the (?:current|open|active)) (?:file|module|class|script)\b/i.test(text)) return undefined;
  return activeFile !== undefined && index.has(activeFile.path)
    ? { kind: 'file', path: activeFile.path }
    : undefined;
}

/** Whether a question asks what its file or folder is, rather than for something in it. */
export function asksWhatItIs(text: string): boolean {
  return (
    /^(?:please\s+)?(?:explain|describe|summari[sz]e|outline|document|what(?:'s| is| are| does| do)|tell me about|show|give|how does .* work|why|who (?:uses|imports))\b/i.test(
      text.trim(),
    ) || !/\s/.test(text.trim())
  );
}

/** Of a question, looked at for a path. */
const maxChars = 1_000;

const pathLike = /[\p{L}\p{N}_@.()[\]$~+-]*(?:\/[\p{L}\p{N}_@.()[\]$~+-]+)*\/?/gu;

/** By the whole path, else by its end where one file or folder alone has it. */
function resolved(path: string, index: Pick<SearchIndex, 'paths' | 'has'>): Subject | undefined {
  if (index.has(path)) return { kind: 'file', path };
  const files = new Set<string>();
  const folders = new Set<string>();
  for (const other of index.paths()) {
    if (other.endsWith(`/${path}`)) files.add(other);
    if (other.startsWith(`${path}/`)) return { kind: 'folder', path };
    const inside = other.indexOf(`/${path}/`);
    if (inside !== -1) folders.add(other.slice(0, inside + path.length + 1));
  }
  const [file] = shortestFirst(files);
  if (file !== undefined) return { kind: 'file', path: file };
  const [folder] = shortestFirst(folders);
  return folder === undefined ? undefined : { kind: 'folder', path: folder };
}

function shortestFirst(paths: ReadonlySet<string>): readonly string[] {
  return [...paths].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
}
