// How often what newcomers ask is answered with a right file, by kind of question, beside searches that know only words;
// and how often a question is declined that the folder answers, or answered that it does not.

import { neverCancelled } from '../base/cancellation.ts';
import { quantile } from '../base/statistics.ts';
import { answer } from '../chat/answers/answer.ts';
import { decline } from '../chat/answers/decline.ts';
import type { ChatEvent } from '../chat/model/types.ts';
import type { ChatSources } from '../chat/search/retrieve.ts';
import type { ChatFolder } from './chatFolder.ts';
import type { NaturalQuestion, RepositoryQuestions } from './naturalQuestions.ts';
import { rankOf } from './naturalQuestions.ts';
import { filesByBm25, linesByWords } from './retrievalBaselines.ts';
import { shownFiles } from './shownFiles.ts';

/** Places shown that count. */
const most = 3;

interface NaturalOutcome {
  readonly kind: string;
  readonly text: string;
  /** Ranks of the first right file, from 0; -1 where there is none among the first three. A declined question has none. */
  readonly chat: number;
  readonly bm25: number;
  readonly ripgrep: number;
  readonly declined: boolean;
  readonly shown: readonly string[];
}

export interface NaturalEvaluation {
  readonly outcomes: readonly NaturalOutcome[];
  readonly unanswerable: number;
  readonly unanswerableAnswered: readonly string[];
  readonly firstMs: readonly number[];
  readonly totalMs: readonly number[];
}

export async function evaluateNatural(
  folder: ChatFolder,
  { questions, unanswerable }: RepositoryQuestions,
): Promise<NaturalEvaluation> {
  const [bm25, ripgrep] = [filesByBm25(folder.files), linesByWords(folder.files)];
  const isPath = pathTest(folder);
  const outcomes: NaturalOutcome[] = [];
  const firstMs: number[] = [];
  const totalMs: number[] = [];
  for (const question of questions) {
    const events = await askAlone(folder, question.text);
    const done = events.find(event => event.kind === 'done');
    if (done?.kind === 'done') {
      firstMs.push(done.timings.firstMs);
      totalMs.push(done.timings.totalMs);
    }
    const shown = shownFiles(events, isPath).slice(0, most);
    const lines = ripgrep(question.text, maxLines).map(({ path }) => path);
    outcomes.push({
      ...outcomeOf(question),
      chat: rankOf(question, shown),
      bm25: rankOf(question, bm25(question.text, most)),
      ripgrep: rankOf(question, [...new Set(lines)].slice(0, most)),
      declined: events.some(event => event.kind === 'declined'),
      shown,
    });
  }
  const unanswerableAnswered: string[] = [];
  for (const text of unanswerable) {
    const events = await askAlone(folder, text);
    if (!events.some(event => event.kind === 'declined')) unanswerableAnswered.push(text);
  }
  return { outcomes, unanswerable: unanswerable.length, unanswerableAnswered, firstMs, totalMs };
}

/** Of several folders as one. */
export function joinNatural(evaluations: readonly NaturalEvaluation[]): NaturalEvaluation {
  return {
    outcomes: evaluations.flatMap(({ outcomes }) => outcomes),
    unanswerable: evaluations.reduce((sum, { unanswerable }) => sum + unanswerable, 0),
    unanswerableAnswered: evaluations.flatMap(({ unanswerableAnswered }) => unanswerableAnswered),
    firstMs: evaluations.flatMap(({ firstMs }) => firstMs),
    totalMs: evaluations.flatMap(({ totalMs }) => totalMs),
  };
}

/** For people: a row a kind, then what was missed. */
export function formatNatural({
  outcomes,
  unanswerable,
  unanswerableAnswered,
  firstMs,
  totalMs,
}: NaturalEvaluation): string {
  const kinds = [...new Set(outcomes.map(({ kind }) => kind))];
  const rows = [...kinds.map(kind => [kind, outcomes.filter(each => each.kind === kind)] as const)];
  const ms = (samples: readonly number[]): string =>
    `p50 ${quantile(samples, 0.5).toFixed(0)} ms, p95 ${quantile(samples, 0.95).toFixed(0)} ms`;
  const missed = outcomes.filter(({ chat, declined }) => chat === -1 || declined);
  return [
    `${outcomes.length} questions of newcomers: a right file first, and among the first three`,
    `${''.padEnd(20)}${'chat'.padStart(16)}${'BM25 over files'.padStart(18)}${'ripgrep'.padStart(16)}${'declined'.padStart(10)}`,
    ...rows.map(([kind, own]) => rowOf(kind, own)),
    rowOf('all', outcomes),
    `of ${unanswerable} that the folder does not answer ${unanswerable - unanswerableAnswered.length} were declined; answered were`,
    ...unanswerableAnswered.map(text => `  ${text}`),
    `first words ${ms(firstMs)}; whole answer ${ms(totalMs)}`,
    'missed, with what was shown instead',
    ...missed.map(
      ({ text, declined, shown }) => `  ${text} ${declined ? 'declined' : `-> ${shown.join(', ')}`}`,
    ),
  ].join('\n');
}

function rowOf(name: string, outcomes: readonly NaturalOutcome[]): string {
  const share = (isCounted: (outcome: NaturalOutcome) => boolean): string =>
    ((100 * outcomes.filter(isCounted).length) / Math.max(1, outcomes.length)).toFixed(1).padStart(7);
  const both = (rank: (outcome: NaturalOutcome) => number): string =>
    share(outcome => rank(outcome) === 0) + share(outcome => rank(outcome) !== -1);
  return [
    `${name} (${outcomes.length})`.padEnd(20),
    `  ${both(({ chat }) => chat)}`,
    `    ${both(({ bm25 }) => bm25)}`,
    `  ${both(({ ripgrep }) => ripgrep)}`,
    `   ${share(({ declined }) => declined)}`,
  ].join('');
}

function outcomeOf({ kind, text }: NaturalQuestion): Pick<NaturalOutcome, 'kind' | 'text'> {
  return { kind, text };
}

/** Lines of the search by words that are looked at for three files. */
const maxLines = 200;

/** Files and the folders above them. */
function pathTest({ files }: Pick<ChatFolder, 'files'>): (text: string) => boolean {
  const known = new Set<string>();
  for (const { path } of files) {
    const parts = path.split('/');
    for (let at = 1; at <= parts.length; at++) known.add(parts.slice(0, at).join('/'));
  }
  return text => known.has(text);
}

/** The events of the answer to a question that nothing came before. Throws where the answer fails. */
async function askAlone(sources: ChatSources, text: string): Promise<readonly ChatEvent[]> {
  const request = { text, references: [], languageServer: [], history: [] };
  async function* write() {
    yield await Promise.resolve(decline('no-active-file', 'There is no editor.'));
  }
  const events: ChatEvent[] = [];
  for await (const event of answer(request, { sources, write }, neverCancelled)) {
    if (event.kind === 'failed') throw new Error(`${text}: ${event.message}`);
    events.push(event);
  }
  return events;
}
