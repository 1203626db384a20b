// Random weights to train from scratch, and the sizes of models that are worth it on one workspace.

import type { Random } from '../base/random.ts';
import { seededRandom } from '../base/random.ts';
import type { ModelConfig } from './config.ts';
import type { Weights } from './weights.ts';

/** Spread of the weights at the start, as GPT-2 and the Llama and Qwen families have it. */
const standardDeviation = 0.02;

/**
 * Normal matrices, those that add to the residual stream smaller by the root of how many do (GPT-2, Radford et al.
 * 2019); norms of one, biases of zero. Each tensor depends on the seed and its name only.
 */
export function initialWeights({ layers }: Pick<ModelConfig, 'layers'>, seed: number): Weights {
  return {
    vector: (name, size) => new Float32Array(size).fill(name.endsWith('norm.weight') ? 1 : 0),
    rows({ name, rows, columns }, visit) {
      const normal = normals(seededRandom(seed ^ hashOf(name)));
      const joinsResidual = /\.(o_proj|down_proj)\.weight$/.test(name);
      const deviation = joinsResidual ? standardDeviation / Math.sqrt(2 * layers) : standardDeviation;
      for (let row = 0; row < rows; row++) {
        visit(
          Float32Array.from({ length: columns }, () => deviation * normal()),
          row,
        );
      }
    },
  };
}

/** About how many parameters; names as the user reads them. */
export type ScratchSize = '0.1M' | '1M' | '5M';

interface SizeRule {
  readonly parameters: number;
  readonly headDim: number;
  /** The most that the hidden size may be. */
  readonly width: number;
}

const scratchSizes: Readonly<Record<ScratchSize, SizeRule>> = {
  '0.1M': { parameters: 100_000, headDim: 16, width: 48 },
  '1M': { parameters: 1_000_000, headDim: 32, width: 128 },
  '5M': { parameters: 5_000_000, headDim: 64, width: 256 },
};

/** Of all parameters, the most that the embeddings may be, unless the model were a narrow tower otherwise. */
const maxEmbeddingShare = 0.45;
const maxLayers = 8;

/**
 * A small Qwen3 for a vocabulary: as wide as the embeddings' share of the parameters allows, and as many layers as
 * are left. One key-value head, because every byte of the cache costs time in each run.
 */
export function scratchConfig(
  size: ScratchSize,
  { vocabSize, contextTokens, eosTokenIds }: Pick<ModelConfig, 'vocabSize' | 'contextTokens' | 'eosTokenIds'>,
): ModelConfig {
  const { parameters, headDim, width } = scratchSizes[size];
  const affordable = Math.min(width, (maxEmbeddingShare * parameters) / vocabSize);
  let heads = Math.max(1, Math.floor(affordable / headDim));
  let sizes = layersThatFit(parameters - vocabSize * heads * headDim, heads, headDim);
  while (sizes.layers > maxLayers) {
    heads++;
    sizes = layersThatFit(parameters - vocabSize * heads * headDim, heads, headDim);
  }
  return {
    architecture: 'qwen3',
    vocabSize,
    hiddenSize: heads * headDim,
    ...sizes,
    heads,
    keyValueHeads: 1,
    headDim,
    rmsNormEps: 1e-6,
    ropeTheta: 10_000,
    contextTokens,
    tieWordEmbeddings: true,
    qkNorm: true,
    qkvBias: false,
    outputBias: false,
    eosTokenIds,
  };
}

/** How many layers of a width come closest to a number of parameters; the inner size is 8/3 of it, as Llama's. */
function layersThatFit(
  parameters: number,
  heads: number,
  headDim: number,
): Pick<ModelConfig, 'layers' | 'intermediateSize'> {
  const hiddenSize = heads * headDim;
  const intermediateSize = 16 * Math.round((8 * hiddenSize) / 3 / 16);
  const attention = 2 * hiddenSize * hiddenSize + 2 * hiddenSize * headDim;
  const layer = attention + 3 * hiddenSize * intermediateSize;
  return { layers: Math.max(1, Math.round(parameters / layer)), intermediateSize };
}

/** Normal numbers, two out of two uniform ones (Box & Muller 1958). */
function normals(random: Random): () => number {
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

/** FNV-1a (Fowler, Noll & Vo). */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
