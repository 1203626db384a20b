// The tokens of a piece of code that was asked for, as the network writes them. Where it begins to go round, it is taken
// back to where the round began and made to take its next choice.

import type { CancellationToken } from '../../base/cancellation.ts';
import type { PromptBuilder } from '../../complete/context.ts';
import { predictionPlace } from '../../complete/draft.ts';
import type { GeneratedToken, Vocabulary } from '../../infer/generate.ts';
import { generate, tokensSpelling } from '../../infer/generate.ts';
import type { Predictor } from '../../infer/predictor.ts';
import { topTokens } from '../../infer/sampling.ts';
import { decodeBytes } from '../../tokenizer/tokenizer.ts';
import type { Assignment } from '../search/assignment.ts';
import { writtenEnd } from './writtenEnd.ts';
import { freshPart } from './writtenRepeats.ts';

export interface WriterParts {
  readonly predictor: Predictor;
  readonly vocabulary: Vocabulary;
  readonly prompts: PromptBuilder;
  readonly modelName: string;
}

/** Text with the probability that the network gave it. */
export interface WrittenPiece {
  readonly text: string;
  readonly confidence: number;
}

/** Tokens left for what is written. */
const maxWrittenTokens = 320;
/** How often it is taken back before what stands there has to do. */
const maxReturns = 6;

/** Pieces of whole characters, none of them a repetition, up to the end of what the assignment asks for. */
export async function* writtenTokens(
  assignment: Assignment,
  parts: WriterParts,
  cancellation: CancellationToken,
): AsyncGenerator<WrittenPiece, void, undefined> {
  const before = assignment.window.prefix;
  const draft = new Draft();
  const begin = generation(assignment, parts, cancellation);
  let firstToken: number | undefined;
  for (let returns = 0; returns <= maxReturns; returns++) {
    let repeated: number | undefined;
    for await (const token of begin(draft.tokens, firstToken)) {
      draft.push(token);
      const stop =
        assignment.end === 'line' ? lineEnd(draft.text) : writtenEnd(draft.text, assignment.baseIndent);
      const { upTo, isOver } = freshPart(
        stop === undefined ? draft.text : `${draft.text.slice(0, stop)}\n`,
        before,
      );
      yield* draft.release(stop === undefined || isOver ? upTo : stop);
      if (isOver) {
        repeated = upTo;
        break;
      }
      if (stop !== undefined) return;
    }
    if (repeated === undefined) {
      // It ended by itself, or has written enough.
      const { upTo, isOver } = freshPart(`${draft.text}\n`, before);
      yield* draft.release(isOver ? upTo : draft.text.trimEnd().length);
      return;
    }
    firstToken = draft.takeBack(repeated, parts.vocabulary, begin.typed);
    if (firstToken === undefined) return;
  }
}

/** Goes on behind `tokens`; the next one may be chosen already. */
function generation(
  { window }: Assignment,
  { predictor, vocabulary, prompts }: WriterParts,
  cancellation: CancellationToken,
) {
  const prompt = prompts.build(
    window,
    Math.max(64, predictor.contextTokens - maxWrittenTokens),
    predictor.workspace,
  );
  const place = predictionPlace(window, prompt);
  const room = Math.min(maxWrittenTokens, predictor.contextTokens - prompt.tokens.length);
  const begin = (tokens: readonly number[], firstToken: number | undefined) =>
    generate(
      predictor,
      vocabulary,
      {
        place: {
          ...place,
          prompt: [...place.prompt, ...tokens],
          document: [...place.document, ...tokens],
        },
        typed: tokens.length === 0 ? prompt.typed : '',
        ...(firstToken === undefined ? {} : { firstToken }),
        maxTokens: Math.max(1, room - tokens.length),
        sampling: { kind: 'greedy' },
      },
      cancellation,
    );
  return Object.assign(begin, { typed: prompt.typed });
}

interface Drafted extends WrittenPiece {
  readonly token: number;
  readonly distribution: Float32Array;
  /** Tokens that led into a repetition from here. */
  readonly refused: readonly number[];
}

/** What is written, of which a beginning has been given out. */
class Draft {
  private readonly drafted: Drafted[] = [];
  private given = 0;
  /** Bytes of a character that is not whole yet. */
  private bytes = '';
  private refused: readonly number[] = [];

  get tokens(): readonly number[] {
    return this.drafted.map(({ token }) => token);
  }

  get text(): string {
    return this.drafted.map(({ text }) => text).join('');
  }

  push({ token, bytes, probability, distribution }: GeneratedToken): void {
    const text = decodeBytes(this.bytes + bytes);
    const isWhole = !text.endsWith('\ufffd');
    this.bytes = isWhole ? '' : this.bytes + bytes;
    const { refused } = this;
    this.drafted.push({ token, text: isWhole ? text : '', confidence: probability, distribution, refused });
    this.refused = [];
  }

  /** What was not given out yet of the first `upTo` UTF-16 code units. */
  *release(upTo: number): Generator<WrittenPiece, void, undefined> {
    let start = 0;
    for (const { text, confidence } of this.drafted) {
      const end = Math.min(upTo, start + text.length);
      if (end > this.given) {
        yield { text: text.slice(this.given - start, end - start), confidence };
        this.given = end;
      }
      start += text.length;
    }
  }

  /** Drops what stands behind the first `upTo` code units; gives what to write there instead, if there is anything. */
  takeBack(upTo: number, vocabulary: Vocabulary, typed: string): number | undefined {
    let end = 0;
    const at = this.drafted.findIndex(({ text }) => {
      end += text.length;
      return end > upTo && text.slice(Math.max(0, text.length - (end - upTo))).trim() !== '';
    });
    const dropped = this.drafted[at];
    if (dropped === undefined) return undefined;
    this.drafted.length = at;
    this.bytes = '';
    this.refused = [...dropped.refused, dropped.token];
    const allowed = at === 0 ? tokensSpelling(vocabulary, typed) : undefined;
    const best = topTokens(dropped.distribution, this.refused.length + 1, allowed);
    return best.find(token => !this.refused.includes(token));
  }
}

function lineEnd(text: string): number | undefined {
  const at = text.indexOf('\n');
  return at === -1 ? undefined : at;
}
