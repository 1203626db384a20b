// A folder in the memory of an engine without an editor: what the editor would remember of it when it is opened as a
// workspace, by the same rules.

import type { CorpusFile, FileTree } from '../corpus/fileTree.ts';
import { readAdmitted } from '../corpus/admit.ts';
import type { CorpusReport } from '../corpus/leftOut.ts';
import { CorpusCount } from '../corpus/leftOut.ts';
import { nodeFolder } from '../corpus/nodeFolder.ts';
import { walkCorpus } from '../corpus/walk.ts';
import { defaultCapBytes, withinCap } from '../corpus/withinCap.ts';
import { finish } from '../memory/workspaceMemory.ts';
import { encodeInSlices } from '../tokenizer/slicedEncoding.ts';
import type { Engine } from '../worker/engine/loadEngine.ts';
import { nodeDiskRules } from '../worker/platform/nodeDiskRules.ts';
import { UnsavedTexts } from '../worker/indexing/unsavedTexts.ts';
import { hideProgress, showProgress } from './progressLine.ts';

export interface RememberedFolder {
  readonly folder: string;
  readonly files: number;
  readonly tokens: number;
  readonly elapsedMs: number;
  readonly corpus: CorpusReport;
}

/** Replaces what the engine remembers. `unsaved` are texts that stand for what is on the disk, by path. */
export async function rememberFolder(
  engine: Pick<Engine, 'memory' | 'tokenizer' | 'prompts'>,
  folder: string,
  unsaved: ReadonlyMap<string, string>,
): Promise<RememberedFolder> {
  const startedMs = performance.now();
  const { memory, tokenizer, prompts } = engine;
  memory.clear();
  const texts = new UnsavedTexts();
  for (const [path, text] of unsaved) texts.set(path, text);
  const tree = texts.over(nodeFolder(folder), '');
  const count = new CorpusCount();
  const files = await filesOf(tree, folder, count);
  const batch: { path: string; tokens: readonly number[] }[] = [];
  for (const [at, { path, sizeBytes }] of files.entries()) {
    showProgress(`reading ${folder}: ${at + 1} of ${files.length} files`);
    const admission = await readAdmitted(tree, { path });
    if (admission.kind === 'left-out') {
      count.leaveOut({ path, ...admission });
      continue;
    }
    count.admit(sizeBytes, admission.redactions, admission.unreadableLines);
    const tokens = finish(encodeInSlices(tokenizer, admission.text));
    batch.push({ path, tokens: [...prompts.header(path), ...tokens] });
  }
  finish(memory.update(batch));
  hideProgress();
  const elapsedMs = performance.now() - startedMs;
  return { folder, files: batch.length, tokens: memory.size, elapsedMs, corpus: count.report() };
}

async function filesOf(tree: FileTree, folder: string, count: CorpusCount): Promise<readonly CorpusFile[]> {
  const found: CorpusFile[] = [];
  const onLeftOut = count.leaveOut.bind(count);
  const rules = await nodeDiskRules(folder);
  for await (const file of walkCorpus(tree, rules, { onLeftOut })) found.push(file);
  const { kept, dropped } = withinCap(found, defaultCapBytes);
  for (const { path } of dropped) count.leaveOut({ path, reason: 'over-cap' });
  return kept.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
