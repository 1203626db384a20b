// The gate of the corpus: bytes of a file in, text without secrets out, or the reason why it stays outside. Whatever
// memory, training and chat learn of the workspace has come through here.

import { errorMessage } from '../base/logger.ts';
import { decodeText } from './decodeText.ts';
import { isCode } from './fileKind.ts';
import { judgeName } from './fileNames.ts';
import type { CorpusFile, FileTree } from './fileTree.ts';
import type { LeftOutReason } from './leftOut.ts';
import { filterVersion, redact } from './redact.ts';
import { holdsPrivateKey } from './secrets/keyBlocks.ts';
import { isGenerated, isMinified } from './writtenByPrograms.ts';

export type Admission =
  | {
      readonly kind: 'admitted';
      /** Without byte order mark; line ends are `\n`; secrets replaced, with as many lines as before. */
      readonly text: string;
      /** Lines that are empty here as their encoding is unknown. */
      readonly unreadableLines: number;
      /** Secrets replaced. */
      readonly redactions: number;
    }
  | { readonly kind: 'left-out'; readonly reason: LeftOutReason; readonly detail?: string };

/** Changes when what is admitted of the same bytes does, so that what was kept of them is read anew. */
export const admissionVersion = `2.${filterVersion}`;

export interface AdmitOptions {
  /** Files over this many bytes are left out, in place of `maxBytesOf`. */
  readonly maxFileBytes?: number;
  /** The editor's `files.encoding`, by VS Code's name: how text that is not UTF-8 is read. */
  readonly encoding?: string | undefined;
  /** The same of single files, by path within their tree, for `readAdmitted`. */
  readonly encodings?: Readonly<Record<string, string>> | undefined;
  /** Called between the reading of a file and the work on its bytes, which does not wait for anything. */
  readonly onRead?: () => void;
}

/**
 * Larger files are left out, in bytes: of code what somebody may still have written by hand (TypeScript's checker has
 * 3 MB), of all else what is no table yet. Admitting 4 MB holds up a thread for half a second.
 */
export function maxBytesOf(path: string): number {
  return isCode(path) ? 4_000_000 : 1_000_000;
}

/** Pure. `path` is relative to the workspace; its name alone may keep the file out. */
export function admit(path: string, bytes: Uint8Array, options: AdmitOptions = {}): Admission {
  const byName = judgeName(path);
  if (byName !== undefined) return leftOut(byName);
  if (bytes.byteLength === 0) return leftOut('empty');
  if (bytes.byteLength > (options.maxFileBytes ?? maxBytesOf(path))) return leftOut('too-large');
  const decoded = decodeText(bytes, options.encoding);
  return decoded.kind === 'text' ? admitDecoded(path, decoded) : leftOut(decoded.kind);
}

/** The same for text that an editor already holds, such as a document that is not saved yet. */
export function admitText(path: string, text: string, options: AdmitOptions = {}): Admission {
  const byName = judgeName(path);
  if (byName !== undefined) return leftOut(byName);
  if (text.length > (options.maxFileBytes ?? maxBytesOf(path))) return leftOut('too-large');
  return admitDecoded(path, { text, unreadableLines: 0 });
}

/**
 * Reads and admits a file that the walk has found. The size is looked up again, as the file may have grown since; what
 * cannot be read is left out with what the file system said. Never rejects.
 */
export async function readAdmitted(
  tree: FileTree,
  { path }: Pick<CorpusFile, 'path'>,
  options: AdmitOptions = {},
): Promise<Admission> {
  const byName = judgeName(path);
  if (byName !== undefined) return leftOut(byName);
  try {
    const { sizeBytes } = await tree.stat(path);
    if (sizeBytes > (options.maxFileBytes ?? maxBytesOf(path))) return leftOut('too-large');
    const bytes = await tree.read(path);
    options.onRead?.();
    return admit(path, bytes, { ...options, encoding: options.encodings?.[path] ?? options.encoding });
  } catch (error) {
    return { kind: 'left-out', reason: 'unreadable', detail: errorMessage(error) };
  }
}

function admitDecoded(
  path: string,
  { text: decoded, unreadableLines }: { text: string; unreadableLines: number },
): Admission {
  if (decoded.trim() === '') return leftOut('empty');
  // What Git LFS leaves in place of a large file.
  if (decoded.startsWith('version https://git-lfs.github.com/spec/')) return leftOut('binary');
  if (holdsPrivateKey(decoded)) return leftOut('secret');
  if (isGenerated(decoded)) return leftOut('generated');
  if (isMinified(decoded)) return leftOut('minified');
  const { text, count } = redact(decoded, path);
  return { kind: 'admitted', text, redactions: count, unreadableLines };
}

function leftOut(reason: LeftOutReason): Admission {
  return { kind: 'left-out', reason };
}
