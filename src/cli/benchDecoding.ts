// The decoding benchmark: the same decode graph under onnxruntime-web and, as the native ceiling, under
// onnxruntime-node, run in turns so that a noisy machine disturbs both alike.

import { neverCancelled } from '../base/cancellation.ts';
import { Decoder } from '../infer/decoder.ts';
import { hostNetwork, NetworkInUse } from '../infer/network.ts';
import { decodeModel } from '../worker/engine/loadNetwork.ts';
import { readModelFolder } from '../model/modelFolder.ts';
import { nodeFileReader } from '../model/nodeFiles.ts';
import type { Runtime } from '../runtime/session.ts';
import { median } from '../base/statistics.ts';

export interface DecodingFigures {
  /** A prompt as long as the context allows, nothing cached, in milliseconds. */
  readonly coldPromptMs: number;
  readonly promptTokens: number;
  /** Greedy decoding after a prompt of half the context. */
  readonly tokensPerSecond: number;
}

const rounds = 7;
const decodedTokens = 48;

/** Measures each runtime in turns. The order of the result is that of the runtimes. */
export async function benchDecoding(
  modelFolder: string,
  runtimes: readonly Runtime[],
): Promise<readonly DecodingFigures[]> {
  const files = await readModelFolder(modelFolder, nodeFileReader);
  const model = decodeModel(files, files.config, 'int8');
  const promptTokens = Math.min(512, files.config.contextTokens);
  const networks: NetworkInUse[] = [];
  for (const runtime of runtimes) {
    const network = hostNetwork(files.config, await runtime.createSession(model));
    networks.push(new NetworkInUse(network));
  }
  const decoders = networks.map(network => new Decoder(files.config, network));
  const prompts = decoders.map((): number[] => []);
  const decodings = decoders.map((): number[] => []);
  for (let round = -1; round < rounds; round++) {
    for (const [index, decoder] of decoders.entries()) {
      // Keys that were not used before: nothing of them is cached. The first round warms up.
      const promptMs = await timeMs(() =>
        decoder.logitsAfter(`prompt ${round}`, tokens(promptTokens), neverCancelled),
      );
      const half = tokens(Math.floor(promptTokens / 2));
      await decoder.logitsAfter(`decode ${round}`, half, neverCancelled);
      const decodingMs = await timeMs(() => decodeGreedily(decoder, `decode ${round}`, half));
      if (round < 0) continue;
      prompts[index]?.push(promptMs);
      decodings[index]?.push(decodingMs);
    }
  }
  for (const owned of [...decoders, ...networks]) owned.dispose();
  return decoders.map((_, index) => ({
    coldPromptMs: median(prompts[index] ?? []),
    promptTokens,
    tokensPerSecond: (1000 * decodedTokens) / median(decodings[index] ?? []),
  }));
}

async function decodeGreedily(decoder: Decoder, key: string, prompt: readonly number[]): Promise<void> {
  const sequence = [...prompt];
  for (let step = 0; step < decodedTokens; step++) {
    const logits = await decoder.logitsAfter(key, sequence, neverCancelled);
    let best = 0;
    for (let token = 1; token < logits.length; token++) {
      if ((logits[token] ?? 0) > (logits[best] ?? 0)) best = token;
    }
    sequence.push(best);
  }
  // The last token chosen is run too, as it would be for the next.
  await decoder.logitsAfter(key, sequence, neverCancelled);
}

/** Which tokens they are does not change what they cost. */
function tokens(count: number): number[] {
  return Array.from({ length: count }, (_, index) => 10 + ((index * 37) % 1000));
}

async function timeMs(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}
