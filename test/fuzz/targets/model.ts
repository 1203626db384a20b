// What a model folder holds beside its tokenizer.

import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { ChatTemplate } from '../../../src/chat/writers/chatTemplate.ts';
import { parseModelConfig } from '../../../src/model/config.ts';
import { duplicateKey } from '../../../src/model/jsonKeys.ts';
import { ModelFileError } from '../../../src/model/modelFileError.ts';
import { readModelFolder } from '../../../src/model/modelFolder.ts';
import { parseModelManifest } from '../../../src/model/modelManifest.ts';
import { parseSafetensors, writeSafetensors } from '../../../src/model/safetensors.ts';
import { joined, randomBytes, randomText } from '../inputs.ts';
import { utf8 } from '../samples.ts';
import type { FuzzTarget } from '../target.ts';
import { bytesTarget, jsonTarget, orRefused, refused, textTarget } from '../target.ts';

function isModelFileError(error: Error): boolean {
  ok(error instanceof ModelFileError, String(error.stack));
  match(error.message, /^m\//);
  return true;
}

const tensor = (name: string, dtype: 'F32' | 'U8', shape: readonly number[], bytes: number) => ({
  ...{ name, dtype, shape },
  data: new Uint8Array(bytes).fill(7),
});
const weights = writeSafetensors(
  [tensor('a', 'F32', [2, 3], 24), tensor('b.weight', 'U8', [5], 5), tensor('empty', 'F32', [0], 0)],
  { format: 'pt' },
);
const headerBytes = Number(new DataView(weights.buffer).getBigUint64(0, true));
const header = new TextDecoder().decode(weights.subarray(8, 8 + headerBytes));
const data = weights.subarray(8 + headerBytes);

/** What was read covers the data exactly, and written again it reads the same. */
function checkWeights(bytes: Uint8Array): void {
  const read = orRefused(() => parseSafetensors(bytes, 'm/model.safetensors'), isModelFileError);
  if (read === refused) return;
  const covered = [...read.values()].reduce((sum, view) => sum + view.data.byteLength, 0);
  strictEqual(
    covered,
    bytes.byteLength - 8 - Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)),
  );
  const again = parseSafetensors(writeSafetensors(read.values()), 'm/model.safetensors');
  for (const [name, view] of read) deepStrictEqual(again.get(name)?.data, view.data);
  strictEqual(again.size, read.size);
}

const jsonTokens = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '"a"',
  '"a":',
  '{"a":1',
  '\\u0061',
  '\\"',
  '0',
  '-1',
  'null',
  ' ',
];

/** The plainest way to say which key comes twice first, by the signs of the text. */
function firstTwice(validJson: string): string | undefined {
  const open: Set<string>[] = [];
  const signs = [...validJson.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]/g)].map(([sign]) => sign);
  for (const [at, sign] of signs.entries()) {
    if (sign === '{' || sign === '[') open.push(new Set());
    else if (sign === '}' || sign === ']') open.pop();
    else if (signs[at + 1] === ':') {
      const key = JSON.parse(sign) as string;
      if (open.at(-1)?.has(key) === true) return key;
      open.at(-1)?.add(key);
    }
  }
  return undefined;
}

const llama = {
  architectures: ['LlamaForCausalLM'],
  model_type: 'llama',
  vocab_size: 300,
  hidden_size: 16,
  intermediate_size: 32,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  max_position_embeddings: 64,
  rms_norm_eps: 1e-5,
  rope_theta: 10_000,
  hidden_act: 'silu',
  tie_word_embeddings: true,
  eos_token_id: 1,
  rope_scaling: null,
};
const qwen = {
  ...llama,
  model_type: 'qwen3',
  architectures: ['Qwen3ForCausalLM'],
  head_dim: 8,
  eos_token_id: [1, 2],
};
const manifest = {
  formatVersion: 1,
  name: 'm',
  prompt: {
    header: '// {path}\n',
    separator: '<s>',
    infill: { prefix: '<p>', suffix: '<u>', middle: '<m>' },
  },
};
const index = {
  weight_map: { a: 'x-1.safetensors', 'b.weight': 'x-1.safetensors', empty: 'x-1.safetensors' },
};

