// What the engine and the pages do with one text, each as they do it: at once, or in slices between which others get their turn.

import { silenceBefore } from '../../src/complete/attempt.ts';
import { fit } from '../../src/complete/fit.ts';
import { cursorPlace } from '../../src/complete/place.ts';
import { chunkFile } from '../../src/chat/chunks/chunkFile.ts';
import { Grammars } from '../../src/chat/chunks/grammars.ts';
import { encodeChunks } from '../../src/chat/search/chunkTerms.ts';
import { intentOf } from '../../src/chat/search/question.ts';
import { questionTerms } from '../../src/chat/search/questionTerms.ts';
import { rankingParameters } from '../../src/chat/search/rank.ts';
import { WordVocabulary } from '../../src/chat/search/vocabulary.ts';
import { noWordVectors } from '../../src/chat/search/wordVectors.ts';
import { chatLimits } from '../../src/chat/model/types.ts';
import { admit, admitText } from '../../src/corpus/admit.ts';
import { decodeText } from '../../src/corpus/decodeText.ts';
import { redact } from '../../src/corpus/redact.ts';
import { WorkspaceMemory } from '../../src/memory/workspaceMemory.ts';
import type { DocumentWindow } from '../../src/text/window.ts';
import { windowLimits } from '../../src/text/window.ts';
import { encodeInSlices } from '../../src/tokenizer/slicedEncoding.ts';
import { nodeAsset } from '../../src/worker/platform/nodeHome.ts';
import { bundledEngine } from '../support/engine.ts';
import { utf8 } from './samples.ts';
import type { SlicedWork } from './slicedWork.ts';

/** Of what needs the types of a browser, which this part of the tests is checked without. */
const pages = new URL('../webview/pageWorks.ts', import.meta.url).href;

const wholeFile = 1_000_000;
const atOnce =
  (work: (text: string) => unknown): SlicedWork['run'] =>
  text => {
    work(text);
    return undefined;
  };

export async function slicedWorks(): Promise<readonly SlicedWork[]> {
  const { tokenizer } = await bundledEngine();
  const vocabSize = tokenizer.tokenBytes.length;
  const grammars = new Grammars(nodeAsset, message => {
    throw new Error(message);
  });
  const chunked = await Promise.all(
    ['a.ts', 'a.py', 'a.cpp', 'a.rs', 'a.php', 'a.kt', 'README.md'].map(async path => {
      const grammar = await grammars.of(path);
      return {
        name: `take ${path} apart and index it`,
        *run(text: string) {
          yield* encodeChunks(path, yield* chunkFile(path, admittedText(path, text), grammar), noWordVectors);
        },
      };
    }),
  );
  const read = [
    { name: 'decode', run: atOnce(text => decodeText(utf8(text))) },
    { name: 'admit: decode, judge, redact', run: atOnce(text => admit('src/a.ts', utf8(text))) },
    { name: 'redact YAML', run: atOnce(text => redact(text, 'a.yml')) },
  ];
  const admitted = [
    {
      name: 'encode as tokens',
      *run(text: string) {
        yield* encodeInSlices(tokenizer, admittedText('a.ts', text));
      },
    },
    {
      name: 'remember tokens',
      *run(text: string) {
        const memory = new WorkspaceMemory(vocabSize);
        const tokens = Int32Array.from(yield* encodeInSlices(tokenizer, admittedText('a.ts', text)));
        yield* memory.update([{ path: 'a.ts', tokens }]);
      },
    },
    ...chunked,
  ];
  const { pageWorks } = (await import(pages)) as { readonly pageWorks: readonly SlicedWork[] };
  return [
    ...read.map(each => ({ ...each, where: 'engine' as const, maxChars: wholeFile })),
    ...admitted.map(each => ({ ...each, where: 'engine' as const, maxChars: wholeFile })),
    {
      name: 'what is open at the cursor, fitting in',
      where: 'engine',
      maxChars: windowLimits.prefixChars,
      run: atOnce(text => {
        const window = windowOf(text);
        silenceBefore(window, 'invoke');
        cursorPlace(window);
        fit(text.slice(0, 500), window);
      }),
    },
    {
      name: 'understand a question',
      where: 'engine',
      maxChars: chatLimits.questionChars,
      run: atOnce(text => {
        intentOf(text);
        const words = { nearWords: () => [], vocabulary: new WordVocabulary(), weightOf: () => 1 };
        questionTerms(text, words, rankingParameters);
      }),
    },
    {
      name: 'redact a selection',
      where: 'engine',
      maxChars: chatLimits.selectionChars,
      run: atOnce(text => redact(text, 'a.ts')),
    },
    ...pageWorks,
  ];
}

/** What is left out of memory and chat is not worked on: '' then. */
function admittedText(path: string, text: string): string {
  const admission = admitText(path, text);
  return admission.kind === 'admitted' ? admission.text : '';
}

function windowOf(prefix: string): DocumentWindow {
  return {
    ...{ uri: 'file:///a.ts', path: 'a.ts', languageId: 'typescript', version: 1, eol: '\n', suffix: '' },
    ...{ indentation: { kind: 'spaces', size: 2 }, prefix, startLine: 9 },
  };
}
