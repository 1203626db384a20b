// Writes one suggestion: generates greedily until a stop rule, the token limit or doubt ends it, and keeps the
// longest beginning that is probable enough, ends where a suggestion may, and is worth a key.

import type { CancellationToken } from '../base/cancellation.ts';
import type { GeneratedToken, Vocabulary } from '../infer/generate.ts';
import { generate } from '../infer/generate.ts';
import type { PredictionPlace, Predictor } from '../infer/predictor.ts';
import { probabilityAmong } from '../infer/sampling.ts';
import type { DocumentWindow } from '../text/window.ts';
import { decodeBytes } from '../tokenizer/tokenizer.ts';
import type { Prompt } from './context.ts';
import { endingContext, endingOf, withoutDangling } from './ending.ts';
import { mayRepeatNeighbour } from './repetition.ts';
import type { CompletionScope } from './stop.ts';
import { stopIndex } from './stop.ts';
import type { CompletionRequest, NoCompletionReason } from './types.ts';
import { charsSaved, isWorthShowing } from './worth.ts';

export interface DraftRequest {
  readonly window: DocumentWindow;
  readonly prompt: Prompt;
  readonly scope: CompletionScope;
  readonly maxTokens: number;
  /** On `invoke` whatever ends well is worth showing, and where nothing does, what ends with a word. */
  readonly trigger: CompletionRequest['trigger'];
  /** Lowest probability of the whole text, in [0, 1]. */
  readonly showThreshold: number;
  /** The first token where the caller has chosen it: an alternative. */
  readonly firstToken?: number;
}

export type Draft =
  | {
      readonly kind: 'text';
      /** Line ends are `\n`. Never empty. */
      readonly text: string;
      readonly probability: number;
      /** Whether nothing more was expected on the text's last line. */
      readonly endsLine: boolean;
      /** All that was generated: what `text`, where it is shorter, begins. */
      readonly whole: string;
      readonly wholeProbability: number;
    }
  | { readonly kind: 'none'; readonly reason: NoCompletionReason };

/** A place where the generated text may end. */
interface Boundary {
  readonly length: number;
  readonly probability: number;
  /** Whether a line end or the text's end comes next. */
  readonly endsLine: boolean;
}

/** Throws a CancellationError when cancelled between two runs of the network. */
export async function writeDraft(
  predictor: Predictor,
  vocabulary: Vocabulary,
  request: DraftRequest,
  cancellation: CancellationToken,
): Promise<Draft> {
  const { window, prompt, showThreshold } = request;
  const boundaries: Boundary[] = [];
  let text = '';
  let probability = 1;
  let healed = prompt.typed === '';
  for await (const step of growingText(predictor, vocabulary, request, cancellation)) {
    ({ text, probability, healed } = step);
    if (step.boundary !== undefined) boundaries.push(step.boundary);
    // What begins as a line beside it does is written to the end, to see whether it is that line once more.
    if (probability < showThreshold && !mayRepeatNeighbour(text, window)) break;
  }
  if (!healed) return none(probability < showThreshold ? 'low-probability' : 'cannot-heal');
  if (text === '') return none('nothing-generated');
  return cutToBest(text, boundaries, request);
}

interface Step {
  readonly text: string;
  readonly probability: number;
  readonly healed: boolean;
  readonly boundary: Boundary | undefined;
}

/** The text after each token, until something ends it. */
async function* growingText(
  predictor: Predictor,
  vocabulary: Vocabulary,
  { window, prompt, scope, maxTokens, firstToken }: DraftRequest,
  cancellation: CancellationToken,
): AsyncGenerator<Step, void, undefined> {
  const tokens = generate(
    predictor,
    vocabulary,
    {
      place: predictionPlace(window, prompt),
      typed: prompt.typed,
      maxTokens,
      sampling: { kind: 'greedy' },
      ...(firstToken === undefined ? {} : { firstToken }),
    },
    cancellation,
  );
  let bytes = '';
  let text = '';
  let probability = 1;
  let healed = prompt.typed === '';
  let count = 0;
  for await (const generated of tokens) {
    count++;
    const ending = healed ? lineEndProbability(generated, vocabulary) : 0;
    if (scope.kind === 'line' && text.trim() !== '' && ending >= generated.probability) {
      probability *= ending;
      yield { text, probability, healed, boundary: { length: text.length, probability, endsLine: true } };
      return;
    }
    probability *= generated.probability;
    bytes += generated.bytes;
    healed ||= generated.bytes !== '';
    text = decodeBytes(bytes);
    const stop = stopIndex(text, scope, window);
    if (stop !== undefined) {
      text = text.slice(0, stop);
      yield { text, probability, healed, boundary: { length: stop, probability, endsLine: true } };
      return;
    }
    // A character cut in the middle of its bytes is no place to end.
    const boundary = text.endsWith('\ufffd')
      ? undefined
      : { length: text.length, probability, endsLine: false };
    yield { text, probability, healed, boundary };
  }
  const isAtLimit = count >= maxTokens || prompt.tokens.length + count > predictor.contextTokens;
  if (!isAtLimit && healed && text !== '' && !text.endsWith('\ufffd'))
    yield { text, probability, healed, boundary: { length: text.length, probability, endsLine: true } };
}

