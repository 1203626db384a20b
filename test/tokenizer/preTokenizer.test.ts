// Pre-tokenizers from a model folder: those that published models have are read, and one that is malformed, that may
// take forever or that loses text is refused by an error that names the file and the place.

import { deepStrictEqual, match, ok, strictEqual, throws } from 'node:assert/strict';
import fc from 'fast-check';
import { byteLevelAlphabet } from '../../src/tokenizer/byteLevel.ts';
import { isLinearPattern } from '../../src/tokenizer/linearPattern.ts';
import { decodeBytes, Tokenizer } from '../../src/tokenizer/tokenizer.ts';
import { TokenizerError } from '../../src/tokenizer/tokenizerFile.ts';
import { wordPattern } from '../../src/tokenizer/trainBpe.ts';
import { checkGrowth } from '../support/growth.ts';

const raw = String.raw;
const words = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+";
const spaces = raw`\s*[\r\n]+|\s+(?!\S)|\s+`;
const upper = raw`[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`;
const lower = raw`[\p{Ll}\p{Lm}\p{Lo}\p{M}]`;
const end = "(?i:'s|'t|'re|'ve|'m|'ll|'d)?";
const before = raw`[^\r\n\p{L}\p{N}]?`;
const signs = raw`[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_` + '`' + raw`{|}~][A-Za-z]+`;

