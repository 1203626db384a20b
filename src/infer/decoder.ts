// Runs the decode graph over token sequences, reusing what the key-value cache holds: the longest common prefix
// of the last sequence and this one. So typing a character costs one run over the new tokens, not over the prompt.

import type { CancellationToken } from '../base/cancellation.ts';
import { throwIfCancelled } from '../base/cancellation.ts';
import type { Disposable } from '../base/disposable.ts';
import { useLatest } from '../base/recentlyUsed.ts';
import type { ModelConfig } from '../model/config.ts';
import type { HeldTensors } from '../runtime/session.ts';
import { floatsHere } from '../runtime/session.ts';
import type { Network, NetworkInUse } from './network.ts';
import type { SequenceCache } from './sequenceCache.ts';
import { int64 } from './sequenceCache.ts';

/** Tokens of a prompt run at once: short enough to be cancelled between runs, long enough to be fast. */
const chunkTokens = 128;

/** Sequences whose caches are kept, one a document or so; each takes a few megabytes. */
const keptSequences = 3;

/** Positions of a sequence whose logits are kept: those a suggestion went through. */
const keptLogits = 64;

export interface DecoderCounters {
  /** Runs of the network since the decoder was made. */
  runs: number;
  /** Tokens run through the network since the decoder was made. */
  tokens: number;
}

/** Decides when a run may start. */
export type RunGate = (run: () => Promise<HeldTensors>) => Promise<HeldTensors>;

interface Sequence {
  /** That its cache is of. */
  readonly network: Network;
  readonly cache: SequenceCache;
  /** Logits after the position at this index, dropped with the position. */
  readonly logits: Map<number, Float32Array>;
}

export class Decoder implements Disposable {
  readonly counters: DecoderCounters = { runs: 0, tokens: 0 };
  readonly config: ModelConfig;
  private readonly networks: NetworkInUse;
  private readonly gate: RunGate;
  /** Least recently used first. */
  private readonly sequences = new Map<string, Sequence>();

  /** The network is not disposed of with it. */
  constructor(config: ModelConfig, networks: NetworkInUse, gate: RunGate = run => run()) {
    this.config = config;
    this.networks = networks;
    this.gate = gate;
  }

  /**
   * The logits [vocabulary] of what follows `tokens`. `key` names the sequence whose cache to reuse: calls with
   * one key should share a prefix. Not re-entrant. Throws a RangeError when the sequence is empty or longer than
   * the context, and a CancellationError when cancelled between runs; the cache stays sound.
   *
   * `draft` guesses the tokens that come next. They ride along in the last run, and asking for what follows any
   * beginning of them then takes no run.
   *
   * When the network's device fails, the network that it falls back to answers.
   */
  async logitsAfter(
    key: string,
    tokens: readonly number[],
    cancellation: CancellationToken,
    draft: readonly number[] = [],
  ): Promise<Float32Array> {
    this.checkLength(tokens);
    return this.onNetwork(network => this.logitsOn(network, key, tokens, cancellation, draft));
  }

  private async logitsOn(
    network: Network,
    key: string,
    tokens: readonly number[],
    cancellation: CancellationToken,
    draft: readonly number[],
  ): Promise<Float32Array> {
    const sequence = this.sequence(network, key);
    const known = knownLogits(sequence, tokens);
    if (known !== undefined) return known;
    const last = tokens.length - 1;
    const guessed = [...tokens, ...draft.slice(0, this.config.contextTokens - tokens.length)];
    truncate(sequence, Math.min(sequence.cache.commonPrefix(tokens), last));
    for (;;) {
      throwIfCancelled(cancellation);
      const start = sequence.cache.size;
      const end = tokens.length - start > chunkTokens ? start + chunkTokens : guessed.length;
      await this.runChunk(sequence, guessed.slice(start, end), Math.max(0, last - start));
      const logits = sequence.logits.get(last);
      if (logits !== undefined) return logits;
    }
  }

