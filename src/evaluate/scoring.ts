// Teacher-forced scoring: how many bits each way of predicting needs for a held-out file, token by token, when nothing
// of the file is known but what stands before, or what stands above and below the line. Every byte of the file counts.

import type { PromptBuilder } from '../complete/context.ts';
import type { Turns } from '../corpus/timeSlices.ts';
import { TimeSlices } from '../corpus/timeSlices.ts';
import type { Decoder } from '../infer/decoder.ts';
import type { Mixture } from '../infer/mixture.ts';
import type { LearningRates, RefinedMixture } from '../infer/mixtures.ts';
import { likeliestToken, softmax } from '../infer/sampling.ts';
import { Evidence } from '../memory/evidence.ts';
import { RecentMemory } from '../memory/recent.ts';
import { kindsOf, TextAfter, tokenKinds } from '../memory/textAfter.ts';
import type { WorkspaceMemory } from '../memory/workspaceMemory.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { wittenBellProbability } from './wittenBell.ts';

export interface ScoredParts {
  readonly decoder: Decoder;
  readonly tokenizer: Tokenizer;
  readonly memory: WorkspaceMemory;
  /** Blends memory with the network. */
  readonly mixture: RefinedMixture;
  /** Blends memory with word frequencies. */
  readonly alone: Mixture;
  readonly prompts: PromptBuilder;
}

export interface SourceFile {
  /** Relative to the workspace, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** What is known at one position of a file, before its token. */
export interface Position {
  readonly token: number;
  /** UTF-8 bytes of the token. */
  readonly bytes: number;
  /** The network's distribution. */
  readonly network: Float32Array;
  /** What memory found; valid until the next position. */
  readonly evidence: Evidence;
}

/**
 * Goes through a file's tokens. The network sees at least half of its context before each, where there is so much. With
 * `showsAfter` memory knows the lines below each token's line.
 */
export async function* positions(
  { decoder, tokenizer, memory, prompts }: Omit<ScoredParts, 'mixture' | 'alone'>,
  { path, text }: SourceFile,
  showsAfter = false,
): AsyncGenerator<Position, void, undefined> {
  const { contextTokens } = decoder.config;
  const head = prompts.networkHeader(path, Math.floor(contextTokens / 4));
  const tokens = tokenizer.encode(text);
  const room = contextTokens - head.length;
  const recent = new RecentMemory();
  const header = prompts.header(path);
  recent.follow({ document: header });
  const below = showsAfter ? new LinesBelow(tokens, tokenizer) : undefined;
  let after: TextAfter | undefined;
  const evidence = new Evidence();
  for (let start = 0, next = 0; next < tokens.length; start += Math.floor(room / 2)) {
    const window = [...head, ...tokens.slice(start, start + room)];
    const first = head.length + next - start;
    // What follows position i - 1 predicts position i; a model without a separator cannot predict its first token.
    const logits = await decoder.logitsAfterEach(window, Math.max(0, first - 1));
    for (let index = first; index < window.length; index++, next++) {
      const token = window[index] ?? 0;
      const known = logits[index - Math.max(1, first)];
      if (known !== undefined) {
        const shown = after;
        after = below?.at(next);
        // Made anew for a new line only: within it, tokens are appended.
        if (after !== shown) recent.follow({ document: [...header, ...tokens.slice(0, next)], after });
        evidence.clear(after);
        recent.collect(evidence);
        memory.collect(recent.sequence, recent.size, path, evidence);
        yield { token, bytes: tokenizer.tokenBytes[token]?.length ?? 0, network: softmax(known), evidence };
      }
      recent.append(token);
    }
  }
}

/** What stands below the line of a token. */
class LinesBelow {
  private readonly tokens: readonly number[];
  private readonly kinds: Uint8Array;
  private end = -1;
  private after: TextAfter | undefined;

  constructor(tokens: readonly number[], { tokenBytes }: Tokenizer) {
    this.tokens = tokens;
    this.kinds = kindsOf(tokenBytes);
  }

