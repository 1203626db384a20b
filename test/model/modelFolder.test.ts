// Model folders: the bundled one, one in memory with each file missing, damaged or strange, and shards.

import { deepStrictEqual, match, ok, rejects, strictEqual } from 'node:assert/strict';
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileReader, ModelFiles } from '../../src/model/modelFolder.ts';
import { readModelFolder } from '../../src/model/modelFolder.ts';
import { ModelFileError } from '../../src/model/modelFileError.ts';
import { nodeFileReader } from '../../src/model/nodeFiles.ts';
import { writeSafetensors } from '../../src/model/safetensors.ts';

type Content = string | Uint8Array | object | undefined;

const config = {
  architectures: ['LlamaForCausalLM'],
  vocab_size: 64,
  hidden_size: 32,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  intermediate_size: 48,
  eos_token_id: 5,
};

function weightsOf(...names: string[]): Uint8Array {
  return writeSafetensors(names.map(name => ({ name, dtype: 'U8', shape: [1], data: new Uint8Array(1) })));
}

const whole: Readonly<Record<string, Content>> = {
  'config.json': config,
  'tokenizer.json': { model: {} },
  'model.safetensors': weightsOf('a', 'b'),
};

const sharded: Readonly<Record<string, Content>> = {
  ...whole,
  'model.safetensors': undefined,
  'model.safetensors.index.json': {
    metadata: { total_size: 2 },
    weight_map: { a: 'model-00001-of-00002.safetensors', b: 'model-00002-of-00002.safetensors' },
  },
  'model-00001-of-00002.safetensors': weightsOf('a'),
  'model-00002-of-00002.safetensors': weightsOf('b', 'unused'),
};

function inMemory(contents: Readonly<Record<string, Content>>, reads: string[] = []): FileReader {
  return {
    read(path) {
      reads.push(path);
      const content = contents[path.replace('models/tiny/', '')];
      if (content === undefined || content instanceof Uint8Array) return Promise.resolve(content);
      const text = typeof content === 'string' ? content : JSON.stringify(content);
      return Promise.resolve(new TextEncoder().encode(text));
    },
  };
}

function read(changes: Readonly<Record<string, Content>>, base = whole): Promise<ModelFiles> {
  return readModelFolder('models/tiny', inMemory({ ...base, ...changes }));
}

/** The error names `file`, matches `problem`, and ends with a sentence that says what to do. */
async function check(
  changes: Record<string, Content>,
  file: string,
  problem: RegExp,
  base = whole,
): Promise<void> {
  await rejects(read(changes, base), (error: unknown) => {
    ok(error instanceof ModelFileError, String(error));
    strictEqual(error.file, `models/tiny/${file}`);
    ok(error.message.startsWith(`${error.file}: `), error.message);
    match(error.message, problem);
    match(error.message, /\. [A-Z][^.]*( [^ ]+)*\.$/);
    return true;
  });
}

