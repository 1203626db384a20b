// What an evaluation reads: the files of a folder as memory would take them, split into those that are remembered and
// those that judge. What is held out is known to nothing else than its judge.

import type { CancellationToken } from '../base/cancellation.ts';
import { neverCancelled, throwIfCancelled } from '../base/cancellation.ts';
import { readAdmitted } from '../corpus/admit.ts';
import type { CorpusFile, FileTree } from '../corpus/fileTree.ts';
import { splitHeldOut } from '../corpus/heldOut.ts';
import type { CorpusReport, LeftOut } from '../corpus/leftOut.ts';
import { CorpusCount } from '../corpus/leftOut.ts';
import type { ReadingMark } from '../corpus/readingMark.ts';
import { isIn, noMark } from '../corpus/readingMark.ts';
import type { Slicer } from '../base/scheduling/slicer.ts';
import { runInSlices } from '../base/scheduling/slicer.ts';
import { TimeSlices } from '../base/scheduling/timeSlices.ts';
import type { CorpusRules } from '../corpus/walk.ts';
import { walkCorpus } from '../corpus/walk.ts';
import { defaultCapBytes, withinCap } from '../corpus/withinCap.ts';
import type { PromptBuilder } from '../complete/context.ts';
import { WorkspaceMemory } from '../memory/workspaceMemory.ts';
import { encodeInSlices } from '../tokenizer/slicedEncoding.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import type { SourceFile } from './scoring.ts';

export interface WorkspaceFiles {
  /** In the order of the walk. Line ends are `\n`, secrets replaced. */
  readonly workspace: readonly SourceFile[];
  /** Disjoint from `workspace`, in the same order. */
  readonly heldOut: readonly SourceFile[];
  readonly report: CorpusReport;
}

/** A folder of the workspace. */
export interface EvaluatedFolder {
  /** Stands before the paths of its files: '' or ending in a slash, and different for each folder. */
  readonly prefix: string;
  readonly tree: FileTree;
  readonly rules: CorpusRules;
}

export interface ReadingOptions {
  readonly seed: number;
  readonly capBytes?: number;
  readonly slicer?: Slicer;
  readonly cancellation?: CancellationToken;
  /** Files that are left out as long as they have this size and time. */
  readonly skip?: readonly CorpusFile[] | undefined;
  readonly mark?: ReadingMark;
}

/** Reads and splits the files below one tree's root, as `readFolders` does. */
export async function readWorkspace(
  tree: FileTree,
  rules: CorpusRules,
  seed: number,
  cancellation: CancellationToken = neverCancelled,
): Promise<WorkspaceFiles> {
  return readFolders([{ prefix: '', tree, rules }], { seed, cancellation });
}

/**
 * Reads and splits the files of all folders. Throws an Error that says what is missing where there are too
 * few files of code to hold any out, and a CancellationError when cancelled.
 */
export async function readFolders(
  folders: readonly EvaluatedFolder[],
  {
    seed,
    capBytes = defaultCapBytes,
    slicer = new TimeSlices(20),
    cancellation = neverCancelled,
    skip,
    mark = noMark,
  }: ReadingOptions,
): Promise<WorkspaceFiles> {
  const count = new CorpusCount();
  const onLeftOut = count.leaveOut.bind(count);
  const found: (CorpusFile & { readonly folder: EvaluatedFolder; readonly inFolder: string })[] = [];
  for (const folder of folders) {
    const { prefix, tree, rules } = folder;
    const options = {
      onLeftOut: (leftOut: LeftOut) => {
        onLeftOut({ ...leftOut, path: `${prefix}${leftOut.path}` });
      },
    };
    for await (const file of walkCorpus(tree, rules, options, cancellation)) {
      found.push({ ...file, path: `${prefix}${file.path}`, folder, inFolder: file.path });
      await slicer.giveWay();
    }
  }
  const { kept, dropped } = withinCap(found, capBytes);
  for (const { path } of dropped) onLeftOut({ path, reason: 'over-cap' });
  const admitted: (SourceFile & { readonly sizeBytes: number })[] = [];
  const isSkipped = isIn(skip);
  for (const file of kept.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    const { path, sizeBytes, folder, inFolder } = file;
    if (isSkipped(file)) {
      onLeftOut({ path, reason: 'engine-ended' });
      continue;
    }
    await slicer.giveWay();
    throwIfCancelled(cancellation);
    const onRead = (): void => {
      mark.set(file);
    };
    const admission = await readAdmitted(folder.tree, { path: inFolder }, { ...folder.rules, onRead });
    mark.clear();
    if (admission.kind === 'left-out') {
      onLeftOut({ path, ...admission });
      continue;
    }
    count.admit(sizeBytes, admission.redactions, admission.unreadableLines);
    admitted.push({ path, text: admission.text, sizeBytes });
  }
  const split = splitHeldOut(admitted, seed);
  if (split.kind === 'too-few') {
    throw new Error(
      `too few files of code to evaluate on: ${split.candidates} of 200 bytes and more, ${split.needed} are needed`,
    );
  }
  return { workspace: split.workspace, heldOut: split.heldOut, report: count.report() };
}

/** A memory of these files alone, which looks for analogies unless that is false. Others get their turn while it is built. */
export async function rememberFiles(
  files: readonly SourceFile[],
  tokenizer: Tokenizer,
  prompts: PromptBuilder,
  vocabularySize: number,
  slicer: Slicer = new TimeSlices(20),
  analogies = true,
): Promise<WorkspaceMemory> {
  const memory = new WorkspaceMemory(vocabularySize, analogies ? tokenizer.tokenBytes : undefined);
  const remembered: { path: string; tokens: readonly number[] }[] = [];
  for (const { path, text } of files) {
    await slicer.giveWay();
    const tokens = await runInSlices(encodeInSlices(tokenizer, text), slicer);
    remembered.push({ path, tokens: [...prompts.header(path), ...tokens] });
  }
  await runInSlices(memory.update(remembered), slicer);
  return memory;
}