  /** Asked for one token after the other. */
  at(index: number): TextAfter | undefined {
    if (index > this.end) {
      const { tokens, kinds } = this;
      this.end = index;
      while (this.end < tokens.length && kinds[tokens[this.end] ?? 0] !== tokenKinds.lineEnd) this.end++;
      const after = tokens.slice(this.end + 1, this.end + 1 + mostTokensBelow);
      this.after = after.length === 0 ? undefined : new TextAfter(after, kinds);
    }
    return this.after;
  }
}

/** About as many as the window that editors send holds after the cursor. */
const mostTokensBelow = 1_200;

/** Sums over tokens; figures of several files add up. */
export class Score {
  bits = 0;
  bytes = 0;
  tokens = 0;
  correct = 0;
  /** Of tokens by the probability of the likeliest one, in ten bins: how many, the sum of it, how often it was right. */
  readonly calibration = Array.from({ length: 10 }, () => ({ tokens: 0, probability: 0, correct: 0 }));

  add(distribution: Float32Array, token: number, bytes: number): void {
    const likeliest = likeliestToken(distribution);
    const probability = distribution[likeliest] ?? 0;
    const isCorrect = likeliest === token ? 1 : 0;
    this.bits -= Math.log2(Math.max(distribution[token] ?? 0, leastProbability));
    this.bytes += bytes;
    this.tokens++;
    this.correct += isCorrect;
    const bin = this.calibration[Math.min(9, Math.floor(10 * probability))];
    if (bin === undefined) return;
    bin.tokens++;
    bin.probability += probability;
    bin.correct += isCorrect;
  }

  get bitsPerByte(): number {
    return this.bits / this.bytes;
  }

  get tokenAccuracy(): number {
    return this.correct / this.tokens;
  }

  /** Expected calibration error (Naeini et al. 2015) of the likeliest token's probability, ten bins. */
  get calibrationError(): number {
    return this.calibration.reduce(
      (sum, { probability, correct }) => sum + Math.abs(probability - correct) / this.tokens,
      0,
    );
  }
}

/** Keeps a single impossible token from deciding a whole repository's figure; 2^-30. */
const leastProbability = 2 ** -30;

export interface FileScores {
  readonly network: Score;
  readonly memory: Score;
  readonly both: Score;
  /** Bits of memory's evidence blended plainly, for comparison. */
  wittenBellBits: number;
}

export function noScores(): FileScores {
  return { network: new Score(), memory: new Score(), both: new Score(), wittenBellBits: 0 };
}

/** Adds a file's tokens to the scores of the network alone, memory alone, and both. `showsAfter` as in `positions`. */
export async function scoreFile(
  parts: ScoredParts,
  file: SourceFile,
  scores: FileScores,
  turns: Turns = new TimeSlices(20),
  showsAfter = false,
): Promise<void> {
  const frequencies = parts.memory.frequencies();
  for await (const { token, bytes, network, evidence } of positions(parts, file, showsAfter)) {
    scores.network.add(network, token, bytes);
    scores.memory.add(parts.alone.mix(frequencies, evidence), token, bytes);
    scores.wittenBellBits -= Math.log2(
      Math.max(wittenBellProbability(frequencies, evidence, token), leastProbability),
    );
    scores.both.add(parts.mixture.mix(network, evidence, frequencies), token, bytes);
    await turns.giveWay();
  }
}

/** Fits the mixtures to files of which memory must know nothing; several passes with falling rates. */
export async function fitMixtures(
  parts: ScoredParts,
  files: readonly SourceFile[],
  rates: LearningRates,
): Promise<void> {
  const frequencies = parts.memory.frequencies();
  for (const file of files) {
    for await (const { token, network, evidence } of positions(parts, file)) {
      parts.mixture.learn(network, evidence, frequencies, token, rates);
      if (rates.mixture > 0) parts.alone.learn(frequencies, evidence, token, rates.mixture);
    }
  }
}
