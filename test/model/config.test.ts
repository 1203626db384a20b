// config.json: real configurations as their authors published them, defaults, and everything that is refused.

import { deepStrictEqual, strictEqual, throws } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { ModelConfig } from '../../src/model/config.ts';
import { parseModelConfig } from '../../src/model/config.ts';
import { ModelFileError } from '../../src/model/modelFileError.ts';

const smallest = {
  architectures: ['LlamaForCausalLM'],
  vocab_size: 64,
  hidden_size: 32,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  intermediate_size: 48,
};

const qwen25Coder = {
  architectures: ['Qwen2ForCausalLM'],
  attention_dropout: 0.0,
  bos_token_id: 151643,
  eos_token_id: 151643,
  hidden_act: 'silu',
  hidden_size: 896,
  intermediate_size: 4864,
  max_position_embeddings: 32768,
  max_window_layers: 24,
  model_type: 'qwen2',
  num_attention_heads: 14,
  num_hidden_layers: 24,
  num_key_value_heads: 2,
  rms_norm_eps: 1e-6,
  rope_theta: 1000000.0,
  sliding_window: 32768,
  tie_word_embeddings: true,
  use_sliding_window: false,
  vocab_size: 151936,
};

const qwen3 = {
  architectures: ['Qwen3ForCausalLM'],
  attention_bias: false,
  eos_token_id: [151645, 151643],
  head_dim: 128,
  hidden_act: 'silu',
  hidden_size: 1024,
  intermediate_size: 3072,
  max_position_embeddings: 40960,
  model_type: 'qwen3',
  num_attention_heads: 16,
  num_hidden_layers: 28,
  num_key_value_heads: 8,
  rms_norm_eps: 1e-6,
  rope_scaling: null,
  rope_theta: 1000000,
  sliding_window: null,
  tie_word_embeddings: true,
  use_sliding_window: false,
  vocab_size: 151936,
};

const smolLm = {
  architectures: ['LlamaForCausalLM'],
  model_type: 'llama',
  bos_token_id: 0,
  eos_token_id: 0,
  hidden_size: 576,
  intermediate_size: 1536,
  max_position_embeddings: 8192,
  mlp_bias: false,
  num_attention_heads: 9,
  num_hidden_layers: 30,
  num_key_value_heads: 3,
  pretraining_tp: 1,
  rms_norm_eps: 1e-5,
  rope_interleaved: false,
  rope_scaling: null,
  rope_theta: 100000,
  tie_word_embeddings: true,
  vocab_size: 49152,
};

/** The fields of `expected` as they come out of `json`. */
function check(json: object, expected: Partial<ModelConfig>): void {
  const config = parseModelConfig(json, 'm/config.json');
  const found = Object.fromEntries(Object.keys(expected).map(key => [key, config[key as keyof ModelConfig]]));
  deepStrictEqual(found, expected);
}

/** The error names the file, holds `words`, and says what to do. */
function refuse(json: unknown, ...words: string[]): void {
  throws(
    () => parseModelConfig(json, 'm/config.json'),
    (error: unknown) => {
      if (!(error instanceof ModelFileError)) throw new Error('not a ModelFileError', { cause: error });
      for (const word of ['m/config.json: ', 'Use ', ...words]) {
        strictEqual(error.message.includes(word), true, `${error.message} lacks ${word}`);
      }
      return true;
    },
  );
}