const published: Readonly<Record<string, string>> = {
  'GPT-2': raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`,
  'Llama 3': raw`${words}|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|${spaces}`,
  'Qwen 2 and 3': raw`${words}|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|${spaces}`,
  o200k_base: raw`${before}${upper}*${lower}+${end}|${before}${upper}+${lower}*${end}|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|${spaces}`,
  Tekken: raw`${before}${upper}*${lower}+|${before}${upper}+${lower}*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|${spaces}`,
  'DeepSeek V3': raw`${signs}|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|${spaces}`,
  'DeepSeek Coder': raw`\s?\p{L}+`,
  'the bundled model': wordPattern,
  'a line break': raw`[\r\n]`,
  'groups of digits': raw`\p{N}{1,3}`,
};

const slow = [
  '(x+x+)+y',
  '(x+)+',
  'x+y',
  'x*y',
  'x*x*y',
  raw`\s+$`,
  raw`\s+(?=x)`,
  raw`\w+\d`,
  '(?:a|a)*b',
  '(a?){30}b',
  'a?'.repeat(30) + 'b',
  'x{1,999}x{1,999}y',
  '(?<=x+)y',
  raw`(x)\1`,
  'x+?y',
  'x++',
  'a|',
  '|',
  '',
  'x'.repeat(5_000),
  // Each class takes a millisecond to make.
  raw`\p{L}`.repeat(600),
];

const letters = Object.fromEntries(byteLevelAlphabet.letters.map((letter, byte) => [letter, byte]));
const byteLevel = { type: 'ByteLevel', add_prefix_space: false, use_regex: false };

function read(...parts: readonly unknown[]): Tokenizer {
  return new Tokenizer(
    {
      added_tokens: [],
      pre_tokenizer: { type: 'Sequence', pretokenizers: [...parts, byteLevel] },
      model: { type: 'BPE', vocab: letters, merges: [] },
    },
    'm/tokenizer.json',
  );
}

const split = (pattern: unknown, more: object = {}) => ({
  type: 'Split',
  pattern,
  behavior: 'Isolated',
  invert: false,
  ...more,
});

function piecesOf(tokenizer: Tokenizer, text: string): readonly string[] {
  return tokenizer.encodePieces(text).map(({ bytes }) => decodeBytes(bytes));
}

function checkRefused(part: unknown, expected: RegExp): void {
  throws(
    () => read(part),
    (error: unknown) => {
      ok(error instanceof TokenizerError, String(error));
      match(error.message, /^m\/tokenizer\.json: /);
      match(error.message, expected);
      return true;
    },
  );
}

describe('pre-tokenizers of a model folder', function () {
  this.timeout(60_000);

  for (const [name, pattern] of Object.entries(published))
    it(`reads the pattern of ${name}, which is linear`, () => {
      ok(isLinearPattern(pattern));
      strictEqual(piecesOf(read(split({ Regex: pattern })), "It's 12\n\n  é_x").join(''), "It's 12\n\n  é_x");
      const expression = new RegExp(pattern.replaceAll('(?i:', '(?:'), 'gu');
      const units = ['a', 'A', ' ', '\n', '\t', "'", '1', '.', ' a', ' \n', 'Aa', '\u0301', '日'];
      checkGrowth(name, units, text => text.replaceAll(expression, ''));
    });

  it('refuses patterns that may take more than linear time, naming them', () => {
    for (const pattern of slow) {
      ok(!isLinearPattern(pattern), pattern);
      checkRefused(split({ Regex: pattern }), /pretokenizers\.0.*might take forever, "/);
    }
  });

  it('refuses what is no regular expression', () => {
    checkRefused(split({ Regex: raw`\p{Nonsense}` }), /no regular expression that runs here, /);
    checkRefused(split({ Regex: '[b-a]' }), /no regular expression/);
  });

  it('refuses fields of another type, and what the library does not do', () => {
    for (const behavior of [7, null, {}, [], 'Nonsense', 'MergedWithPrevious'])
      checkRefused(split({ String: 'x' }, { behavior }), /pretokenizers\.0\.behavior/);
    for (const pattern of [
      undefined,
      null,
      'x',
      {},
      { Regex: 5 },
      { String: '' },
      { String: 'x'.repeat(101) },
    ])
      checkRefused(split(pattern), /pretokenizers\.0\.pattern/);
    checkRefused(split({ String: 'x' }, { invert: 'no' }), /invert/);
    checkRefused(split({ String: 'x' }, { behavior: 'Removed' }), /removes text/);
    checkRefused({ type: 'Digits', individual_digits: 1 }, /individual_digits/);
    checkRefused({ type: 'Whitespace' }, /byte-level/);
    checkRefused({ type: 'Sequence', pretokenizers: [] }, /byte-level/);
    checkRefused(null, /byte-level/);
  });

  it('splits as the file says, and loses no text where a pattern leaves some out', () => {
    deepStrictEqual(piecesOf(read({ type: 'Digits', individual_digits: true }), 'a12'), ['a', '1', '2']);
    deepStrictEqual(piecesOf(read({ type: 'Digits' }), 'a12b'), ['a', '12', 'b']);
    deepStrictEqual(piecesOf(read({ type: 'Punctuation', behavior: 'Contiguous' }), 'a+-b'), [
      'a',
      '+-',
      'b',
    ]);
    deepStrictEqual(piecesOf(read(split({ String: '.*' })), 'a.*b'), ['a', '.*', 'b']);
    const kept = split({ Regex: raw`\p{L}+` }, { behavior: 'Removed', invert: true });
    deepStrictEqual(piecesOf(read(kept), 'a1b'), ['a', '1', 'b']);
  });

  it('gives nothing but a TokenizerError, whatever the pre-tokenizer is', () => {
    const pattern = fc
      .array(
        fc.constantFrom(
          'a',
          '+',
          '*',
          '?',
          '|',
          '(',
          ')',
          '[',
          ']',
          '^',
          raw`\s`,
          raw`\p{L}`,
          '{2,}',
          raw`\1`,
          '&&',
        ),
      )
      .map(parts => ({ Regex: parts.join('') }));
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      pattern,
      fc.constantFrom('Isolated', 'Removed', true),
    );
    const part = fc.record(
      {
        type: fc.constantFrom(
          'Split',
          'Digits',
          'ByteLevel',
          'Sequence',
          'Punctuation',
          'Replace',
          'Metaspace',
        ),
        pattern: value,
        behavior: value,
        invert: value,
        use_regex: value,
        individual_digits: value,
        pretokenizers: value,
        content: value,
      },
      { requiredKeys: ['type'] },
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(part, fc.jsonValue()), { maxLength: 3 }), parts => {
        try {
          const tokenizer = read(...parts);
          for (const text of ['a'.repeat(2_000), ' \n '.repeat(700), 'é1 b']) {
            strictEqual(tokenizer.decode(tokenizer.encode(text)), text);
          }
        } catch (error) {
          ok(error instanceof TokenizerError, String(error instanceof Error ? error.stack : error));
          match(error.message, /^m\/tokenizer\.json: /);
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