  /** The logits [vocabulary] of what follows each token from index `from` on, in order, nothing reused. */
  async logitsAfterEach(tokens: readonly number[], from: number): Promise<readonly Float32Array[]> {
    this.checkLength(tokens);
    return this.onNetwork(async network => {
      const sequence: Sequence = { network, cache: network.newCache(), logits: new Map() };
      const each: Float32Array[] = [];
      try {
        while (sequence.cache.size < tokens.length) {
          const start = sequence.cache.size;
          const chunk = tokens.slice(start, start + chunkTokens);
          await this.runChunk(sequence, chunk, Math.max(0, from - start));
          for (let index = Math.max(from, start); index < start + chunk.length; index++) {
            const logits = sequence.logits.get(index);
            if (logits !== undefined) each.push(logits);
          }
          sequence.logits.clear();
        }
      } finally {
        sequence.cache.dispose();
      }
      return each;
    });
  }

  /** Whether `logitsAfter` would answer without a run. */
  knows(key: string, tokens: readonly number[]): boolean {
    const sequence = this.sequences.get(key);
    return sequence !== undefined && knownLogits(sequence, tokens) !== undefined;
  }

  /** How many tokens at the start of the sequence need not be run. */
  cachedPrefix(key: string, tokens: readonly number[]): number {
    return this.sequences.get(key)?.cache.commonPrefix(tokens) ?? 0;
  }

  dispose(): void {
    for (const { cache } of this.sequences.values()) cache.dispose();
    this.sequences.clear();
  }

  /** Does the work on the network in use, and once more on the one that it falls back to if its device fails meanwhile. */
  private async onNetwork<T>(work: (network: Network) => Promise<T>): Promise<T> {
    const { current } = this.networks;
    try {
      return await work(current);
    } catch (error) {
      await this.networks.fallBack(current, error);
      return work(this.networks.current);
    }
  }

  private sequence(network: Network, key: string): Sequence {
    if (this.sequences.get(key)?.network !== network) {
      this.sequences.get(key)?.cache.dispose();
      this.sequences.delete(key);
    }
    return useLatest(
      this.sequences,
      key,
      keptSequences,
      () => ({ network, cache: network.newCache(), logits: new Map<number, Float32Array>() }),
      dropped => {
        dropped.cache.dispose();
      },
    );
  }

  private checkLength(tokens: readonly number[]): void {
    const { contextTokens } = this.config;
    if (tokens.length === 0 || tokens.length > contextTokens) {
      throw new RangeError(`a sequence of ${tokens.length} tokens; 1 to ${contextTokens} can be run`);
    }
  }

  /** Runs tokens that follow the cached ones; keeps the logits after those from index `firstRow` on. */
  private async runChunk(
    { network, cache, logits }: Sequence,
    chunk: readonly number[],
    firstRow: number,
  ): Promise<void> {
    const start = cache.size;
    const first = Math.min(firstRow, chunk.length - 1);
    const rows = Array.from({ length: chunk.length - first }, (_, index) => first + index);
    const feeds = {
      tokens: int64([chunk.length], chunk),
      positions: int64(
        [1, chunk.length],
        chunk.map((_, index) => start + index),
      ),
      logit_rows: int64([rows.length], rows),
      ...cache.feeds(chunk.length),
    };
    const outputs = await this.gate(() => network.run(feeds));
    this.counters.runs++;
    this.counters.tokens += chunk.length;
    cache.append(chunk, outputs);
    const all = floatsHere(outputs['logits'], 'logits');
    const width = all.length / rows.length;
    for (const [index, row] of rows.entries()) {
      logits.set(start + row, all.subarray(index * width, (index + 1) * width));
    }
    for (const oldest of logits.keys()) {
      if (logits.size <= Math.max(keptLogits, rows.length)) break;
      logits.delete(oldest);
    }
  }
}

function knownLogits({ cache, logits }: Sequence, tokens: readonly number[]): Float32Array | undefined {
  return cache.commonPrefix(tokens) === tokens.length ? logits.get(tokens.length - 1) : undefined;
}

function truncate({ cache, logits }: Sequence, length: number): void {
  cache.truncate(length);
  for (const position of logits.keys()) {
    if (position >= length) logits.delete(position);
  }
}
