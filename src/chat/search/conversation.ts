// Questions that go on from an answer: "its tests", "where is that used", "the second one", "show more". What they mean
// is told by the places that the last answer named, which stand in it as code: `src/a.ts:3`.

import type { ChatTurn } from '../model/types.ts';
import { nameIn } from './question.ts';

export type FollowUp =
  /** The question with what it means put in. */
  | { readonly kind: 'question'; readonly text: string }
  /** More of what was asked before, beside what was shown. */
  | { readonly kind: 'more'; readonly text: string; readonly shown: readonly string[] };

/** What takes more words says by itself what it is about. */
const maxFollowUpChars = 1_000;

/** What a question means after the turns before it; `isPath` knows the workspace's files. */
export function inContext(
  text: string,
  history: readonly ChatTurn[],
  isPath: (path: string) => boolean,
): FollowUp {
  const last = history.at(-1);
  if (last === undefined || text.length > maxFollowUpChars) return { kind: 'question', text };
  const asked = text.trim();
  if (morePattern.test(asked)) return moreOf(history, isPath);
  const places = placesIn(last.answer, isPath);
  const ordinal = ordinalPattern.exec(asked);
  if (ordinal !== null) {
    const word = (ordinal[1] ?? ordinal[2] ?? '').toLowerCase();
    const path = word === 'last' ? places.at(-1) : places[ordinals.indexOf(word)];
    if (path !== undefined) return { kind: 'question', text: withOrdinal(asked, path) };
  }
  if (!pronoun.test(asked) || nameIn(asked) !== '') return { kind: 'question', text };
  const name = nameIn(last.question);
  const [first] = places;
  const meant = name === '' ? first : name;
  if (meant === undefined) return { kind: 'question', text };
  // A possessive asks for something of it, not for itself.
  if (/\bits\b|\btheir\b/i.test(asked) && first !== undefined)
    return {
      kind: 'question',
      text: asked.replace(/\b(?:its|their)\b\s*(.*?)[\s?!.]*$/i, `$1 of \`${first}\``),
    };
  return { kind: 'question', text: asked.replace(pronoun, `\`${meant}\``) };
}

/** Files that an answer names, in order, each once. */
function placesIn(answer: string, isPath: (path: string) => boolean): readonly string[] {
  const found = new Set<string>();
  for (const [, span = ''] of answer.matchAll(/`([^`\n]{1,400})`/g)) {
    const path = span.replace(/:\d+(?:-\d+)?$/, '');
    if (isPath(path)) found.add(path);
  }
  return [...found];
}

/** The last question that was no wish for more, and all that was shown since. */
function moreOf(history: readonly ChatTurn[], isPath: (path: string) => boolean): FollowUp {
  const shown = new Set<string>();
  for (const { question, answer } of history.toReversed()) {
    for (const path of placesIn(answer, isPath)) shown.add(path);
    if (!morePattern.test(question.trim())) return { kind: 'more', text: question, shown: [...shown] };
  }
  return { kind: 'question', text: history.at(-1)?.question ?? '' };
}

function withOrdinal(text: string, path: string): string {
  const rest = text.replace(ordinalPattern, `\`${path}\``);
  return /^`[^`]*`[\s?!.]*$/.test(rest) ? `explain ${rest}` : rest;
}

const morePattern =
  /^(?:and )?(?:(?:show|list|give)(?: me)? (?:some )?more|more(?: of (?:them|it|that))?|what else|anything else|others|next|go on|continue)[\s?!.]*$/i;
const ordinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth'];
const ordinalPattern =
  /\bthe (first|second|third|fourth|fifth|sixth|last)(?: (?:one|place|file|result))?\b|^(first|second|third|fourth|fifth|sixth|last)\b(?: one)?/i;
const pronoun =
  /\b(?:it|its|this|that|them|they|their)\b(?! (?:file|module|class|repo|repository|project|workspace)\b)/i;
