// The files of a workspace as a training uses them: those that are learnt, those that say when to stop, and those that
// judge. No file is in two of them.

import { splitHeldOut } from '../../corpus/heldOut.ts';
import type { SourceFile } from '../../evaluate/scoring.ts';
import type { EvaluatedFolder, ReadingOptions, WorkspaceFiles } from '../../evaluate/workspaceFiles.ts';
import { readFolders } from '../../evaluate/workspaceFiles.ts';

export interface TrainingFiles {
  readonly training: readonly SourceFile[];
  /** Ends the training early, and fits the mixture. */
  readonly validation: readonly SourceFile[];
  /** The split that evaluations use, so that their figures judge trained models too. */
  readonly judged: WorkspaceFiles;
}

/** Another split than that of the files that judge. */
const validationSeed = 0x5eed;
/** Below it there is nothing that memory would not know better. */
const minTrainingBytes = 20_000;

/** Throws an Error for the user where there is too little to learn from, and a CancellationError when cancelled. */
export async function readTrainingFiles(
  folders: readonly EvaluatedFolder[],
  options: ReadingOptions,
): Promise<TrainingFiles> {
  const judged = await readFolders(folders, options);
  const split = splitHeldOut(
    judged.workspace.map(file => ({ ...file, sizeBytes: file.text.length })),
    options.seed ^ validationSeed,
  );
  if (split.kind === 'too-few') {
    throw new Error(
      `too few files of code to train on: beside those that judge ${split.candidates} of 200 bytes and more, ` +
        `${split.needed} are needed`,
    );
  }
  const bytes = split.workspace.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (bytes < minTrainingBytes) {
    const kilobytes = (size: number) => `${(size / 1000).toFixed(1)} KB`;
    throw new Error(
      `too little code to train on: ${kilobytes(bytes)} beside the files that judge, ` +
        `${kilobytes(minTrainingBytes)} are needed; until then memory alone does better`,
    );
  }
  return { training: split.workspace, validation: split.heldOut, judged };
}