/** A folder of these files, as JSON, with weights in shards. */
async function checkFolder(files: unknown): Promise<void> {
  const byName = new Map<string, Uint8Array>([['x-1.safetensors', weights]]);
  for (const [name, value] of Object.entries(files ?? {}))
    byName.set(name, utf8(typeof value === 'string' ? value : JSON.stringify(value)));
  try {
    const read = await readModelFolder('m', {
      read: place => Promise.resolve(byName.get(place.replace(/^m\//, ''))),
    });
    ok(read.tensors.size > 0 || byName.has('model.safetensors.index.json'));
  } catch (error) {
    ok(error instanceof Error);
    isModelFileError(error);
  }
}

const templates = [
  "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] }}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}",
  "{{ bos_token }}{%- if messages[0].role == 'system' -%}{% set s = messages[0].content %}{%- endif -%}{% for m in messages[1:] %}{{ m.content | trim | upper }}{% endfor %}",
  "{% macro f(x) %}{{ x }}{% endmacro %}{% for i in range(3) %}{{ f(i) ~ strftime_now('%d %b %Y') }}{% endfor %}",
];
const templateTokens =
  "{{ }} {% %} {%- -%} {# #} for if elif else endif endfor in range(9) range(99999999) messages message m.content ['role'] [0] [1:] [::-1] | trim upper tojson join(',') length replace('a','b') + ~ * ** == and or not is defined none set x= namespace() macro endmacro raise_exception('x') strftime_now('%Y') 'a' \"b\" 1 1e9 ( ) , . : loop.first loop.index";

export const modelTargets: readonly FuzzTarget[] = [
  bytesTarget('safetensors', [weights], checkWeights),
  {
    name: "safetensors' header",
    make: random => {
      const text = utf8(
        randomText(
          {
            samples: [header],
            tokens: [...jsonTokens, '"dtype"', '"F32"', '"shape"', '"data_offsets"', '9007199254740993'],
          },
          random,
        ),
      );
      const size = new Uint8Array(8);
      new DataView(size.buffer).setBigUint64(0, BigInt(text.length), true);
      return joined(size, text, random() < 0.7 ? data : randomBytes([data], random));
    },
    check: input => {
      ok(input instanceof Uint8Array);
      checkWeights(input);
    },
  },
  jsonTarget('config.json', [llama, qwen], json => {
    const config = orRefused(() => parseModelConfig(json, 'm/config.json'), isModelFileError);
    if (config === refused) return;
    for (const size of [
      config.vocabSize,
      config.hiddenSize,
      config.layers,
      config.heads,
      config.keyValueHeads,
    ])
      ok(Number.isSafeInteger(size) && size > 0, `a size is ${size}`);
    strictEqual(config.heads % config.keyValueHeads, 0);
  }),
  jsonTarget('tinymemory.json', [manifest], json => {
    const read = orRefused(() => parseModelManifest(json, 'm/tinymemory.json'), isModelFileError);
    if (read !== refused) ok(read.name.length > 0 && read.prompt.header.length <= 1000);
  }),
  jsonTarget(
    "a model's folder",
    [
      {
        ...{
          'config.json': llama,
          'tokenizer.json': {},
          'tokenizer_config.json': {},
          'tinymemory.json': manifest,
        },
        ...{ 'generation_config.json': { eos_token_id: [2] }, 'model.safetensors.index.json': index },
      },
    ],
    checkFolder,
  ),
  textTarget(
    'keys of a JSON text',
    { samples: [header, '{"a":{"b":[{"a":1}]},"\\u0062":2}'], tokens: jsonTokens },
    text => {
      try {
        JSON.parse(text);
      } catch {
        // Only valid JSON is asked about.
        return;
      }
      strictEqual(duplicateKey(text), firstTwice(text));
    },
  ),
  textTarget('a chat template', { samples: templates, tokens: templateTokens.split(' ') }, source => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: '<|end|> {{ x }}' },
    ] as const;
    const plain = { encode: () => [1], encodeTemplate: () => [2] };
    orRefused(
      () => new ChatTemplate('m', { bos_token: '<s>' }, source).encode(messages, plain as never),
      error => {
        match(error.message, /^the chat template of m cannot be used: |^m has no chat template/);
        return true;
      },
    );
  }),
  jsonTarget(
    'tokenizer_config.json',
    [
      { chat_template: templates[0], bos_token: '<s>', eos_token: { content: '</s>' } },
      { chat_template: [{ name: 'default', template: templates[1] }], bos_token: null },
    ],
    json => {
      if (typeof json !== 'object' || json === null) return;
      orRefused(
        () => new ChatTemplate('m', json, undefined),
        error =>
          /^the chat template of m|^m has no chat template|^m\/tokenizer_config\.json: /.test(error.message),
      );
    },
  ),
];
