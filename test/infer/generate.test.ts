// Generation: healing spells just what is typed, and every end has its rule.

import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { CancellationError, CancellationSource, neverCancelled } from '../../src/base/cancellation.ts';
import type { GeneratedToken, GenerationRequest } from '../../src/infer/generate.ts';
import { generate, tokensSpelling } from '../../src/infer/generate.ts';
import type { PredictionPlace } from '../../src/infer/predictor.ts';
import { NetworkPredictor } from '../../src/infer/predictor.ts';
import { encodeBytes } from '../../src/tokenizer/tokenizer.ts';
import { bundledEngine, repository, bundledCases } from '../support/engine.ts';

function placeAt(prompt: readonly number[]): PredictionPlace {
  return { key: 'generate', path: '', prompt, document: prompt };
}

async function generated({
  prompt = [8184],
  ...changes
}: Partial<GenerationRequest> & { prompt?: readonly number[] }): Promise<GeneratedToken[]> {
  const { decoder, vocabulary } = await bundledEngine();
  const request: GenerationRequest = {
    place: placeAt(prompt),
    typed: '',
    maxTokens: 8,
    sampling: { kind: 'greedy' },
    ...changes,
  };
  const tokens: GeneratedToken[] = [];
  for await (const token of generate(new NetworkPredictor(decoder), vocabulary, request, neverCancelled))
    tokens.push(token);
  return tokens;
}

const source = readFileSync(`${repository}src/worker/client/client.ts`, 'utf8').slice(0, 6000);

describe('infer/generate: healing', () => {
  /** Cut after `offset`, `backedOff` bytes are typed: what is yielded continues them, and nothing else is spelt. */
  async function check(text: string, offset: number, backedOff: number): Promise<void> {
    const { tokenizer, vocabulary } = await bundledEngine();
    const bytes = encodeBytes(text.slice(0, offset));
    const typed = backedOff === 0 ? '' : bytes.slice(-backedOff);
    const head = new TextDecoder().decode(Buffer.from(bytes.slice(0, bytes.length - typed.length), 'latin1'));
    const prompt = [8184, ...tokenizer.encode(head).slice(-60)];
    const tokens = await generated({ prompt, typed });
    const spelt = tokens.map(({ token }) => vocabulary.tokenBytes[token] ?? '').join('');
    const yielded = tokens.map(one => one.bytes).join('');
    ok(tokens.length > 0, 'nothing was generated');
    ok(
      typed.startsWith(spelt) || spelt.startsWith(typed),
      `${JSON.stringify(spelt)} for ${JSON.stringify(typed)}`,
    );
    strictEqual(yielded, spelt.slice(typed.length));
    for (const { probability } of tokens)
      ok(probability > 0 && probability <= 1, `probability ${probability}`);
  }

  it('spells what is typed at any cut of a real file', async () => {
    const place = fc.tuple(fc.integer({ min: 40, max: source.length }), fc.nat(12));
    await fc.assert(
      fc.asyncProperty(place, ([offset, backedOff]) => check(source, offset, backedOff)),
      { seed: 1, numRuns: 40 },
    );
  });

  it('spells bytes within a character, control characters and long runs', async () => {
    await check('const s = "日本', 13, 1);
    await check('const s = "日本', 13, 5);
    await check('const s = "\0\0', 13, 2);
    await check(`x${' '.repeat(60)}`, 61, 60);
  });

  it('allows just the tokens that agree with what is typed', async () => {
    const { vocabulary } = await bundledEngine();
    strictEqual(tokensSpelling(vocabulary, ''), undefined);
    const allowed = tokensSpelling(vocabulary, 'ret') ?? [];
    const spelt = allowed.map(id => vocabulary.tokenBytes[id] ?? '');
    for (const expected of ['r', 're', 'ret', 'return']) ok(spelt.includes(expected), expected);
    ok(spelt.every(bytes => bytes.startsWith('ret') || 'ret'.startsWith(bytes)));
  });
});

describe('infer/generate: ends', () => {
  /** How many tokens come, of all that are wished for. */
  async function check(changes: Parameters<typeof generated>[0], expected: number): Promise<void> {
    strictEqual((await generated(changes)).length, expected);
  }

  const [bundledCase] = bundledCases();
  ok(bundledCase !== undefined);
  const prompt = bundledCase.ids;

  it('generates what greedy decoding does', async () => {
    const tokens = await generated({ prompt, maxTokens: 24 });
    strictEqual(tokens.length, 24);
    const same = tokens.filter(({ token }, at) => token === bundledCase.greedy[at]).length;
    ok(same >= 12, `${same} of 24 tokens as in float32`);
  });

  it('ends at the limits of the request and of the context', async () => {
    const { decoder } = await bundledEngine();
    const { contextTokens } = decoder.config;
    const long = (length: number) => Array.from({ length }, (_, at) => prompt[at % prompt.length] ?? 0);
    await check({ prompt, maxTokens: 0 }, 0);
    await check({ prompt, maxTokens: 1 }, 1);
    await check({ prompt: long(contextTokens - 2) }, 3);
    await check({ prompt: long(contextTokens) }, 1);
    await check({ prompt: long(contextTokens + 1) }, 0);
  });

  it('ends before a special token, and where nothing agrees with what is typed', async () => {
    const { vocabulary } = await bundledEngine();
    await check({ prompt, firstToken: 8184 }, 0);
    ok(tokensSpelling(vocabulary, 'ret') !== undefined);
    const unspeakable = { ...vocabulary, trie: { compatible: () => ({ covering: [], partial: [] }) } };
    const { decoder } = await bundledEngine();
    const request = {
      place: placeAt(prompt),
      typed: 'x',
      maxTokens: 4,
      sampling: { kind: 'greedy' },
    } as const;
    const tokens = generate(
      new NetworkPredictor(decoder),
      unspeakable as unknown as typeof vocabulary,
      request,
      neverCancelled,
    );
    strictEqual((await tokens.next()).done, true);
  });

  it('begins with the first token that was chosen', async () => {
    const { tokenizer } = await bundledEngine();
    const [first] = tokenizer.encode(' class');
    ok(first !== undefined);
    const [token] = await generated({ prompt, firstToken: first });
    strictEqual(token?.token, first);
    ok(token.probability < 0.5);
    strictEqual(token.probability, token.distribution[first]);
  });

  it('stops when cancelled between tokens', async () => {
    const { decoder, vocabulary } = await bundledEngine();
    const cancellation = new CancellationSource();
    const request = {
      place: placeAt(prompt),
      typed: '',
      maxTokens: 9,
      sampling: { kind: 'greedy' },
    } as const;
    const tokens = generate(new NetworkPredictor(decoder), vocabulary, request, cancellation.token);
    strictEqual((await tokens.next()).done, false);
    cancellation.cancel();
    await rejects(tokens.next(), CancellationError);
  });

  it('leaves the request as it was', async () => {
    const before = [...prompt];
    await generated({ prompt });
    deepStrictEqual(prompt, before);
  });
});
