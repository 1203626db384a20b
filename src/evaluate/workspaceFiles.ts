// What an evaluation reads: the files of a folder as memory would take them, split into those that are remembered and
// those that judge. What is held out is known to nothing else than its judge.

import type { CancellationToken } from '../base/cancellation.ts';
import { neverCancelled } from '../base/cancellation.ts';
import { readAdmitted } from '../corpus/admit.ts';
import type { CorpusFile, FileTree } from '../corpus/fileTree.ts';
import { splitHeldOut } from '../corpus/heldOut.ts';
import type { CorpusReport } from '../corpus/leftOut.ts';
import { CorpusCount } from '../corpus/leftOut.ts';
import { TimeSlices } from '../corpus/timeSlices.ts';
import type { CorpusRules } from '../corpus/walk.ts';
import { walkCorpus } from '../corpus/walk.ts';
import { withinCap } from '../corpus/withinCap.ts';
import type { PromptBuilder } from '../complete/context.ts';
import { WorkspaceMemory } from '../memory/workspaceMemory.ts';
import { normalizeLineEnds } from '../text/window.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import type { SourceFile } from './scoring.ts';

export interface WorkspaceFiles {
  /** In the order of the walk. Line ends are `\n`, secrets replaced. */
  readonly workspace: readonly SourceFile[];
  /** Disjoint from `workspace`, in the same order. */
  readonly heldOut: readonly SourceFile[];
  readonly report: CorpusReport;
}

/**
 * Reads and splits the files below the tree's root. Throws an Error that says what is missing where there are too
 * few files of code to hold any out, and a CancellationError when cancelled.
 */
export async function readWorkspace(
  tree: FileTree,
  rules: CorpusRules,
  seed: number,
  cancellation: CancellationToken = neverCancelled,
): Promise<WorkspaceFiles> {
  const count = new CorpusCount();
  const onLeftOut = count.leaveOut.bind(count);
  const found: CorpusFile[] = [];
  for await (const file of walkCorpus(tree, rules, { onLeftOut }, cancellation)) found.push(file);
  const { kept, dropped } = withinCap(found);
  for (const { path } of dropped) onLeftOut({ path, reason: 'over-cap' });
  const admitted: (SourceFile & { readonly sizeBytes: number })[] = [];
  for (const { path, sizeBytes } of kept.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    const admission = await readAdmitted(tree, { path }, rules);
    if (admission.kind === 'left-out') {
      onLeftOut({ path, ...admission });
      continue;
    }
    count.admit(sizeBytes, admission.redactions);
    admitted.push({ path, text: normalizeLineEnds(admission.text), sizeBytes });
  }
  const split = splitHeldOut(admitted, seed);
  if (split.kind === 'too-few') {
    throw new Error(
      `too few files of code to evaluate on: ${split.candidates} of 200 bytes and more, ${split.needed} are needed`,
    );
  }
  return { workspace: split.workspace, heldOut: split.heldOut, report: count.report() };
}

/** A memory of these files alone. Others get their turn while it is built. */
export async function rememberFiles(
  files: readonly SourceFile[],
  tokenizer: Tokenizer,
  prompts: PromptBuilder,
  vocabularySize: number,
): Promise<WorkspaceMemory> {
  const memory = new WorkspaceMemory(vocabularySize);
  const turns = new TimeSlices(20);
  const remembered: { path: string; tokens: readonly number[] }[] = [];
  for (const { path, text } of files) {
    await turns.giveWay();
    remembered.push({ path, tokens: [...prompts.header(path), ...tokenizer.encode(text)] });
  }
  const work = memory.update(remembered);
  while (work.next().done !== true) await turns.giveWay();
  return memory;
}