describe('parseModelConfig', () => {
  it('reads the bundled model', () => {
    check(JSON.parse(readFileSync('models/bundled/config.json', 'utf8')) as object, { qkvBias: false });
  });

  it('reads a Llama configuration, SmolLM-135M', () => {
    check(smolLm, {
      architecture: 'llama',
      vocabSize: 49152,
      hiddenSize: 576,
      layers: 30,
      heads: 9,
      keyValueHeads: 3,
      headDim: 64,
      intermediateSize: 1536,
      rmsNormEps: 1e-5,
      ropeTheta: 100_000,
      contextTokens: 8192,
      tieWordEmbeddings: true,
      qkNorm: false,
      qkvBias: false,
      outputBias: false,
      eosTokenIds: [0],
    });
  });

  it('reads a Qwen2 configuration, Qwen2.5-Coder-0.5B', () => {
    check(qwen25Coder, { architecture: 'qwen2', headDim: 64, keyValueHeads: 2, ropeTheta: 1e6 });
    check(qwen25Coder, { qkvBias: true, outputBias: false, qkNorm: false, eosTokenIds: [151643] });
  });

  it('reads a Qwen3 configuration, Qwen3-0.6B', () => {
    check(qwen3, { architecture: 'qwen3', headDim: 128, hiddenSize: 1024, heads: 16, qkNorm: true });
    check(qwen3, { qkvBias: false, outputBias: false, eosTokenIds: [151645, 151643] });
  });

  it('takes the defaults of transformers', () => {
    const defaults = { keyValueHeads: 4, rmsNormEps: 1e-6, ropeTheta: 10_000, tieWordEmbeddings: false };
    check(smallest, { ...defaults, headDim: 8, contextTokens: 2048, eosTokenIds: [2] });
    check({ ...smallest, architectures: ['Qwen2ForCausalLM'] }, { ...defaults, headDim: 8, eosTokenIds: [] });
    check({ ...smallest, architectures: ['Qwen3ForCausalLM'] }, { headDim: 128, contextTokens: 32_768 });
    check({ ...smallest, head_dim: null, num_key_value_heads: null }, { headDim: 8, keyValueHeads: 4 });
    check({ ...smallest, eos_token_id: null }, { eosTokenIds: [] });
    check({ ...smallest, architectures: undefined, model_type: 'qwen2' }, { architecture: 'qwen2' });
  });

  it('puts attention_bias on q, k, v and the output, but for Qwen2, which has its own', () => {
    const biased = { ...smallest, attention_bias: true };
    check(biased, { qkvBias: true, outputBias: true });
    check({ ...biased, architectures: ['Qwen3ForCausalLM'] }, { qkvBias: true, outputBias: true });
    check({ ...biased, architectures: ['Qwen2ForCausalLM'] }, { qkvBias: true, outputBias: false });
  });

  it('takes the rotary base from rope_parameters too, and a head size of its own', () => {
    const nested = { rope_theta: 5e5, rope_type: 'default' };
    check({ ...smallest, rope_parameters: nested, rope_theta: 1e4 }, { ropeTheta: 5e5 });
    check({ ...smallest, rope_scaling: { type: 'default' } }, { ropeTheta: 10_000 });
    check({ ...smallest, head_dim: 12, num_attention_heads: 5 }, { headDim: 12, keyValueHeads: 5 });
  });

  it('refuses other architectures by name', () => {
    refuse({ ...smallest, architectures: ['MistralForCausalLM'] }, 'MistralForCausalLM', 'LlamaForCausalLM');
    refuse({ ...smallest, architectures: ['toString'] }, 'toString');
    refuse({ ...smallest, architectures: ['LlamaForCausalLM'], model_type: 'mistral' }, 'model_type mistral');
    refuse({ ...smallest, architectures: [], model_type: 'gpt2' }, 'gpt2');
    refuse({ ...smallest, architectures: undefined }, 'model_type: none');
  });

  it('refuses by name what would change the arithmetic', () => {
    refuse({ ...smallest, hidden_act: 'gelu' }, 'hidden_act', 'gelu');
    refuse({ ...smallest, mlp_bias: true }, 'mlp_bias');
    refuse({ ...qwen25Coder, use_sliding_window: true }, 'use_sliding_window');
    refuse({ ...qwen3, layer_types: ['full_attention', 'sliding_attention'] }, 'sliding_attention');
    refuse({ ...smallest, rope_scaling: { type: 'yarn', factor: 4 } }, 'rope_scaling', 'yarn');
    refuse({ ...smallest, rope_scaling: { rope_type: 'llama3', factor: 8 } }, 'rope_scaling', 'llama3');
    refuse({ ...smallest, rope_parameters: { rope_type: 'linear', factor: 2 } }, 'rope_parameters', 'linear');
    refuse({ ...smallest, rope_parameters: { full_attention: { rope_theta: 1 } } }, 'full_attention');
    refuse({ ...smallest, partial_rotary_factor: 0.5 }, 'partial_rotary_factor', '0.5');
    refuse({ ...smallest, quantization_config: { bits: 4 } }, 'quantization_config');
  });

  it('refuses absurd sizes and says which', () => {
    for (const value of [0, -1, 1.5, '64', NaN, Infinity, 2 ** 40, null, undefined, {}]) {
      refuse({ ...smallest, vocab_size: value }, 'vocab_size');
      refuse({ ...smallest, hidden_size: value }, 'hidden_size');
      refuse({ ...smallest, num_hidden_layers: value }, 'num_hidden_layers');
    }
    refuse({ ...smallest, num_hidden_layers: 1025 }, 'num_hidden_layers', '1024');
    refuse({ ...smallest, vocab_size: 2 ** 30, hidden_size: 32 }, 'vocab_size x hidden_size');
    refuse({ ...smallest, intermediate_size: 2 ** 30 }, 'intermediate_size x hidden_size');
    refuse({ ...smallest, head_dim: 2 ** 30 }, 'head_dim');
    refuse({ ...smallest, num_attention_heads: 5 }, 'hidden_size: 32 is not a multiple');
    refuse({ ...smallest, num_key_value_heads: 3 }, 'num_key_value_heads: 3 does not divide');
    refuse({ ...smallest, num_key_value_heads: 8 }, 'num_key_value_heads: 8 does not divide');
    refuse({ ...smallest, head_dim: 7 }, 'head_dim: 7 is odd');
    refuse({ ...smallest, rms_norm_eps: 0 }, 'rms_norm_eps');
    refuse({ ...smallest, rope_theta: -1 }, 'rope_theta');
    refuse({ ...smallest, eos_token_id: 64 }, 'eos_token_id', '64');
    refuse({ ...smallest, eos_token_id: [2, -1] }, 'eos_token_id', '-1');
  });

  it('refuses what is no object', () => {
    for (const json of [null, undefined, 3, 'x', []]) refuse(json);
  });

  it('gives a config or a ModelFileError for any JSON in any field', () => {
    const field = fc.constantFrom(
      ...Object.keys({ ...smolLm, ...qwen3, rope_parameters: 0, layer_types: 0 }),
    );
    const base = fc.constantFrom(smallest, smolLm, qwen25Coder, qwen3);
    fc.assert(
      fc.property(base, field, fc.jsonValue(), (json, key, value) => {
        try {
          const config = parseModelConfig({ ...json, [key]: value }, 'm/config.json');
          strictEqual(config.heads % config.keyValueHeads, 0);
        } catch (error) {
          strictEqual(error instanceof ModelFileError, true, String(error));
        }
      }),
      { numRuns: 500, seed: 1 },
    );
  });
});
