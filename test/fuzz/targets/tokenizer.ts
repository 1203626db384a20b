// Tokenizers of a model folder, and what the tokenizer makes of texts.

import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { finish } from '../../../src/memory/workspaceMemory.ts';
import { byteLevelAlphabet } from '../../../src/tokenizer/byteLevel.ts';
import { IncrementalEncoder } from '../../../src/tokenizer/incrementalEncoder.ts';
import { encodeInSlices } from '../../../src/tokenizer/slicedEncoding.ts';
import { Tokenizer } from '../../../src/tokenizer/tokenizer.ts';
import { TokenizerError } from '../../../src/tokenizer/tokenizerFile.ts';
import { wordPattern } from '../../../src/tokenizer/trainBpe.ts';
import type { FuzzTarget } from '../target.ts';
import { jsonTarget, orRefused, refused, textTarget } from '../target.ts';
import { code } from '../samples.ts';

const letters = Object.fromEntries(byteLevelAlphabet.letters.map((letter, byte) => [letter, byte]));

function tokenizerJson(preTokenizer: unknown): object {
  return {
    version: '1.0',
    added_tokens: [
      { id: 259, content: '<|end|>', single_word: false, lstrip: false, rstrip: false, special: true },
    ],
    normalizer: null,
    pre_tokenizer: preTokenizer,
    post_processor: null,
    decoder: { type: 'ByteLevel' },
    model: {
      ...{ type: 'BPE', unk_token: null, vocab: { ...letters, ab: 256, abc: 257, Ġa: 258 } },
      merges: [
        ['a', 'b'],
        ['ab', 'c'],
        ['Ġ', 'a'],
      ],
    },
  };
}

const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: true };
const splitting = (pattern: string): object => ({
  type: 'Sequence',
  pretokenizers: [
    { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false },
    { ...byteLevel, use_regex: false },
  ],
});

/** Refused by an error that names the file, or it gives every text back. */
function checkTokenizer(json: unknown): void {
  if (typeof json !== 'object' || json === null) return;
  const read = orRefused(
    () => new Tokenizer(json, 'm/tokenizer.json'),
    error => {
      ok(error instanceof TokenizerError, String(error.stack));
      match(error.message, /^m\/tokenizer\.json: /);
      return true;
    },
  );
  if (read === refused) return;
  for (const text of ['abc <|end|>', 'é\n\n\t x12', '', 'aaaa    bbbb'])
    strictEqual(read.decode(read.encode(text)), text);
}

const tokenizer = new Tokenizer(tokenizerJson(splitting(wordPattern)), 'm/tokenizer.json');

const patternTokens = String.raw`\p{L} \p{N} \s \S \r \n . * + ? *? {1,3} {2,} | ( ) (?: (?i: (?! (?= (?<= [ ] [^ ^ $ \b - \\ \1 a x ' 's`;

export const tokenizerTargets: readonly FuzzTarget[] = [
  jsonTarget(
    'tokenizer.json',
    [tokenizerJson(byteLevel), tokenizerJson(splitting(wordPattern))],
    checkTokenizer,
  ),
  textTarget(
    "a tokenizer's pattern",
    {
      samples: [
        wordPattern,
        String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`,
        String.raw`[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
      ],
      tokens: patternTokens.split(' '),
    },
    pattern => {
      checkTokenizer(tokenizerJson(splitting(pattern)));
    },
  ),
  textTarget('text to tokens and back', code, text => {
    const tokens = tokenizer.encode(text.toWellFormed());
    strictEqual(tokenizer.decode(tokens), text.toWellFormed());
    deepStrictEqual(finish(encodeInSlices(tokenizer, text)), tokens);
  }),
  textTarget('text that grows and shrinks', code, text => {
    const encoder = new IncrementalEncoder(tokenizer);
    const middle = Math.floor(text.length / 2);
    for (const typed of [text.slice(0, middle), text, text.slice(0, middle + 3), `${text.slice(0, middle)}x`])
      deepStrictEqual([...encoder.encode(typed).tokens], tokenizer.encode(typed.toWellFormed()));
  }),
];
