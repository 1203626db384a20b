// The real engine for tests: the Wasm runtime on one thread (so that figures do not depend on the machine and no
// thread outlives the tests), the bundled model, loaded once for all files, and the oracles beside them.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { neverCancelled } from '../../src/base/cancellation.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { encodeOnnx } from '../../src/graph/onnx.ts';
import { Decoder } from '../../src/infer/decoder.ts';
import { hostNetwork, NetworkInUse } from '../../src/infer/network.ts';
import type { ModelConfig } from '../../src/model/config.ts';
import { parseModelConfig } from '../../src/model/config.ts';
import { decodeGraph } from '../../src/model/decodeGraph.ts';
import type { Precision } from '../../src/model/parameters.ts';
import { constantParameters } from '../../src/model/parameters.ts';
import { parseSafetensors } from '../../src/model/safetensors.ts';
import { safetensorsWeights } from '../../src/model/weights.ts';
import type { NamedTensors, Runtime } from '../../src/runtime/session.ts';
import { onlyOn } from '../../src/runtime/deviceLadder.ts';
import { createNodeWasmRuntime } from '../../src/runtime/nodeWasm.ts';
import type { Engine } from '../../src/worker/engine/loadEngine.ts';
import { loadEngine } from '../../src/worker/engine/loadEngine.ts';
import { nodeFiles } from '../../src/worker/platform/nodeStorage.ts';

export const repository = fileURLToPath(new URL('../../', import.meta.url));
export const bundledFolder = `${repository}models/bundled`;

let sharedRuntime: Runtime | undefined;

export function wasmRuntime(): Runtime {
  return (sharedRuntime ??= createNodeWasmRuntime({ folder: undefined, threads: 1 }));
}

const engines = new Map<Precision, Promise<Engine>>();

/** The bundled model; one of each precision, shared by all test files, so nothing may dispose it. */
export function bundledEngine(precision: Precision = 'int8'): Promise<Engine> {
  const engine =
    engines.get(precision) ?? loadEngine(nodeFiles, bundledFolder, onlyOn(wasmRuntime()), { precision });
  engines.set(precision, engine);
  return engine;
}

/** Encodes a graph, loads it and runs it once. */
export async function runGraph(graph: Graph, feeds: NamedTensors): Promise<NamedTensors> {
  const session = await wasmRuntime().createSession(encodeOnnx(graph));
  try {
    return await session.run(feeds);
  } finally {
    session.dispose();
  }
}

export interface BundledCase {
  readonly text: string;
  readonly ids: readonly number[];
  /** The likeliest token after each of `ids`. */
  readonly argmax: readonly number[];
  readonly lastLogits: Float32Array;
  readonly greedy: readonly number[];
}

/** What PyTorch computed of the bundled model. */
export function bundledCases(): readonly BundledCase[] {
  const { cases } = readJson('test/oracles/bundled.json') as {
    cases: (Omit<BundledCase, 'lastLogits' | 'greedy'> & {
      lastLogitsF32Base64: string;
      greedyContinuation: number[];
    })[];
  };
  return cases.map(({ text, ids, argmax, lastLogitsF32Base64, greedyContinuation }) => ({
    text,
    ids,
    argmax,
    lastLogits: floats(lastLogitsF32Base64),
    greedy: greedyContinuation,
  }));
}

export interface ArchitectureCase {
  readonly name: string;
  readonly config: ModelConfig;
  readonly safetensors: Uint8Array;
  readonly prompt: readonly number[];
  /** After each token of the prompt. */
  readonly logits: readonly Float32Array[];
  readonly greedy: readonly number[];
}

/** What PyTorch computed of small random models, one or more for each switch of the architecture. */
export function architectureCases(): readonly ArchitectureCase[] {
  const { cases } = readJson('test/oracles/architectures.json') as {
    cases: {
      name: string;
      config: object;
      safetensorsBase64: string;
      prompt: number[];
      logitsF32Base64: string;
      greedy: number[];
    }[];
  };
  return cases.map(({ name, config: json, safetensorsBase64, prompt, logitsF32Base64, greedy }) => {
    const config = parseModelConfig(json, name);
    const all = floats(logitsF32Base64);
    const { vocabSize } = config;
    return {
      name,
      config,
      safetensors: Buffer.from(safetensorsBase64, 'base64'),
      prompt,
      logits: prompt.map((_, at) => all.subarray(at * vocabSize, (at + 1) * vocabSize)),
      greedy,
    };
  });
}

/** A decoder of a small random model, in float32. */
export async function architectureDecoder({ name, config, safetensors }: ArchitectureCase): Promise<Decoder> {
  const weights = safetensorsWeights(parseSafetensors(safetensors, name), name);
  const graph = decodeGraph(config, constantParameters(weights, 'float32'));
  const session = await wasmRuntime().createSession(encodeOnnx(graph));
  return new Decoder(config, new NetworkInUse(hostNetwork(config, session)));
}

/** The tokens that greedy decoding appends; without a cache when `key` gives each step a name of its own. */
export async function greedyTokens(
  decoder: Decoder,
  prompt: readonly number[],
  count: number,
  key: (step: number) => string,
): Promise<number[]> {
  const sequence = [...prompt];
  for (let step = 0; step < count; step++) {
    sequence.push(argmax(await decoder.logitsAfter(key(step), sequence, neverCancelled)));
  }
  return sequence.slice(prompt.length);
}

export function argmax(values: Float32Array): number {
  return values.reduce((best, value, index) => (value > (values[best] ?? -Infinity) ? index : best), 0);
}

/** The largest absolute difference; infinite where lengths differ or a value is no number. */
export function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  let largest = 0;
  for (let at = 0; at < actual.length; at++) {
    const difference = Math.abs((actual[at] ?? NaN) - (expected[at] ?? NaN));
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Infinity : difference;
  }
  return largest;
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(`${repository}${path}`, 'utf8'));
}

function floats(base64: string): Float32Array {
  return new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer);
}
