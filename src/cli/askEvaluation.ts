// `ask FOLDER --evaluate`: how well retrieval finds what is known to be there, beside simpler searches, and how often
// questions that the folder answers, or does not, are declined.

import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { neverCancelled } from '../base/cancellation.ts';
import { quantile } from '../base/statistics.ts';
import { answer } from '../chat/answers/answer.ts';
import { decline } from '../chat/answers/decline.ts';
import type { ChatSources } from '../chat/search/retrieve.ts';
import { retrieve } from '../chat/search/retrieve.ts';
import type { ChatFolder } from './chatFolder.ts';
import { indexFiles, textsOf } from './chatFolder.ts';
import { linesByBm25, linesByWords } from './retrievalBaselines.ts';
import type { Place } from './retrievalBaselines.ts';
import type { RetrievalQuestion } from './retrievalQuestions.ts';
import { retrievalQuestions } from './retrievalQuestions.ts';

/** Shares of the questions, in [0, 1]. */
interface RankShares {
  readonly first: number;
  readonly firstThree: number;
}

export interface AskEvaluation {
  readonly questions: number;
  readonly retrieval: RankShares;
  readonly bm25OverLines: RankShares;
  readonly ripgrep: RankShares;
  readonly answerMs: { readonly p50: number; readonly p95: number };
  /** Where a list of questions was given. */
  readonly declining: DecliningFigures | null;
}

interface DecliningFigures {
  readonly answerable: number;
  readonly answerableDeclined: readonly string[];
  readonly unanswerable: number;
  readonly unanswerableAnswered: readonly string[];
}

const shown = 3;

export async function evaluateAsk(
  folder: ChatFolder,
  questionFile: string | undefined,
): Promise<AskEvaluation> {
  const { files, questions } = await retrievalQuestions(folder.files, folder.grammars);
  const sources: ChatSources = {
    grammars: folder.grammars,
    vectors: folder.vectors,
    index: await indexFiles(files, folder),
    read: textsOf(files),
    isPartial: false,
    leftOut: folder.leftOut,
  };
  const answerMs: number[] = [];
  const own = await rankShares(questions, async text => {
    const startedMs = performance.now();
    const hits = await retrieve(sources, text, shown);
    answerMs.push(performance.now() - startedMs);
    return hits.map(({ path, chunk }) => ({ path, line: chunk.line }));
  });
  const [bm25, ripgrep] = [linesByBm25(files), linesByWords(files)];
  return {
    questions: questions.length,
    retrieval: own,
    bm25OverLines: await rankShares(questions, text => bm25(text, shown)),
    ripgrep: await rankShares(questions, text => ripgrep(text, shown)),
    answerMs: { p50: quantile(answerMs, 0.5), p95: quantile(answerMs, 0.95) },
    declining:
      questionFile === undefined ? null : await measureDeclining(folder, readQuestions(questionFile)),
  };
}

/** For people. */
export function formatAskEvaluation(evaluation: AskEvaluation): string {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`.padStart(8);
  const row = (name: string, { first, firstThree }: RankShares): string =>
    `${name.padEnd(24)}${percent(first)}${percent(firstThree)}`;
  const { questions, retrieval, bm25OverLines, ripgrep, answerMs, declining } = evaluation;
  const lines = [
    `${questions} questions, each the first sentence of a function's documentation, all documentation removed`,
    `${''.padEnd(24)}${'first'.padStart(8)}${'three'.padStart(8)}`,
    row('chat', retrieval),
    row('BM25 over whole lines', bm25OverLines),
    row('lines by words (ripgrep)', ripgrep),
    `retrieval p50 ${answerMs.p50.toFixed(1)} ms, p95 ${answerMs.p95.toFixed(1)} ms`,
  ];
  if (declining === null) return lines.join('\n');
  const { answerable, answerableDeclined, unanswerable, unanswerableAnswered } = declining;
  return [
    ...lines,
    `of ${answerable} questions that it answers ${answerableDeclined.length} were declined`,
    ...answerableDeclined.map(question => `  ${question}`),
    `of ${unanswerable} that it cannot answer ${unanswerable - unanswerableAnswered.length} were declined; answered were`,
    ...unanswerableAnswered.map(question => `  ${question}`),
  ].join('\n');
}

/** A hit is a line inside one of the functions asked for. */
async function rankShares(
  questions: readonly RetrievalQuestion[],
  search: (text: string) => readonly Place[] | Promise<readonly Place[]>,
): Promise<RankShares> {
  let first = 0;
  let firstThree = 0;
  for (const { text, targets } of questions) {
    const places = await search(text);
    const rank = places.findIndex(place =>
      targets.some(
        ({ path, line, endLine }) => path === place.path && line <= place.line && place.line <= endLine,
      ),
    );
    if (rank === 0) first++;
    if (rank !== -1) firstThree++;
  }
  const count = Math.max(1, questions.length);
  return { first: first / count, firstThree: firstThree / count };
}

const questionsSchema = v.object({ answerable: v.array(v.string()), unanswerable: v.array(v.string()) });
type Questions = v.InferOutput<typeof questionsSchema>;

/** Throws an Error that names the file and what is wrong in it. */
function readQuestions(file: string): Questions {
  const parsed = v.safeParse(questionsSchema, JSON.parse(readFileSync(file, 'utf8')));
  if (parsed.success) return parsed.output;
  throw new Error(`${file}: ${v.getDotPath(parsed.issues[0]) ?? 'the file'}: ${parsed.issues[0].message}`);
}

async function measureDeclining(
  sources: ChatSources,
  { answerable, unanswerable }: Questions,
): Promise<DecliningFigures> {
  const answerableDeclined: string[] = [];
  const unanswerableAnswered: string[] = [];
  for (const question of answerable)
    if (await isDeclined(sources, question)) answerableDeclined.push(question);
  for (const question of unanswerable)
    if (!(await isDeclined(sources, question))) unanswerableAnswered.push(question);
  return {
    answerable: answerable.length,
    answerableDeclined,
    unanswerable: unanswerable.length,
    unanswerableAnswered,
  };
}

async function isDeclined(sources: ChatSources, text: string): Promise<boolean> {
  const request = { text, references: [], languageServer: [], history: [] };
  async function* write() {
    yield await Promise.resolve(decline('no-active-file', 'There is no editor.'));
  }
  for await (const event of answer(request, { sources, write }, neverCancelled)) {
    if (event.kind === 'failed') throw new Error(`${text}: ${event.message}`);
    if (event.kind === 'declined') return true;
  }
  return false;
}
