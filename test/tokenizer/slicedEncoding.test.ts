// Encoding in slices gives the tokens of encoding the whole, and yields often.

import { deepStrictEqual, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { encodeInSlices } from '../../src/tokenizer/slicedEncoding.ts';
import { Tokenizer } from '../../src/tokenizer/tokenizer.ts';
import { bundledFolder, repository } from '../support/engine.ts';

describe('encoding in slices', () => {
  let tokenizer: Tokenizer;

  before(() => {
    const json = JSON.parse(readFileSync(`${bundledFolder}/tokenizer.json`, 'utf8')) as object;
    tokenizer = new Tokenizer(json, 'tokenizer.json');
  });

  function check(text: string): number {
    const work = encodeInSlices(tokenizer, text);
    let yields = 0;
    for (;;) {
      const step = work.next();
      if (step.done === true) {
        deepStrictEqual(step.value, tokenizer.encode(text));
        return yields;
      }
      yields++;
    }
  }

  it('gives the tokens of the whole for sources', () => {
    const source = readFileSync(`${repository}src/worker/client/client.ts`, 'utf8');
    ok(check(source.repeat(4)) >= (4 * source.length) / 3_500);
    check(source.replaceAll('\n', '\r\n'));
    check(source.replaceAll('\n', '\n\n\n   '));
  });

  it('gives the tokens of the whole for texts that are awkward to cut', () => {
    check('');
    check('\n'.repeat(10_000));
    check('x'.repeat(10_000));
    check('😀'.repeat(5_000));
    check(`a${'😀'.repeat(5_000)}`);
    check(' '.repeat(9_999) + 'x');
    check('\ud800'.repeat(7_000));
    check("it's ".repeat(3_000));
  });

  it('gives the tokens of the whole for any text', () => {
    const word = fc.oneof(
      fc.constantFrom('\n', '\r\n', '  ', '\t', "'s", '_', '123', 'é', '😀', '\ud83d'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 12 }), words => {
        check(words.join('').repeat(Math.ceil(4_000 / Math.max(1, words.join('').length))));
      }),
      { numRuns: 60 },
    );
  });
});
