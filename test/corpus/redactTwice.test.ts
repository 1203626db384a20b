// Redacting what is redacted already changes nothing, in whatever way secrets and half secrets stand beside each other.

import { deepStrictEqual, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { seededRandom } from '../../src/base/random.ts';
import { placeholder, redact } from '../../src/corpus/redact.ts';
import type { Groups } from './secrets/draw.ts';
import { drawSample } from './secrets/draw.ts';
import { inCode } from './secrets/inCode.ts';
import { inCommands } from './secrets/inCommands.ts';
import { inConfiguration } from './secrets/inConfiguration.ts';
import { keys } from './secrets/keys.ts';

const paths = ['a.ts', 'a.yml', 'a.md', 'a.sh', 'a.json', ''];

function checkTwice(text: string, path: string): void {
  const once = redact(text, path);
  const twice = redact(once.text, path);
  deepStrictEqual(twice, { text: once.text, count: 0 }, text);
  deepStrictEqual(once.text.split('\n').length, text.split('\n').length);
}

const pieces = [
  ...[
    'http://',
    'a:pw@',
    '://b:pw2@',
    'host',
    '://',
    '@',
    ':',
    '=',
    ': ',
    ' ',
    '\n',
    '\r\n',
    ',',
    ';',
    '&',
    '?',
    '(',
    ')',
  ],
  ...[
    '"',
    "'",
    '`',
    '\\"',
    '\\',
    '<',
    '>',
    '</',
    '{',
    '}',
    '${',
    '|',
    '#',
    '--',
    '- ',
    '+',
    'export ',
    'ENV ',
    '---\n',
  ],
  ...[
    'password',
    'token',
    'apiKey',
    'DB_PASS',
    'key',
    'auth',
    'value',
    'name',
    'kind: Secret\n',
    'data:\n',
    'kty',
    '"d"',
  ],
  ...[
    'curl -u ',
    'PGPASSWORD',
    '--password',
    'Bearer ',
    'Basic ',
    'AccountKey=',
    'IDENTIFIED BY ',
    'Server=db',
    'jdbc:',
  ],
  ...[
    'k1tten5!',
    'Tr0ub4dor&3',
    'aB3$xY9(qW2',
    'Zx81Qw27Er36Ty45Ui54Op63',
    'a'.repeat(30),
    'us12',
    placeholder,
    'redacted',
  ],
  ...[
    '0x1f, '.repeat(16),
    'ghp' + '_' + 'Zx81Qw27'.repeat(5),
    '-----BEGIN ',
    'MIIEvQIBADANBgkqhkiG9w0B',
    'auth=("a", "',
  ],
];

describe('redacting twice', () => {
  it('changes nothing more where addresses follow one upon the other', () => {
    for (const text of [
      'http://a:pw@http://b:pw2@host',
      'http://a:pw1x@http://b:pw2x@http://c:pw3x@http://d:pw4x@host',
      'https://a:b1c2@https://c:d3e4@git.internal https://e:f5g6@x',
      `password="k1tten5!" + password="${placeholder}k1tten5!"`,
    ]) {
      for (const path of paths) checkTwice(text, path);
    }
    const { text } = redact('http://a:pw1x@http://b:pw2x@host');
    deepStrictEqual(text, `http://a:${placeholder}@http://b:${placeholder}@host`);
  });

  it('changes nothing more in any mixture of what patterns look for', () => {
    const text = fc.array(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...pieces) }, fc.string()), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(text, fc.constantFrom(...paths), (parts, path) => {
        checkTwice(parts.join(''), path);
      }),
      { seed: 1, numRuns: 6000 },
    );
  }).timeout(120_000);

  it('changes nothing more in made-up secrets that share a line or a file', () => {
    const groups: Groups = { ...inCode, ...inConfiguration, ...inCommands, ...keys };
    const random = seededRandom(5);
    const samples = Object.values(groups)
      .flat()
      .map(template => drawSample(template, random));
    let count = 0;
    for (const [index, { path, text }] of samples.entries()) {
      const other = samples[(index * 7 + 3) % samples.length]?.text ?? '';
      const body = text.slice(-1200);
      checkTwice(body + other.slice(-1200), path);
      checkTwice((body + other.slice(-1200)).replaceAll('\n', ' '), path);
      count += redact(body, path).count;
    }
    ok(count > samples.length / 2);
  }).timeout(120_000);
});
