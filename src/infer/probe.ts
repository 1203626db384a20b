// How fast a network decodes, by a short piece of the work that suggestions are made of.

import { neverCancelled } from '../base/cancellation.ts';
import { median } from '../base/statistics.ts';
import { Decoder } from './decoder.ts';
import type { NetworkInUse } from './network.ts';
import type { ModelConfig } from '../model/config.ts';

export interface DecodingRates {
  /** Tokens of a prompt that is not cached, in one run. */
  readonly promptTokensPerSecond: number;
  /** Of a token after it. */
  readonly tokenMs: number;
  /** Of a short prompt and a few tokens after it, as a suggestion takes them. */
  readonly suggestionMs: number;
}

const promptTokens = 96;
const rounds = 4;
const tokensPerRound = 4;

/** Takes a tenth of a second or so on Wasm. `decoder` runs go through the network as it is; nothing stays cached. */
export async function probeDecoding(config: ModelConfig, networks: NetworkInUse): Promise<DecodingRates> {
  const decoder = new Decoder(config, networks);
  const prompt = Array.from(
    { length: Math.min(promptTokens, Math.floor(config.contextTokens / 2)) },
    (_, at) => (at * 37) % config.vocabSize,
  );
  const promptMs: number[] = [];
  const tokenMs: number[] = [];
  try {
    // The first round compiles what is compiled at first use.
    for (let round = -1; round < rounds; round++) {
      const times: number[] = [];
      const sequence = [...prompt];
      for (let count = 0; count <= tokensPerRound; count++) {
        const startedMs = performance.now();
        await decoder.logitsAfter(`${round}`, sequence, neverCancelled);
        times.push(performance.now() - startedMs);
        sequence.push(count);
      }
      const [first = NaN, ...others] = times;
      if (round < 0) continue;
      promptMs.push(first);
      tokenMs.push(median(others));
    }
  } finally {
    decoder.dispose();
  }
  return {
    promptTokensPerSecond: (1000 * prompt.length) / median(promptMs),
    tokenMs: median(tokenMs),
    suggestionMs: median(promptMs) + tokensPerRound * median(tokenMs),
  };
}
