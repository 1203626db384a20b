// Tokenizers that are damaged or of another kind: a TokenizerError that names the file, never a crash or a hang.

import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { byteLevelAlphabet } from '../../src/tokenizer/byteLevel.ts';
import { Tokenizer } from '../../src/tokenizer/tokenizer.ts';
import { TokenizerError } from '../../src/tokenizer/tokenizerFile.ts';

type Json = Readonly<Record<string, unknown>>;

const letters = Object.fromEntries(byteLevelAlphabet.letters.map((letter, byte) => [letter, byte]));

const model = {
  type: 'BPE',
  unk_token: null,
  vocab: { ...letters, ab: 256, abc: 257 },
  merges: [
    ['a', 'b'],
    ['ab', 'c'],
  ],
};

const whole = {
  version: '1.0',
  added_tokens: [
    {
      id: 258,
      content: '<|end|>',
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    },
  ],
  normalizer: null,
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: true },
  post_processor: null,
  decoder: { type: 'ByteLevel' },
  model,
};

function read(json: object): Tokenizer {
  return new Tokenizer(json, 'm/tokenizer.json');
}

/** With these fields changed it is refused; the error names the file and matches. */
function check(changes: Json, expected = /./): void {
  let error: unknown;
  try {
    const ids = read({ ...whole, ...changes }).encode('abc 12');
    error = `accepted; encodes as ${ids.join()}`;
  } catch (thrown) {
    error = thrown;
  }
  ok(error instanceof TokenizerError, String(error));
  match(error.message, /^m\/tokenizer\.json: /);
  match(error.message, expected);
}

describe('tokenizer: damaged files', () => {
  it('accepts the whole one', () => {
    const tokenizer = read(whole);
    deepStrictEqual(tokenizer.encode('abc'), [257]);
    strictEqual(tokenizer.size, 259);
    strictEqual(tokenizer.specialId('<|end|>'), 258);
  });

  it('refuses missing fields and wrong types', () => {
    check({ model: undefined });
    check({ model: null });
    check({ model: [] });
    check({ model: 'BPE' });
    check({ model: {} });
    check({ model: { ...model, vocab: undefined } });
    check({ model: { ...model, vocab: null } });
    check({ model: { ...model, vocab: [] } });
    check({ model: { ...model, vocab: {} } });
    check({ model: { ...model, merges: undefined } });
    check({ model: { ...model, merges: 7 } });
    check({ model: { ...model, merges: [1, 2] } });
    check({ pre_tokenizer: null }, /byte-level/);
    check({ pre_tokenizer: 'ByteLevel' });
    check({ pre_tokenizer: { type: 'Nonsense' } });
    check({ added_tokens: null });
    check({ added_tokens: 5 });
    check({ added_tokens: [null] });
  });

  it('refuses other kinds of tokenizers', () => {
    const wordPiece = {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: { '[UNK]': 0, abc: 1 },
    };
    check({ model: wordPiece, pre_tokenizer: { type: 'BertPreTokenizer' } }, /byte-level/);
    check({ model: { ...model, vocab: { a: 0, b: 1, ab: 2 } } }, /byte-level/);
    const bytes = { type: 'BPE', byte_fallback: true, vocab: { a: 0 }, merges: [] };
    check({ model: bytes, pre_tokenizer: { type: 'Metaspace' } });
    check({ pre_tokenizer: { type: 'Whitespace' } }, /byte-level/);
  });

  it('refuses ids that are none, out of range, or given twice', () => {
    for (const id of [-1, 1.5, 2 ** 24, Number.MAX_SAFE_INTEGER, 'x', null, NaN]) {
      check({ model: { ...model, vocab: { ...model.vocab, ab: id } } }, /"ab"/);
    }
    check({ model: { ...model, vocab: { ...model.vocab, ab: 0 } } }, /share the id \d/);
    const [added] = whole.added_tokens;
    for (const id of [-1, 'x', null, undefined]) check({ added_tokens: [{ ...added, id }] });
  });

  it('either refuses or works, whatever is changed', () => {
    const places = pathsOf(whole);
    const strange = fc.constantFrom<unknown>(
      undefined,
      null,
      0,
      -1,
      1e9,
      '',
      'x',
      [],
      {},
      [null],
      { a: 'b' },
      true,
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...places), strange), { minLength: 1, maxLength: 3 }),
        changes => {
          const json = structuredClone(whole);
          for (const [path, value] of changes) change(json, path, value);
          try {
            const tokenizer = read(json);
            for (const text of ['abc <|end|>', 'é\n\n\t x12', '']) {
              strictEqual(tokenizer.decode(tokenizer.encode(text)), text);
            }
          } catch (error) {
            ok(error instanceof TokenizerError, String(error instanceof Error ? error.stack : error));
            match(error.message, /^m\/tokenizer\.json: /);
          }
        },
      ),
      { seed: 1, numRuns: 400 },
    );
  });
});

/** Paths of everything in a JSON value, but of each big table only the first entries. */
function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  const children = typeof value === 'object' && value !== null ? Object.entries(value).slice(0, 8) : [];
  const below = children.flatMap(([key, child]) => pathsOf(child, [...path, key]));
  return path.length === 0 ? below : [path, ...below];
}

function change(json: unknown, [key, ...rest]: readonly string[], value: unknown): void {
  if (typeof json !== 'object' || json === null || key === undefined) return;
  if (rest.length > 0) change((json as Json)[key], rest, value);
  else if (value === undefined) Reflect.deleteProperty(json, key);
  else Reflect.set(json, key, value);
}