describe('readModelFolder', () => {
  it('reads the bundled model from the disk', async () => {
    const model = await readModelFolder('models/bundled/', nodeFileReader);
    strictEqual(model.folder, 'models/bundled');
    ok(model.manifest.name.length > 0);
    strictEqual(model.config.eosTokenIds.length, 1);
    // A completion ends where the text does, an answer in chat at the end of its turn as well.
    deepStrictEqual(model.eosTokenIds, [...model.config.eosTokenIds, 8191]);
    ok(model.tensors.has('model.embed_tokens.weight'));
    ok('model' in model.tokenizer);
    ok('tokenizer_class' in model.tokenizerConfig);
  });

  it('needs no more than a config, a tokenizer and weights', async () => {
    const model = await read({});
    deepStrictEqual(model.manifest, { name: 'tiny', prompt: { header: '' } });
    deepStrictEqual([...model.tensors.keys()], ['a', 'b']);
    deepStrictEqual(model.tokenizer, { model: {} });
    deepStrictEqual(model.tokenizerConfig, {});
    deepStrictEqual(model.eosTokenIds, [5]);
  });

  it('takes the end of text from generation_config.json where it names one', async () => {
    const eosOf = async (generation: object) =>
      (await read({ 'generation_config.json': generation })).eosTokenIds;
    deepStrictEqual(await eosOf({ eos_token_id: 7 }), [7]);
    deepStrictEqual(await eosOf({ eos_token_id: [7, 8] }), [7, 8]);
    deepStrictEqual(await eosOf({ eos_token_id: null }), [5]);
    deepStrictEqual(await eosOf({}), [5]);
    for (const eos of [64, -1, 'x', [1, 64]]) {
      await check(
        { 'generation_config.json': { eos_token_id: eos } },
        'generation_config.json',
        /eos_token_id/,
      );
    }
  });

  it('reads the manifest', async () => {
    const manifest = { formatVersion: 1, name: 'N', prompt: { header: '# {path}\n' }, later: 1 };
    const model = await read({ 'tinymemory.json': manifest });
    deepStrictEqual(model.manifest, { name: 'N', prompt: { header: '# {path}\n' } });
    const wrong = (change: object, problem: RegExp) =>
      check({ 'tinymemory.json': { ...manifest, ...change } }, 'tinymemory.json', problem);
    await wrong({ formatVersion: 2 }, /formatVersion: only version 1 is known\. Update the extension/);
    await wrong({ name: '' }, /name: must not be empty/);
    await wrong({ prompt: {} }, /prompt\.header/);
    await wrong({ prompt: { header: 3 } }, /prompt\.header: must be a string/);
    await wrong({ prompt: undefined }, /prompt/);
    const infill = { prefix: '<p>', suffix: '<s>', middle: '<m>' };
    const prompt = { header: '', separator: '<f>', infill };
    const full = await read({ 'tinymemory.json': { ...manifest, prompt } });
    deepStrictEqual(full.manifest, { name: 'N', prompt });
    await wrong({ prompt: { ...prompt, separator: '' } }, /prompt\.separator: must not be empty/);
    await wrong(
      { prompt: { ...prompt, infill: { prefix: '<p>', suffix: '<s>' } } },
      /prompt\.infill\.middle/,
    );
  });

  it('reads shards, each once', async () => {
    const reads: string[] = [];
    const map = { a: 'model-00002-of-00002.safetensors', b: 'model-00002-of-00002.safetensors' };
    const files = inMemory(
      {
        ...sharded,
        'model.safetensors.index.json': { weight_map: map },
        'model-00002-of-00002.safetensors': weightsOf('a', 'b'),
      },
      reads,
    );
    const model = await readModelFolder('models/tiny', files);
    deepStrictEqual([...model.tensors.keys()].sort(), ['a', 'b']);
    strictEqual(reads.filter(path => path.endsWith('2.safetensors')).length, 1);
    deepStrictEqual([...(await read({}, sharded)).tensors.keys()], ['a', 'b']);
  });

  it('refuses shards that are missing, elsewhere or not what the index says', async () => {
    const index = 'model.safetensors.index.json';
    const shard = 'model-00001-of-00002.safetensors';
    await check({ [index]: undefined }, 'model.safetensors', /is missing/, sharded);
    await check({ [index]: {} }, index, /has no weight_map/, sharded);
    await check({ [index]: { weight_map: [] } }, index, /has no weight_map/, sharded);
    for (const name of [
      '../x.safetensors',
      '/x.safetensors',
      'a/b.safetensors',
      'a\\b.safetensors',
      'x.bin',
      3,
    ]) {
      await check(
        { [index]: { weight_map: { a: name } } },
        index,
        /not the name of a file in this folder/,
        sharded,
      );
    }
    await check({ [shard]: undefined }, shard, /is missing/, sharded);
    await check(
      { [shard]: weightsOf('c') },
      shard,
      /has no tensor a, which model\.safetensors\.index\.json/,
      sharded,
    );
    await check({ [shard]: weightsOf('a').subarray(0, 20) }, shard, /reaches beyond/, sharded);
  });

  it('names each file that is missing', async () => {
    for (const file of Object.keys(whole)) await check({ [file]: undefined }, file, /is missing/);
  });

  it('names each file that is empty, truncated, corrupt or a Git LFS pointer', async () => {
    const optional = ['generation_config.json', 'tokenizer_config.json', 'tinymemory.json'];
    for (const file of [...Object.keys(whole), ...optional]) {
      await check({ [file]: '' }, file, /is empty/);
      await check(
        { [file]: 'version https://git-lfs.github.com/spec/v1\noid' },
        file,
        /Git LFS pointer.*git lfs pull/,
      );
      if (file.endsWith('.json')) {
        await check({ [file]: '{"vocab_size": 6' }, file, /is not valid JSON/);
        await check({ [file]: new Uint8Array([0x7b, 0xff, 0x7d]) }, file, /is not valid JSON in UTF-8/);
        for (const text of ['[]', '3', 'null']) await check({ [file]: text }, file, /is not a JSON object/);
      }
    }
    await check({ 'model.safetensors': weightsOf('a').subarray(0, 50) }, 'model.safetensors', /header/);
    await check(
      { 'model.safetensors': weightsOf('a').subarray(0, -1) },
      'model.safetensors',
      /not within the 0 bytes/,
    );
    await check({ 'config.json': { ...config, hidden_act: 'gelu' } }, 'config.json', /gelu/);
  });

  it('names a file that is there but cannot be read', async () => {
    const files: FileReader = { read: () => Promise.reject(new Error('EACCES: no')) };
    await rejects(
      readModelFolder('models/tiny', files),
      /models\/tiny\/\w+\.json: cannot be read \(EACCES: no\)\. Check/,
    );
  });
});

describe('nodeFileReader', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tinymemory-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('knows a missing file from one that cannot be read', async () => {
    strictEqual(await nodeFileReader.read(`${folder}/none`), undefined);
    await mkdir(join(folder, 'config.json'));
    await rejects(readModelFolder(folder, nodeFileReader), /config\.json: cannot be read \(EISDIR/);
    await rejects(readModelFolder(`${folder}/none`, nodeFileReader), /none\/config\.json: is missing/);
  });
});
