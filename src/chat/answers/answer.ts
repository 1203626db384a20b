// Answers a question: events, one after another, as soon as they are known. What is said comes from the workspace and is
// shown with its place; where the workspace does not say, the answer says so.

import type { CancellationToken } from '../../base/cancellation.ts';
import { CancellationError, throwIfCancelled } from '../../base/cancellation.ts';
import { errorMessage } from '../../base/logger.ts';
import { decline, declineUnfit } from './decline.ts';
import { explainSelection } from './explain.ts';
import { answerGenerated } from './generated.ts';
import { declineEmpty, declineObstacle } from './obstacles.ts';
import { inert } from '../search/prose.ts';
import { inEnglish } from '../search/questionLanguage.ts';
import { lookUp } from './lookUp.ts';
import { inContext } from '../search/conversation.ts';
import { showMore } from './find.ts';
import { intentOf } from '../search/question.ts';
import type { ChatSources } from '../search/retrieve.ts';
import type { ChatEvent, ChatRequest, Citation } from '../model/types.ts';
import { chatLimits } from '../model/types.ts';
import type { Spelling } from '../search/spelling.ts';
import { correctSpelling } from '../search/spelling.ts';
import type { AnswerWriter } from '../writers/writer.ts';

export interface AnswerParts {
  /** What is known of the workspace; undefined where none is open or memory is off. */
  readonly sources: ChatSources | undefined;
  /** Who answers in words of its own; undefined where nobody but the workspace does. */
  readonly writer?: (() => Promise<AnswerWriter>) | undefined;
  /** Writes code for /write, /doc, /fix and /complete. */
  readonly write: (request: ChatRequest, cancellation: CancellationToken) => AsyncIterable<ChatEvent>;
}

const lookedUp: ChatEvent = { kind: 'author', author: { kind: 'workspace' } };

/** Ends with exactly one of `done`, `stopped` and `failed`. Never throws. */
export async function* answer(
  request: ChatRequest,
  parts: AnswerParts,
  cancellation: CancellationToken,
): AsyncGenerator<ChatEvent, void, undefined> {
  const startedMs = performance.now();
  let firstMs: number | undefined;
  let citations: readonly Citation[] = [];
  try {
    for await (const event of compose(request, parts, cancellation)) {
      throwIfCancelled(cancellation);
      if (event.kind !== 'author' && event.kind !== 'progress') firstMs ??= performance.now() - startedMs;
      if (event.kind === 'snippet') citations = [...citations, event.citation];
      if (event.kind === 'declined') citations = event.nearest;
      yield event;
    }
    const totalMs = performance.now() - startedMs;
    yield { kind: 'done', citations, timings: { firstMs: firstMs ?? totalMs, totalMs } };
  } catch (error) {
    if (error instanceof CancellationError) yield { kind: 'stopped' };
    else yield { kind: 'failed', message: errorMessage(error) };
  }
}

async function* compose(
  request: ChatRequest,
  { sources, write, writer }: AnswerParts,
  cancellation: CancellationToken,
): AsyncGenerator<ChatEvent, void, undefined> {
  const { command, references } = request;
  const text = request.text.trim();
  if (text.length > chatLimits.questionChars) {
    const most = chatLimits.questionChars.toLocaleString('en');
    yield decline(
      'question-too-long',
      `The question is longer than ${most} characters. Ask for one thing, and point at code with \`#selection\`.`,
    );
    return;
  }
  if (command === 'write' || command === 'doc' || command === 'fix' || command === 'complete') {
    yield* write(request, cancellation);
    return;
  }
  const selection = references.find(reference => reference.kind === 'selection');
  const isGenerated = writer !== undefined && sources !== undefined && (command ?? 'explain') === 'explain';
  if (
    selection !== undefined &&
    !isGenerated &&
    (command === 'explain' || text === '' || /\b(?:selection|selected|this)\b/i.test(text))
  ) {
    yield lookedUp;
    yield* explainSelection(selection, sources);
    return;
  }
  const isOfFile = command === 'explain' && references.some(({ kind }) => kind === 'file');
  if (text === '' && !isOfFile && !(isGenerated && selection !== undefined)) {
    const reason = command === 'explain' ? 'no-selection' : 'empty-question';
    yield decline(
      reason,
      command === 'explain'
        ? 'Name what to explain, or select it and ask again.'
        : 'Ask about the code of this workspace: where something is, what it does, how it is used.',
    );
    return;
  }
  const intent = intentOf(text, command);
  if (intent.kind === 'unfit') {
    yield declineUnfit(intent.what);
    return;
  }
  if (sources === undefined) {
    yield declineObstacle(request.obstacle);
    return;
  }
  if (sources.index.fileCount === 0) {
    yield declineEmpty(sources.leftOut, sources.isPartial);
    return;
  }
  yield lookedUp;
  if (sources.isPartial)
    yield {
      kind: 'markdown',
      text: 'The workspace is still being read; this is from the part that is known.\n\n',
    };
  const english = inEnglish(text);
  if (english !== undefined) yield { kind: 'markdown', text: `Read as *${inert(english)}*.\n\n` };
  const followUp = inContext(english ?? text, request.history, path => sources.index.has(path));
  if (followUp.kind === 'more') {
    yield* showMore(followUp, sources);
    return;
  }
  const meant = await correctSpelling(followUp.text, sources);
  if (meant.corrected.length > 0) yield { kind: 'markdown', text: `${correctedText(meant)}\n\n` };
  const understood = intentOf(meant.text, command);
  if (understood.kind === 'unfit') return;
  if (isGenerated) yield* answerGenerated(understood.topic, request, sources, await writer(), cancellation);
  else yield* lookUp(understood, { ...request, text: meant.text }, sources);
}

/** Says what was read for what was typed. */
function correctedText({ corrected }: Spelling): string {
  return `Read as ${corrected.map(({ typed, meant }) => `*${meant}* for *${typed}*`).join(', ')}.`;
}
