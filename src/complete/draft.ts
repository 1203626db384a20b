// Writes one suggestion: generates greedily until a stop rule, the token limit or doubt ends it, and keeps the
// longest beginning that is probable enough to be shown.

import type { CancellationToken } from '../base/cancellation.ts';
import type { GeneratedToken, Vocabulary } from '../infer/generate.ts';
import { generate } from '../infer/generate.ts';
import type { Place, Predictor } from '../infer/predictor.ts';
import { probabilityAmong } from '../infer/sampling.ts';
import type { DocumentWindow } from '../text/window.ts';
import { decodeBytes } from '../tokenizer/tokenizer.ts';
import type { Prompt } from './context.ts';
import type { CompletionScope } from './stop.ts';
import { stopIndex } from './stop.ts';
import type { NoCompletionReason } from './types.ts';

export interface DraftRequest {
  readonly window: DocumentWindow;
  readonly prompt: Prompt;
  readonly scope: CompletionScope;
  readonly maxTokens: number;
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
    }
  | { readonly kind: 'none'; readonly reason: NoCompletionReason };

/** A place where the generated text may end. */
interface Boundary {
  readonly length: number;
  readonly probability: number;
}

/** Throws a CancellationError when cancelled between two runs of the network. */
export async function writeDraft(
  predictor: Predictor,
  vocabulary: Vocabulary,
  { window, prompt, scope, maxTokens, showThreshold, firstToken }: DraftRequest,
  cancellation: CancellationToken,
): Promise<Draft> {
  const tokens = generate(
    predictor,
    vocabulary,
    {
      place: placeOf(window, prompt),
      typed: prompt.typed,
      maxTokens,
      sampling: { kind: 'greedy' },
      ...(firstToken === undefined ? {} : { firstToken }),
    },
    cancellation,
  );
  const boundaries: Boundary[] = [];
  let bytes = '';
  let text = '';
  let probability = 1;
  let healed = prompt.typed === '';
  for await (const generated of tokens) {
    const ending = healed ? lineEndProbability(generated, vocabulary) : 0;
    if (scope.kind === 'line' && text.trim() !== '' && ending >= generated.probability) {
      probability *= ending;
      boundaries.push({ length: text.length, probability });
      break;
    }
    probability *= generated.probability;
    bytes += generated.bytes;
    healed ||= generated.bytes !== '';
    text = decodeBytes(bytes);
    const stop = stopIndex(text, scope, window);
    if (stop !== undefined) {
      text = text.slice(0, stop);
      boundaries.push({ length: stop, probability });
      break;
    }
    // A character cut in the middle of its bytes is no place to end.
    if (!text.endsWith('\ufffd')) boundaries.push({ length: text.length, probability });
    if (probability < showThreshold) break;
  }
  if (!healed) return none(probability < showThreshold ? 'low-probability' : 'cannot-heal');
  if (text === '') return none('nothing-generated');
  const end = boundaries.findLast(
    boundary => boundary.probability >= showThreshold && isCleanEnd(text, boundary.length),
  );
  const kept = text.slice(0, end?.length ?? 0);
  if (end === undefined || kept.trim() === '') return none('low-probability');
  return { kind: 'text', text: kept, probability: end.probability };
}

/** Tokens that the indexed copy may be ahead of the document, or behind it: some fifteen lines. */
const ownMarginTokens = 200;

/** Where the prompt's generation happens, for the predictor. */
export function placeOf(
  { uri, path, startLine }: DocumentWindow,
  { tokens, document, after }: Prompt,
): Place {
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

/** Not within a word, and not within a later line of a suggestion of several lines. */
function isCleanEnd(text: string, length: number): boolean {
  const before = text.slice(0, length);
  if (length < text.length) {
    if (/[\p{L}\p{N}_$]$/u.test(before) && /^[\p{L}\p{N}_$]/u.test(text.slice(length))) return false;
    if (before.includes('\n') && text[length] !== '\n') return false;
  }
  return true;
}
