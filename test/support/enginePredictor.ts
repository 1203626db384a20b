// Predictors that do what a test says: one with a distribution written for each text, one that knows how files go on.

import type { CancellationToken } from '../../src/base/cancellation.ts';
import { throwIfCancelled } from '../../src/base/cancellation.ts';
import type { Vocabulary } from '../../src/infer/generate.ts';
import type { PredictionPlace, Predictor } from '../../src/infer/predictor.ts';
import { ByteTrie } from '../../src/tokenizer/byteTrie.ts';
import { encodeBytes } from '../../src/tokenizer/tokenizer.ts';

/** For each generated text, the tokens that may follow with their probabilities. Where it says nothing, the text ends. */
export type Script = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Tokens are the script's, one character a byte, and the line break; id 0 is special. */
export function scriptedPredictor(script: Script): { predictor: Predictor; vocabulary: Vocabulary } {
  const written = Object.values(script).flatMap(row => Object.keys(row));
  const tokenBytes = [undefined, ...new Set(['\n', ...written])];
  const predictor: Predictor = {
    contextTokens: 100,
    next(_place, generated, cancellation) {
      throwIfCancelled(cancellation);
      const row = script[generated.map(token => tokenBytes[token] ?? '').join('')];
      const special = row === undefined ? 1 : 0;
      return Promise.resolve(
        Float32Array.from(tokenBytes, bytes => (bytes === undefined ? special : (row?.[bytes] ?? 0))),
      );
    },
  };
  return { predictor, vocabulary: { tokenBytes, trie: new ByteTrie(tokenBytes) } };
}

export interface KnownFile {
  readonly text: string;
  /** How much likelier it is than other files that begin alike. */
  readonly weight: number;
}

/** Probability of all that is known together. */
const certainty = 0.98;

/** Continues a document as the files do that begin like it, by the longest token that agrees. Counts its calls. */
export class KnowingPredictor implements Predictor {
  readonly contextTokens = 256;
  readonly counters = { runs: 0, tokens: 0 };
  readonly prompts: PredictionPlace[] = [];
  /** Called before each answer. */
  onNext: () => void = () => undefined;
  private readonly vocabulary: Vocabulary;
  private readonly files: readonly { readonly bytes: string; readonly weight: number }[];

  constructor(vocabulary: Vocabulary, files: readonly KnownFile[]) {
    this.vocabulary = vocabulary;
    this.files = files.map(({ text, weight }) => ({ bytes: encodeBytes(text), weight }));
  }

  next(
    place: PredictionPlace,
    generated: readonly number[],
    cancellation: CancellationToken,
  ): Promise<Float32Array> {
    this.onNext();
    throwIfCancelled(cancellation);
    this.counters.runs++;
    this.counters.tokens += place.prompt.length + generated.length;
    this.prompts.push(place);
    const { tokenBytes } = this.vocabulary;
    const known = [...place.document, ...generated].map(token => tokenBytes[token] ?? '').join('');
    const distribution = new Float32Array(tokenBytes.length);
    const agreeing = this.files.filter(({ bytes }) => bytes.startsWith(known));
    const total = agreeing.reduce((sum, { weight }) => sum + weight, 0);
    for (const { bytes, weight } of agreeing) {
      const token = this.longestToken(bytes, known.length);
      if (token === undefined) continue;
      distribution[token] = (distribution[token] ?? 0) + (certainty * weight) / total;
    }
    return Promise.resolve(distribution);
  }

  private longestToken(bytes: string, from: number): number | undefined {
    if (from >= bytes.length) return undefined;
    const rest = bytes.slice(from, from + 16);
    const { covering, partial } = this.vocabulary.trie.compatible(rest);
    const whole = covering.filter(id => this.vocabulary.tokenBytes[id] === rest);
    return [...partial, ...whole].at(-1);
  }
}
