// The filter takes time that grows with the text and no faster, whatever is repeated: every pattern is tried on units
// of its own alphabet, and what four times the length costs is compared with what the length costs.

import { deepStrictEqual, ok } from 'node:assert/strict';
import { redact } from '../../src/corpus/redact.ts';
import { nameWords } from '../../src/corpus/secrets/assigned.ts';
import { ruleKeywords } from '../../src/corpus/secrets/rules.ts';

/** Openings without ends, ends without openings, and pieces that match in part. */
const pieces = [
  ...['"', "'a", '`', '\\"', 'key="', "key='\\", 'token="\\"', 'password="aB1!', '"password":"<redacted>",'],
  ...[
    'key=',
    'token:',
    'token ,',
    'password ',
    'password=',
    'password: ',
    '<password>',
    'pass>a',
    'a.',
    'x y',
    ' ',
  ],
  ...['://a:', 'http://a:b@', 'http://a:pw@http://b:pw2@', 'user=a;password=', 'host=a ', '?token=', '&key='],
  ...[
    'auth=(',
    "auth=('a',",
    'jwt.sign(',
    'PDO("a","b",',
    'Credentials("a",',
    'define("password","',
    'getenv("key",',
  ],
  ...[
    'curl -u a:',
    'curl ',
    'mysql ',
    'sshpass -p ',
    '--password ',
    '--a-a-token',
    'docker login ',
    'echo a |',
  ],
  ...[
    '"kty":"d":"',
    'kty',
    ' d:"aaaaaaaaaaaaaaaaaaaaaaaaaaaa",kty',
    'key:[1,',
    'key=[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,',
  ],
  ...['secret { get; ', 'name: password\n', 'value: ', 'kind: Secret\ndata:\n a: b\n', '---\nkind: Secret\n'],
  ...[
    'A',
    'AAAA/',
    '0123456789abcdef',
    'MIIEvAIBAA',
    'LS0tLS1CRUdJTi',
    'eyJ',
    '.eyJ',
    'eyJaaaaaaaaaa.',
    'key ]) : a ',
  ],
  ...[
    '-----BEGIN ',
    '-----BEGIN PRIVATE KEY-----',
    'PuTTY-User-Key-File-2',
    'IDENTIFIED BY ',
    'us-us',
    'sgp_',
  ],
];

const length = 20_000;
const factor = 4;
/** A quadratic pattern costs 16 times as much. */
const maxGrowth = 10;
/** Below this the collector and the compiler decide. */
const minMs = 15;

/** Processor time of this process, so that others at work on the machine do not count. */
function costMs(piece: string, characters: number, path: string): number {
  const text = piece.repeat(Math.ceil(characters / piece.length));
  const started = process.cpuUsage();
  redact(text, path);
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}

/** By the cheapest of up to five runs of each length: what disturbs a run only ever adds to it. */
function growth(piece: string, path: string): number {
  let [short, long] = [Infinity, Infinity];
  for (let attempt = 0; attempt < 5; attempt++) {
    long = Math.min(long, costMs(piece, length * factor, path));
    if (long < minMs) return 1;
    short = Math.min(short, costMs(piece, length, path));
    if (long <= maxGrowth * short) return long / short;
  }
  return long / short;
}

describe('the time that redaction takes', () => {
  it('grows with the text and no faster on what is repeated', () => {
    const bad = pieces.filter(piece => Math.max(growth(piece, 'a.ts'), growth(piece, 'a.yml')) > maxGrowth);
    deepStrictEqual(bad, []);
  }).timeout(120_000);

  it("grows so on every rule's keyword, too", () => {
    const words = [...new Set([...ruleKeywords.map(({ word }) => word), ...nameWords])];
    ok(words.length > 250);
    const bad = words
      .flatMap(word => [word, `${word}="`, `${word} a1B2c3D4e5F6g7H8`])
      .filter(piece => growth(piece, 'a.ts') > maxGrowth);
    deepStrictEqual(bad, []);
  }).timeout(240_000);
});
