// The bundled tokenizer: the oracle's ids, exact round trips of any text, and no special token out of user text.

import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { decodeBytes, encodeBytes, Tokenizer } from '../../src/tokenizer/tokenizer.ts';
import { bundledFolder, bundledCases } from '../support/engine.ts';

const specials = ['<|endoftext|>', '<|fim_prefix|>', '<|fim_suffix|>', '<|file_sep|>', '<|im_end|>'];

function readJson(name: string): object {
  return JSON.parse(readFileSync(`${bundledFolder}/${name}`, 'utf8')) as object;
}

const tokenizer = new Tokenizer(readJson('tokenizer.json'), 'tokenizer.json');

/** Any text that an editor can hold, lone surrogates and what looks like a special token included. */
const anyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(
        '\r\n',
        '\n\t\t',
        '    ',
        '\0',
        '\ufeff',
        '\ud83d',
        '\ude00',
        '👩‍💻',
        'é',
        'const x = 1;',
      ),
      fc.constantFrom(...specials),
    ),
    { maxLength: 8 },
  )
  .map(parts => parts.join(''));

/** Pieces spell the text's bytes, tokens spell their pieces, decoding gives the text back, and no id is special. */
function check(text: string): void {
  const wellFormed = text.toWellFormed();
  const pieces = tokenizer.encodePieces(text);
  strictEqual(pieces.map(({ bytes }) => bytes).join(''), encodeBytes(wellFormed));
  for (const { bytes, ids } of pieces) {
    strictEqual(ids.map(id => tokenizer.tokenBytes[id] ?? `no bytes of ${id}`).join(''), bytes);
  }
  const ids = tokenizer.encode(text);
  deepStrictEqual(
    ids,
    pieces.flatMap(piece => piece.ids),
  );
  strictEqual(tokenizer.decode(ids), wellFormed);
}

describe('tokenizer/tokenizer', () => {
  it('gives the ids of the oracle', () => {
    for (const { text, ids } of bundledCases()) deepStrictEqual(tokenizer.encode(text), ids);
  });

  it('round-trips texts made to be odd', () => {
    check('');
    check('\0');
    check('\ufeff// with a byte order mark');
    check('a\r\nb\rc\n\n\t d  ');
    check('😀👩‍💻🏳️‍🌈é');
    check('日本語のコメント');
    check(' '.repeat(3000));
    check('x'.repeat(3000));
    check('é'.repeat(1500));
    check('𝒳'.repeat(700));
    check(readFileSync(new URL(import.meta.url), 'utf8'));
  });

  it('makes lone surrogates U+FFFD', () => {
    strictEqual(tokenizer.decode(tokenizer.encode('a\ud83db\ude00')), 'a\ufffdb\ufffd');
    check('\ud83d');
    check('\ude00\ud83d');
  });

  it('round-trips any text', () => {
    fc.assert(fc.property(anyText, check), { seed: 1, numRuns: 300 });
  });

  it('makes no special token of text that looks like one', () => {
    for (const special of specials) {
      const id = tokenizer.specialId(special);
      ok(id !== undefined, special);
      strictEqual(tokenizer.tokenBytes[id], undefined);
      check(special);
      for (const text of [special, ` ${special}\n`, special + special]) {
        ok(!tokenizer.encode(text).includes(id), text);
      }
      strictEqual(tokenizer.decode([id]), '');
    }
  });

  it('knows no special token by the name of an ordinary one', () => {
    strictEqual(tokenizer.specialId('the'), undefined);
    strictEqual(tokenizer.specialId('<|no_such|>'), undefined);
    strictEqual(tokenizer.specialId(''), undefined);
  });

  it('encodes a line of a megabyte', () => {
    const text = 'aGVsbG8gd29ybGQ'.repeat(70_000);
    strictEqual(tokenizer.decode(tokenizer.encode(text)), text);
  });
});

describe('tokenizer: bytes', () => {
  function checkBytes(text: string, bytes: string): void {
    strictEqual(encodeBytes(text), bytes);
    strictEqual(decodeBytes(bytes), text.toWellFormed());
  }

  it('writes UTF-8 one character a byte', () => {
    checkBytes('', '');
    checkBytes('aé', 'a\xc3\xa9');
    checkBytes('\0😀', '\0\xf0\x9f\x98\x80');
    checkBytes('\ufeffa', '\xef\xbb\xbfa');
    checkBytes('\ud83d', '\xef\xbf\xbd');
    strictEqual(decodeBytes('a\xc3'), 'a\ufffd');
  });

  it('takes long texts', () => {
    checkBytes('a'.repeat(1_000_000), 'a'.repeat(1_000_000));
  });
});
