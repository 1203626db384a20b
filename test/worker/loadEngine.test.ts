// Loading the engine in this thread: what it reports, and which file it blames.

import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeviceLadder, onlyOn } from '../../src/runtime/deviceLadder.ts';
import { DeviceError } from '../../src/runtime/session.ts';
import { loadEngine } from '../../src/worker/engine/loadEngine.ts';
import { nodeFiles } from '../../src/worker/platform/nodeStorage.ts';
import { bundledEngine, bundledFolder, wasmRuntime } from '../support/engine.ts';

let folder: string;

/** With fields of a JSON file changed, loading fails and says so. */
async function check(file: string, changes: object, expected: RegExp): Promise<void> {
  cpSync(bundledFolder, folder, { recursive: true });
  const whole = JSON.parse(readFileSync(join(folder, file), 'utf8')) as object;
  writeFileSync(join(folder, file), JSON.stringify({ ...whole, ...changes }));
  await rejects(loadEngine(nodeFiles, folder, onlyOn(wasmRuntime())), expected);
}

describe('worker/loadEngine', () => {
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'tinymemory-model-'));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('reports the bundled model', async () => {
    const { report, decoder, tokenizer } = await bundledEngine();
    const { loadMs, ...rest } = report;
    ok(loadMs > 0);
    deepStrictEqual(rest, {
      modelName: 'TinyMemory 6M',
      parameters: 6_524_928,
      contextTokens: decoder.config.contextTokens,
      device: 'wasm',
      why: 'it was asked for',
      threads: 1,
      warnings: [],
    });
    strictEqual(tokenizer.size, decoder.config.vocabSize);
  });

  it('shortens a context that is longer than a person waits for', async () => {
    cpSync(bundledFolder, folder, { recursive: true });
    const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as object;
    writeFileSync(
      join(folder, 'config.json'),
      JSON.stringify({ ...config, max_position_embeddings: 40_960 }),
    );
    const engine = await loadEngine(nodeFiles, folder, onlyOn(wasmRuntime()));
    strictEqual(engine.report.contextTokens, 1024);
    engine.dispose();
  });

  it('goes on with another device when the first cannot hold the network', async () => {
    const reasons: string[] = [];
    const full = {
      ...wasmRuntime(),
      device: 'small',
      createSession: () => Promise.reject(new DeviceError('out of memory')),
    };
    const devices = new DeviceLadder({ runtime: full, why: 'it is fast' }, ({ message }) => {
      reasons.push(message);
      return Promise.resolve({ runtime: wasmRuntime(), why: 'the other one is full' });
    });
    const engine = await loadEngine(nodeFiles, bundledFolder, devices);
    deepStrictEqual(reasons, ['out of memory']);
    deepStrictEqual([engine.report.device, engine.report.why], ['wasm', 'the other one is full']);
    ok((await engine.measure()).tokenMs > 0);
    engine.dispose();
    await rejects(loadEngine(nodeFiles, bundledFolder, onlyOn(full)), DeviceError);
  });

  it('blames the weights for what config.json asks of them', async () => {
    const blamed = (tensor: string) => new RegExp(`model\\.safetensors: .*${tensor}`);
    await check('config.json', { num_hidden_layers: 7 }, blamed('model\\.layers\\.6\\..* is missing'));
    await check(
      'config.json',
      { vocab_size: 9000 },
      blamed('embed_tokens.weight is 8192 × 256.*asks for 9000 × 256'),
    );
    await check('config.json', { tie_word_embeddings: false }, blamed('lm_head\\.weight is missing'));
    await check('config.json', { attention_bias: true }, blamed('bias is missing'));
    const qwen2 = { architectures: ['Qwen2ForCausalLM'], model_type: 'qwen2' };
    await check('config.json', qwen2, blamed('q_proj\\.bias is missing'));
  });

  it('blames the manifest for special tokens that the tokenizer does not have', async () => {
    const prompt = { header: '', separator: '<|file|>' };
    await check('tinymemory.json', { prompt }, /tinymemory\.json: tokenizer\.json has no .* <\|file\|>/);
    const infill = { prefix: '<|fim_prefix|>', suffix: '<|fim_suffix|>', middle: '<|mid|>' };
    await check('tinymemory.json', { prompt: { header: '', infill } }, /no special token <\|mid\|>/);
  });

  it('blames a tokenizer that is larger than the model', async () => {
    const added_tokens = [{ id: 8192, content: '<|more|>', special: true }];
    await check('tokenizer.json', { added_tokens }, /tokenizer\.json: 8193 tokens, but the model has 8192/);
  });
});