/** The whole line or block if it may be shown, else the beginning that saves most keys. */
function cutToBest(
  text: string,
  boundaries: readonly Boundary[],
  { window, trigger, showThreshold }: DraftRequest,
): Draft {
  const context = endingContext(window);
  const probable = boundaries.filter(
    ({ length, probability }) => probability >= showThreshold && text.slice(0, length).trim() !== '',
  );
  const whole = { whole: text, wholeProbability: boundaries.at(-1)?.probability ?? 0 };
  let reason: NoCompletionReason = 'low-probability';
  let best: (Draft & { readonly kind: 'text' }) | undefined;
  let most = -Infinity;
  for (const { length, probability, endsLine } of probable.toReversed()) {
    if (endsWithin(text, length)) continue;
    const atEnd = endsLine || text[length] === '\n';
    // A token may bring more than can stand, such as the bracket after a name.
    const kept = atEnd ? text.slice(0, length) : withoutDangling(text.slice(0, length));
    const ending = kept.trim() === '' ? 'fragment' : endingOf(kept, atEnd, context);
    if (ending === 'fragment') {
      if (reason === 'low-probability') reason = 'fragment';
      continue;
    }
    const draft = { kind: 'text', text: kept, probability, endsLine: atEnd, ...whole } as const;
    if (trigger === 'invoke') return draft;
    if (!isWorthShowing(ending, kept, probability)) {
      reason = 'too-short';
      continue;
    }
    // The whole line is taken before any part of it: fewer suggestions, and longer.
    if (ending !== 'part' && best === undefined) return draft;
    const saved = charsSaved(kept, probability);
    if (saved <= most) continue;
    [best, most] = [draft, saved];
  }
  if (best !== undefined) return best;
  const asked =
    trigger === 'invoke' ? probable.findLast(({ length }) => !endsWithin(text, length)) : undefined;
  if (asked === undefined) return none(reason);
  const { length, probability, endsLine } = asked;
  return { kind: 'text', text: text.slice(0, length), probability, endsLine, ...whole };
}

/** Tokens that the indexed copy may be ahead of the document, or behind it: some fifteen lines. */
const ownMarginTokens = 200;

/** Where the prompt's generation happens, for the predictor. */
export function predictionPlace(
  { uri, path, startLine }: DocumentWindow,
  { tokens, document, after }: Prompt,
): PredictionPlace {
  // Where the window starts later, what the document holds after it begins at a token that nobody knows.
  const ownFrom =
    startLine === 0 ? document.length + (after?.tokens.length ?? 0) + ownMarginTokens : Infinity;
  return { key: uri, path, ownFrom, prompt: tokens, document, after };
}

function none(reason: NoCompletionReason): Draft {
  return { kind: 'none', reason };
}

/** The probability that the line ends here: that of every token which begins with a line break, together. */
function lineEndProbability({ distribution }: GeneratedToken, { trie }: Vocabulary): number {
  const { covering } = trie.compatible('\n');
  return covering.reduce((sum, token) => sum + probabilityAmong(distribution, token, undefined), 0);
}

/** Whether a text that ends there ends within a word, or within a later line of a suggestion of several lines. */
function endsWithin(text: string, length: number): boolean {
  const before = text.slice(0, length);
  if (length === text.length) return false;
  if (/[\p{L}\p{N}_$]$/u.test(before) && /^[\p{L}\p{N}_$]/u.test(text.slice(length))) return true;
  return before.includes('\n') && text[length] !== '\n';
}
