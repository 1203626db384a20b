// `ask FOLDER --pairs`: what the word vectors of chat are learnt from (models/words/README.md): for each documented
// declaration the words of its documentation's first sentence, and those of its name, container, signature and body.

import { chunkFile } from '../chat/chunks/chunkFile.ts';
import { identifiersOf, partsOf, stemOf } from '../chat/search/words.ts';
import { finish } from '../memory/workspaceMemory.ts';
import type { ChatFolder } from './chatFolder.ts';
import { questionOf } from './retrievalQuestions.ts';

const maxSignatureWords = 60;
const maxBodyWords = 200;

/** One line of JSON for each pair. */
export async function* documentationPairs({
  files,
  grammars,
}: Pick<ChatFolder, 'files' | 'grammars'>): AsyncGenerator<string> {
  for (const { path, text } of files) {
    const grammar = await grammars.of(path);
    if (grammar === undefined) continue;
    for (const { kind, name, container, signature, doc, body } of finish(chunkFile(path, text, grammar))) {
      const sentence = kind === 'function' || kind === 'type' ? questionOf(doc) : '';
      if (sentence === '') continue;
      yield JSON.stringify([
        stemsOf(sentence),
        stemsOf(name),
        stemsOf(container),
        stemsOf(signature).slice(0, maxSignatureWords),
        stemsOf(body).slice(0, maxBodyWords),
      ]);
    }
  }
}

function stemsOf(text: string): string[] {
  return identifiersOf(text).flatMap(identifier => partsOf(identifier).map(stemOf));
}
