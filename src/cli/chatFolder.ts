// A folder as chat looks things up in it, without an editor: read and indexed at once, kept in memory only.

import { readAdmitted } from '../corpus/admit.ts';
import type { CorpusFile } from '../corpus/fileTree.ts';
import type { LeftOut } from '../corpus/leftOut.ts';
import { nodeFolder } from '../corpus/nodeFolder.ts';
import { walkCorpus } from '../corpus/walk.ts';
import { withinCap } from '../corpus/withinCap.ts';
import { Grammars } from '../chat/chunks/grammars.ts';
import type { ChatSources } from '../chat/search/retrieve.ts';
import { SearchIndex } from '../chat/search/searchIndex.ts';
import { finish } from '../memory/workspaceMemory.ts';
import { readWordVectors } from '../chat/search/wordVectors.ts';
import { nodeAsset } from '../worker/platform/nodeHome.ts';
import { nodeDiskRules } from '../worker/platform/nodeDiskRules.ts';
import { encodeFile } from '../worker/host/searchHost.ts';

export interface ChatFolder extends ChatSources {
  readonly index: SearchIndex;
  /** Files that were read, in the order of the walk; line ends are `\n`. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
}

/** Files that the corpus does not admit are not in it. */
export async function readChatFolder(folder: string): Promise<ChatFolder> {
  const tree = nodeFolder(folder);
  const found: CorpusFile[] = [];
  const leftOut: Record<string, number> = {};
  const onLeftOut = ({ reason }: Pick<LeftOut, 'reason'>): void => {
    leftOut[reason] = (leftOut[reason] ?? 0) + 1;
  };
  const rules = await nodeDiskRules(folder);
  for await (const file of walkCorpus(tree, rules, { onLeftOut })) found.push(file);
  const files: { path: string; text: string }[] = [];
  for (const { path } of withinCap(found).kept.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    const admission = await readAdmitted(tree, { path });
    if (admission.kind === 'admitted') files.push({ path, text: admission.text });
    else onLeftOut(admission);
  }
  const grammars = new Grammars(nodeAsset, message => {
    console.error(message);
  });
  const tools = { grammars, vectors: await readWordVectors(nodeAsset) };
  const index = await indexFiles(files, tools);
  return { ...tools, files, index, leftOut, read: textsOf(files), isPartial: false };
}

export async function indexFiles(
  files: readonly { readonly path: string; readonly text: string }[],
  tools: Pick<ChatSources, 'grammars' | 'vectors'>,
): Promise<SearchIndex> {
  const index = new SearchIndex();
  for (const { path, text } of files) {
    const tokens = finish(await encodeFile(path, text, tools));
    finish(index.update([{ path, tokens }]));
  }
  return index;
}

export function textsOf(files: ChatFolder['files']): ChatSources['read'] {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  return path => Promise.resolve(texts.get(path));
}
