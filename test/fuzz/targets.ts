// All that is fuzzed: whatever reads what others wrote.

import type { FuzzTarget } from './target.ts';
import { chatTargets } from './targets/chat.ts';
import { chunkTargets } from './targets/chunks.ts';
import { commandLineTargets } from './targets/commandLine.ts';
import { completeTargets } from './targets/complete.ts';
import { corpusTargets } from './targets/corpus.ts';
import { messageTargets } from './targets/messages.ts';
import { modelTargets } from './targets/model.ts';
import { storedTargets } from './targets/stored.ts';
import { tokenizerTargets } from './targets/tokenizer.ts';

/** Of what needs the types of a browser, which this part of the tests is checked without. */
const pages = new URL('../webview/fuzzTargets.ts', import.meta.url).href;
const { pageTargets } = (await import(pages)) as { readonly pageTargets: readonly FuzzTarget[] };

export const fuzzTargets: readonly FuzzTarget[] = [
  ...tokenizerTargets,
  ...modelTargets,
  ...storedTargets,
  ...messageTargets,
  ...corpusTargets,
  ...chunkTargets,
  ...chatTargets,
  ...completeTargets,
  ...pageTargets,
  ...commandLineTargets,
];
