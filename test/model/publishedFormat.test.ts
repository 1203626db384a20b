// The bundled model as another program would read it: by the published formats alone (safetensors, Qwen3's config and
// tensor names, tokenizer.json), with none of this project's code.

import { deepStrictEqual, equal, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Tokenizer } from '@huggingface/tokenizers';
import * as v from 'valibot';

const folder = new URL('../../models/bundled/', import.meta.url);
const bytesOf = (name: string) => readFileSync(new URL(name, folder));
const jsonOf = (name: string): unknown => JSON.parse(bytesOf(name).toString('utf8'));

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

/** What transformers' Qwen3Config and llama.cpp's converter ask for. */
const config = v.parse(
  v.object({
    architectures: v.tuple([v.literal('Qwen3ForCausalLM')]),
    model_type: v.literal('qwen3'),
    vocab_size: count,
    hidden_size: count,
    num_hidden_layers: count,
    num_attention_heads: count,
    num_key_value_heads: count,
    head_dim: count,
    intermediate_size: count,
    max_position_embeddings: count,
    rms_norm_eps: v.number(),
    rope_theta: v.number(),
    hidden_act: v.literal('silu'),
    tie_word_embeddings: v.literal(true),
    attention_bias: v.literal(false),
    eos_token_id: v.number(),
    torch_dtype: v.literal('float16'),
  }),
  jsonOf('config.json'),
);

/** Of Qwen3ForCausalLM's state_dict; a tied output matrix is not stored. */
function expectedShapes(): ReadonlyMap<string, readonly number[]> {
  const { hidden_size: d, head_dim: width, intermediate_size: inner } = config;
  const [q, kv] = [config.num_attention_heads * width, config.num_key_value_heads * width];
  const shapes = new Map<string, readonly number[]>([
    ['model.embed_tokens.weight', [config.vocab_size, d]],
    ['model.norm.weight', [d]],
  ]);
  for (let layer = 0; layer < config.num_hidden_layers; layer++) {
    const own: Readonly<Record<string, readonly number[]>> = {
      'self_attn.q_proj': [q, d],
      'self_attn.k_proj': [kv, d],
      'self_attn.v_proj': [kv, d],
      'self_attn.o_proj': [d, q],
      'self_attn.q_norm': [width],
      'self_attn.k_norm': [width],
      'mlp.gate_proj': [inner, d],
      'mlp.up_proj': [inner, d],
      'mlp.down_proj': [d, inner],
      input_layernorm: [d],
      post_attention_layernorm: [d],
    };
    for (const [name, shape] of Object.entries(own))
      shapes.set(`model.layers.${layer}.${name}.weight`, shape);
  }
  return shapes;
}

const tensorSchema = v.object({
  dtype: v.literal('F16'),
  shape: v.array(count),
  data_offsets: v.tuple([v.number(), v.number()]),
});

describe('the bundled model by the published formats alone', () => {
  it('is a safetensors file of the tensors of a Qwen3, each of them F16 and finite, without holes', () => {
    const file = bytesOf('model.safetensors');
    const headerBytes = Number(file.readBigUInt64LE(0));
    const header = v.parse(
      v.record(v.string(), v.unknown()),
      JSON.parse(file.toString('utf8', 8, 8 + headerBytes)),
    );
    delete header['__metadata__'];
    const tensors = Object.entries(header).map(([name, stored]) => ({
      name,
      ...v.parse(tensorSchema, stored),
    }));
    deepStrictEqual(
      Object.fromEntries(tensors.map(({ name, shape }) => [name, shape])),
      Object.fromEntries(expectedShapes()),
    );
    let end = 0;
    for (const {
      name,
      shape,
      data_offsets: [from, to],
    } of tensors.sort((a, b) => a.data_offsets[0] - b.data_offsets[0])) {
      equal(from, end, name);
      equal(to - from, 2 * shape.reduce((product, size) => product * size, 1), name);
      end = to;
      for (let at = 8 + headerBytes + from; at < 8 + headerBytes + to; at += 2) {
        // Exponent bits that are all ones: infinite, or no number.
        if ((file.readUInt16LE(at) & 0x7c00) === 0x7c00)
          throw new Error(`${name} holds what is no finite number`);
      }
    }
    equal(8 + headerBytes + end, file.byteLength);
  });

  it('has a byte-level BPE that gives any text back, with an embedding for each token', () => {
    const stored = v.parse(
      v.object({
        model: v.object({ type: v.literal('BPE'), vocab: v.record(v.string(), v.number()) }),
        added_tokens: v.array(v.object({ id: v.number(), content: v.string(), special: v.boolean() })),
      }),
      jsonOf('tokenizer.json'),
    );
    const ids = [...Object.values(stored.model.vocab), ...stored.added_tokens.map(({ id }) => id)];
    ok(ids.every(id => Number.isSafeInteger(id) && id >= 0 && id < config.vocab_size));
    equal(new Set(ids).size, ids.length, 'no two tokens share an id');
    const tokenizer = new Tokenizer(
      jsonOf('tokenizer.json') as object,
      jsonOf('tokenizer_config.json') as object,
    );
    const text = 'export function größe(x: number) {\r\n\treturn `${x} 😀`;\n}\n';
    const { ids: encoded } = tokenizer.encode(text, { add_special_tokens: false });
    ok(encoded.length < text.length / 2);
    equal(tokenizer.decode(encoded), text);
  });

  it('names the same tokens for the end in its config, its tokenizer and its generation', () => {
    const tokenizer = v.parse(v.object({ eos_token: v.string() }), jsonOf('tokenizer_config.json'));
    const generation = v.parse(
      v.object({ eos_token_id: v.array(v.number()) }),
      jsonOf('generation_config.json'),
    );
    const { added_tokens: added } = v.parse(
      v.object({ added_tokens: v.array(v.object({ id: v.number(), content: v.string() })) }),
      jsonOf('tokenizer.json'),
    );
    equal(added.find(({ content }) => content === tokenizer.eos_token)?.id, config.eos_token_id);
    ok(generation.eos_token_id.includes(config.eos_token_id));
    ok(generation.eos_token_id.every(id => added.some(token => token.id === id)));
  });
});
