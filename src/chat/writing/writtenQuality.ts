// Whether what a small network wrote is worth showing: it goes round nowhere. Of what was asked for in words more is asked:
// the network was sure enough, it has to do with the wish, calls nothing unheard of, and parses in its place.

import type { Assignment } from '../search/assignment.ts';
import { calleesOf } from '../search/definitions.ts';
import { nestsTooDeep } from '../chunks/nesting.ts';
import type { ChatSources } from '../search/retrieve.ts';
import { runInSlices } from '../../base/scheduling/slicer.ts';
import { parseInSlices } from '../chunks/syntaxTree.ts';
import type { ChatRequest } from '../model/types.ts';
import { hashOf, identifiersOf, isStopWord, joined, partsOf, stemOf } from '../search/words.ts';
import type { WrittenPiece } from './writtenTokens.ts';

/**
 * Mean probability of a token, geometric, below which what is written is a guess. Fitted on 67 documented functions of six
 * public repositories, asked for by their documentation: of 31 answers that pass the other checks 18 reach it, among them
 * all four that are at least half like the function.
 */
const minProbability = 0.8;

/** What is wrong with what was written, as the end of "What it wrote ..."; undefined where nothing is. */
export async function faultOf(
  pieces: readonly WrittenPiece[],
  plan: Assignment,
  { command, text: wish }: Pick<ChatRequest, 'command' | 'text'>,
  sources: ChatSources | undefined,
): Promise<string | undefined> {
  const text = pieces.map(piece => piece.text).join('');
  if (goesRound(text)) return 'goes round in circles';
  // The others go on from code, as suggestions do, and are shaded where they are unsure; a wish in words asks for more.
  if (command !== 'write') return undefined;
  if (probabilityOf(pieces) < minProbability) return 'is a guess';
  if (!concerns(text, wish)) return 'has nothing to do with the wish';
  const [unknown] = await unknownNames(text, plan, sources);
  if (unknown !== undefined) return `calls \`${unknown}\`, which is not in this workspace`;
  return (await breaks(text, plan, sources)) ? 'does not parse' : undefined;
}

/** Whether the same words and symbols follow themselves: twice for four and more, three times for fewer. */
export function goesRound(text: string): boolean {
  const words = text.match(/[\p{L}_$][\p{L}\p{N}_$]*|\p{N}+|[^\s\p{L}\p{N}_$]/gu) ?? [];
  let name = -1;
  // Where the last name up to each word stands: a round of symbols alone does not count.
  const lastNames = words.map((word, at) => (/^[\p{L}_$]/u.test(word) ? (name = at) : name));
  for (let period = 2; period <= longestPeriod; period++) {
    let same = 0;
    for (let at = period; at < words.length; at++) {
      same = words[at] === words[at - period] ? same + 1 : 0;
      const isRound = same >= (period < 4 ? 2 : 1) * period;
      if (isRound && (lastNames[at] ?? -1) > at - period) return true;
    }
  }
  return false;
}

/** A method of a dozen lines. */
const longestPeriod = 120;

function probabilityOf(pieces: readonly WrittenPiece[]): number {
  const said = pieces.filter(({ text }) => text.trim() !== '');
  const sum = said.reduce((total, { confidence }) => total + Math.log(Math.max(1e-9, confidence)), 0);
  return said.length === 0 ? 0 : Math.exp(sum / said.length);
}

/** Whether a word of the wish stands in the text, where the wish has words that say anything. */
function concerns(text: string, wish: string): boolean {
  const stemsOf = (of: string): readonly string[] =>
    identifiersOf(of)
      .flatMap(partsOf)
      .filter(part => !isStopWord(part))
      .map(stemOf);
  const asked = stemsOf(wish);
  const written = new Set(stemsOf(text));
  return asked.length === 0 || asked.some(stem => written.has(stem));
}

/** What is called and is neither declared in the text, nor in its file, nor anywhere in the workspace. */
async function unknownNames(
  text: string,
  { window }: Assignment,
  sources: ChatSources | undefined,
): Promise<readonly string[]> {
  const near = new Set(identifiersOf(`${window.prefix}\n${window.suffix}`));
  const own = new Set([...text.matchAll(declared)].flatMap(([, name = '', typed = '']) => [name, typed]));
  const names = calleesOf(text).filter(name => !near.has(name) && !own.has(name) && partsOf(name).length > 0);
  if (sources === undefined || names.length === 0) return [];
  const hashes = names.map(name => {
    const parts = partsOf(name);
    return hashOf(parts.length > 1 ? joined(parts) : stemOf(parts[0] ?? ''));
  });
  const terms = [...new Set(hashes)].map(hash => ({ hash }));
  const { frequencies } = await runInSlices(sources.index.search(terms));
  const known = new Set(terms.filter((_, at) => (frequencies[at] ?? 0) > 0).map(({ hash }) => hash));
  return names.filter((_, at) => !known.has(hashes[at] ?? -1));
}

/** `function name(`, `func (r *T) name(`, `String name(`. */
const declared =
  /\b(?:function|def|func|fn)\s+(?:\([^()]*\)\s*)?([\p{L}_$][\p{L}\p{N}_$]*)|(?<![\p{L}\p{N}_$])(?!(?:return|new|await|throw|else|in|of|not|and|or|yield|case|typeof|delete|void|go|defer|assert|raise|print|echo)\b)[\p{L}_$][\p{L}\p{N}_$]*[\s*&]+([\p{L}_$][\p{L}\p{N}_$]*)\s*\(/gu;

/** Whether the file has more errors with the text than without it. */
async function breaks(
  text: string,
  { window }: Assignment,
  sources: ChatSources | undefined,
): Promise<boolean> {
  const grammar = await sources?.grammars.of(window.path);
  if (grammar === undefined) return !isBalanced(text);
  const errorsOf = async (source: string): Promise<number> => {
    if (nestsTooDeep(source)) return 0;
    const tree = await runInSlices(parseInSlices(grammar.language, source));
    if (tree === undefined) return Infinity;
    try {
      const { rootNode } = tree;
      return rootNode.hasError ? Math.max(1, rootNode.descendantsOfType('ERROR').length) : 0;
    } finally {
      tree.delete();
    }
  };
  const { prefix, suffix } = window;
  return (await errorsOf(`${prefix}${text}${suffix}`)) > (await errorsOf(`${prefix}${suffix}`));
}

function isBalanced(text: string): boolean {
  const count = (sign: string): number => text.split(sign).length;
  return [
    ['(', ')'],
    ['[', ']'],
    ['{', '}'],
  ].every(([open = '', close = '']) => count(open) === count(close));
}
