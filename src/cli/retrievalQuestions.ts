// Questions whose answers are known: the first sentence of a function's documentation asks for the function. The
// documentation itself is taken out of the files before they are indexed, that of every declaration.

import { fileKind } from '../corpus/fileKind.ts';
import type { Chunk } from '../chat/model/chunk.ts';
import { chunkFile } from '../chat/chunks/chunkFile.ts';
import type { Grammars } from '../chat/chunks/grammars.ts';
import { finish } from '../memory/workspaceMemory.ts';

export interface SourceText {
  readonly path: string;
  readonly text: string;
}

export interface RetrievalQuestion {
  readonly text: string;
  /** Functions that the sentence documents; several where they share it. */
  readonly targets: readonly { readonly path: string; readonly line: number; readonly endLine: number }[];
}

export interface QuestionSet {
  /** Without documentation, with as many lines as before. */
  readonly files: readonly SourceText[];
  readonly questions: readonly RetrievalQuestion[];
}

/** Sources alone are asked for; tests, documents and files without a grammar stay among what may be found. */
export async function retrievalQuestions(
  files: readonly SourceText[],
  grammars: Grammars,
): Promise<QuestionSet> {
  const targets = new Map<
    string,
    { text: string; targets: { path: string; line: number; endLine: number }[] }
  >();
  const stripped: SourceText[] = [];
  for (const { path, text } of files) {
    const chunks = finish(chunkFile(path, text, await grammars.of(path)));
    stripped.push({ path, text: withoutDocumentation(text, chunks) });
    if (fileKind(path) !== 'source') continue;
    for (const chunk of chunks) {
      const sentence = hasBody(chunk) ? questionOf(chunk.doc) : '';
      if (sentence === '') continue;
      const key = sentence.toLowerCase();
      const { line, endLine } = chunk;
      const question = targets.get(key) ?? { text: sentence, targets: [] };
      question.targets.push({ path, line, endLine });
      targets.set(key, question);
    }
  }
  return { files: stripped, questions: [...targets.values()] };
}

/** A function that does something; a signature alone does not count. */
function hasBody({ kind, body, docSpans }: Chunk): boolean {
  return kind === 'function' && docSpans.length > 0 && /[^{}\s;:]/.test(body);
}

const fewestWords = 4;
const maxChars = 400;

/** The first sentence of a documentation; empty where it is no sentence of English about what is documented. */
export function questionOf(doc: string): string {
  const paragraph = doc
    .replace(/\{@\w+\s([^{}]*)\}/g, '$1')
    .replace(/<[^<>]*>/g, ' ')
    .split(/\n[ \t\r]*\n|^[ \t]*@\w+/m)[0];
  const text = (paragraph ?? '').replace(/\s+/g, ' ').trim();
  if (
    /^[:.@]/.test(text) ||
    /copyright|licen[cs]e|deprecated|eslint|istanbul|^(?:T[O]DO|F[I]XME|XX[X])\b/i.test(text)
  )
    return '';
  const hidden = text.replace(/\b(e\.g|i\.e|etc)\./g, match => match.replaceAll('.', ' '));
  const end = /[.!?:](?=\s|$)/.exec(hidden)?.index;
  const sentence = end === undefined ? text : text.slice(0, end + 1);
  const words = sentence.match(/[A-Za-z]+/g) ?? [];
  return words.length >= fewestWords && sentence.length <= maxChars ? sentence : '';
}

/** The text with blanks for the documentation of every declaration. */
function withoutDocumentation(text: string, chunks: readonly Chunk[]): string {
  let stripped = text;
  for (const { start, end } of chunks.flatMap(({ docSpans }) => docSpans))
    stripped =
      stripped.slice(0, start) + stripped.slice(start, end).replace(/[^\n]/g, ' ') + stripped.slice(end);
  return stripped;
}
