// Teacher-forced scoring: how many bits each way of predicting needs for a held-out file, token by token, when nothing
// of the file is known but what stands before, or what stands above and below the line. Every byte of the file counts.

import type { PromptBuilder } from '../complete/context.ts';
import type { Slicer } from '../base/scheduling/slicer.ts';
import { TimeSlices } from '../base/scheduling/timeSlices.ts';
import type { Decoder } from '../infer/decoder.ts';
import type { LearningRates, RefinedMixture } from '../infer/mixtures.ts';
import { Recall } from '../infer/recall.ts';
import { likeliestToken, softmax } from '../infer/sampling.ts';
import type { Evidence } from '../memory/evidence.ts';
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
  readonly alone: RefinedMixture;
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
  /** The network's distribution, as the editor would ask for it. */
  readonly network: Float32Array;
  /** What memory found; valid until the next position. */
  readonly evidence: Evidence;
}

/**
 * Goes through a file's tokens as if they were typed into a new document: the network sees a file of the workspace before
 * the document's beginning. With `showsAfter` memory knows the lines below each token's line.
 */
export async function* positions(
  parts: Omit<ScoredParts, 'mixture' | 'alone'>,
  { path, text }: SourceFile,
  showsAfter = false,
): AsyncGenerator<Position, void, undefined> {
  const { tokenizer, memory, prompts } = parts;
  const tokens = tokenizer.encode(text);
  const recall = new Recall(memory, tokenizer);
  const header = prompts.header(path);
  recall.follow({ path, document: header });
  const below = showsAfter ? new LinesBelow(tokens, tokenizer) : undefined;
  let after: TextAfter | undefined;
  let next = 0;
  for await (const network of distributions(parts, path, tokens, neighbourOf(parts, path))) {
    const token = tokens[next] ?? 0;
    if (network !== undefined) {
      const shown = after;
      after = below?.at(next);
      // Made anew for a new line only: within it, tokens are appended.
      if (after !== shown) recall.follow({ path, document: [...header, ...tokens.slice(0, next)], after });
      yield { token, bytes: byteLength(tokenizer, token), network, evidence: recall.collect() };
    }
    recall.append(token);
    next++;
  }
}

/** The file that is shown before a new document. */
function neighbourOf(
  { prompts, memory, decoder }: Pick<ScoredParts, 'prompts' | 'memory' | 'decoder'>,
  path: string,
): readonly number[] {
  return prompts.neighbourOf(path, [], memory, decoder.config.contextTokens);
}

function byteLength({ tokenBytes }: Tokenizer, token: number): number {
  return tokenBytes[token]?.length ?? 0;
}

/**
 * What the network expects before each token of a document, with `shown` before the document's beginning; undefined
 * before the first one where nothing stands before it. It sees at least half of its context, where there is so much.
 */
async function* distributions(
  { decoder, prompts }: Pick<ScoredParts, 'decoder' | 'prompts'>,
  path: string,
  tokens: readonly number[],
  shown: readonly number[] = [],
): AsyncGenerator<Float32Array | undefined, void, undefined> {
  const { contextTokens } = decoder.config;
  const header = prompts.networkHeader(path, Math.floor(contextTokens / 4));
  const least = Math.floor((contextTokens - header.length) / 2);
  for (let next = 0; next < tokens.length;) {
    const start = Math.max(0, next - least);
    const head = next === 0 ? [...shown, ...header] : header;
    const window = [...head, ...tokens.slice(start, start + contextTokens - head.length)];
    const first = head.length + next - start;
    const logits = await decoder.logitsAfterEach(window, Math.max(0, first - 1));
    // What follows position i - 1 predicts position i; a model without a separator cannot predict its first token.
    if (first === 0) yield undefined;
    for (const each of logits.slice(0, window.length - Math.max(1, first))) yield softmax(each);
    next += window.length - first;
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
      const after = tokens.slice(this.end + 1, this.end + 1 + maxTokensBelow);
      this.after = after.length === 0 ? undefined : new TextAfter(after, kinds);
    }
    return this.after;
  }
}

/** About as many as the window that editors send holds after the cursor. */
const maxTokensBelow = 1_200;

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
    this.bits -= Math.log2(Math.max(distribution[token] ?? 0, minProbability));
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
const minProbability = 2 ** -30;

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

/**
 * Adds a file's tokens to the scores of the network alone, which sees nothing of the workspace, of memory alone, and of
 * both. `showsAfter` as in `positions`.
 */
export async function scoreFile(
  parts: ScoredParts,
  file: SourceFile,
  scores: FileScores,
  slicer: Slicer = new TimeSlices(20),
  showsAfter = false,
): Promise<void> {
  const frequencies = parts.memory.frequencies();
  const showsNeighbour = neighbourOf(parts, file.path).length > 0;
  if (showsNeighbour) await scoreNetwork(parts, file, scores.network, slicer);
  for await (const { token, bytes, network, evidence } of positions(parts, file, showsAfter)) {
    if (!showsNeighbour) scores.network.add(network, token, bytes);
    scores.memory.add(parts.alone.mix(frequencies, evidence, frequencies), token, bytes);
    scores.wittenBellBits -= Math.log2(
      Math.max(wittenBellProbability(frequencies, evidence, token), minProbability),
    );
    scores.both.add(parts.mixture.mix(network, evidence, frequencies), token, bytes);
    await slicer.giveWay();
  }
}

async function scoreNetwork(
  parts: Pick<ScoredParts, 'decoder' | 'prompts' | 'tokenizer'>,
  { path, text }: SourceFile,
  score: Score,
  slicer: Slicer,
): Promise<void> {
  const tokens = parts.tokenizer.encode(text);
  let next = 0;
  for await (const network of distributions(parts, path, tokens)) {
    const token = tokens[next++] ?? 0;
    if (network !== undefined) score.add(network, token, byteLength(parts.tokenizer, token));
    await slicer.giveWay();
  }
}

/** Fits the mixtures to files of which memory must know nothing; several passes with falling rates. `showsAfter` as in `positions`. */
export async function fitMixtures(
  parts: ScoredParts,
  files: readonly SourceFile[],
  rates: LearningRates,
  showsAfter = false,
): Promise<void> {
  const frequencies = parts.memory.frequencies();
  for (const file of files) {
    for await (const { token, network, evidence } of positions(parts, file, showsAfter)) {
      parts.mixture.learn(network, evidence, frequencies, token, rates);
      parts.alone.learn(frequencies, evidence, frequencies, token, rates);
    }
  }
}
