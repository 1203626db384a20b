// What a workspace holds: bytes of files, names, ignore rules, secrets.

import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { admit, admitText } from '../../../src/corpus/admit.ts';
import { decodeText } from '../../../src/corpus/decodeText.ts';
import { excludeTest } from '../../../src/corpus/excludes.ts';
import { fileKind, isCode, languageOf } from '../../../src/corpus/fileKind.ts';
import { judgeName } from '../../../src/corpus/fileNames.ts';
import { judgeFolder } from '../../../src/corpus/folderNames.ts';
import { globPattern } from '../../../src/corpus/glob.ts';
import { IgnoreRules } from '../../../src/corpus/ignoreRules.ts';
import { redact } from '../../../src/corpus/redact.ts';
import { isSecretPath } from '../../../src/corpus/secretFiles.ts';
import { isGenerated, isMinified } from '../../../src/corpus/writtenByPrograms.ts';
import { code, prose, utf8 } from '../samples.ts';
import type { FuzzTarget } from '../target.ts';
import { bytesTarget, textTarget } from '../target.ts';
import type { TextSource } from '../inputs.ts';
import type { Random } from '../../../src/base/random.ts';
import { chosen, joined, randomText } from '../inputs.ts';

const encoded = [
  utf8('let a = "größe";\nnaïve café\n'),
  joined(Uint8Array.of(0xef, 0xbb, 0xbf), utf8('with a mark\r\n')),
  joined(Uint8Array.of(0xff, 0xfe), new Uint8Array(Buffer.from('let a = 1;\nö\n', 'utf16le'))),
  Uint8Array.from(Buffer.from('// Größe über alles\nint größe = 1;\n', 'latin1')),
  Uint8Array.from([0x2f, 0x2f, 0x20, 0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2, 0x0a, 0x61, 0x0a]),
  Uint8Array.from([0x23, 0x20, 0x93, 0xfa, 0x96, 0x7b, 0x8c, 0xea, 0x0a, 0x78, 0x3d, 0x31, 0x0a]),
];

const secrets: TextSource = {
  samples: [
    'apiKey = "aB3dE5fG7hI9jK1lM3nO5pQ7"\npassword: hunter2hunter2\n',
    'DATABASE_URL=postgres://user:s3cr3tPass@db.example.org:5432/app\nexport TOKEN=$OTHER\n',
    'curl -u admin:Tr0ub4dor https://example.org?token=abcdefabcdef0123\n',
    'apiVersion: v1\nkind: Secret\ndata:\n  password: cGFzc3dvcmQxMjM0\n---\nkind: Pod\n',
    '{"kty":"RSA","d":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","n":"x"}\n<password>aB1!xY2?</password>\n',
  ],
  tokens: [
    ...[
      'password',
      'apiKey',
      'secret',
      'token',
      'auth',
      'key',
      'Pwd',
      '=',
      ': ',
      ' := ',
      '="',
      "='",
      '"',
      "'",
      ',',
      ';',
    ],
    ...[
      'http://a:pw@h',
      '://u:',
      '@',
      '?token=',
      '&key=',
      'Bearer ',
      'AKIA',
      'ghp_',
      'eyJhbGciOi',
      '.',
      '<redacted>',
    ],
    ...[
      'aB3dE5fG7hI9jK1l',
      '0123456789abcdef0123456789abcdef',
      'hunter2',
      'xxxx',
      '${A}',
      'kind: Secret\n',
      'data:\n ',
    ],
    ...[
      '-----BEGIN PRIVATE KEY-----\n',
      'curl -u ',
      '--password ',
      'mysql -p',
      '\n',
      '  ',
      '\\',
      '<password>',
      '</',
    ],
  ],
};

const paths: TextSource = {
  samples: [
    'src/a.test.ts',
    '.env.production',
    'node_modules/x/index.js',
    'a/b/__tests__/c.py',
    'dist/app.min.js',
    'service-account.json',
  ],
  tokens: [
    '/',
    '.',
    '_',
    '-',
    'env',
    'secret',
    'credentials',
    'test',
    'spec',
    'min',
    '.ts',
    '.json',
    '.pem',
    'id_rsa',
    'a',
    'node_modules',
    'README',
  ],
};

const globs: TextSource = {
  samples: ['**/*.js', '{a,b}/**', '!src/', 'a/**/b', '[a-c]*.ts', '**/node_modules/**', '# note', 'x\\ '],
  tokens: [
    '*',
    '**',
    '**/',
    '/',
    '?',
    '[',
    ']',
    '[!',
    '[a-',
    '[[:alpha:]]',
    '{',
    '}',
    ',',
    '!',
    '#',
    '\\',
    'a',
    'b.c',
    ' ',
    '\n',
  ],
};

/** A pattern and a path that begins as the pattern does, with what is made of both. */
const patternAndPath = (name: string, check: (pattern: string, path: string) => void): FuzzTarget => ({
  name,
  make: (random: Random) => [
    randomText(globs, random).slice(0, 400),
    randomText(paths, random).slice(0, 200),
  ],
  check: input => {
    const [pattern, path] = input as [string, string];
    check(pattern, path);
  },
});

/** States of the matcher that each character of the pattern may cost for each character of the path. */
const stepsEach = 8;

const repository = 'src/a.ts';
const names = ['a.ts', 'a.yml', '.env', 'a.sh', 'README.md', 'a.json'];

export const corpusTargets: readonly FuzzTarget[] = [
  bytesTarget('bytes of a file', encoded, bytes => {
    for (const configured of [undefined, 'shiftjis', 'windows1251']) {
      const decoded = decodeText(bytes, configured);
      if (decoded.kind !== 'text') continue;
      ok(!decoded.text.includes('\ufffd') || new TextDecoder().decode(bytes).includes('\ufffd'.normalize()));
      ok(!decoded.text.includes('\r'));
    }
  }),
  bytesTarget('admitting a file', encoded, bytes => {
    const admission = admit(repository, bytes);
    if (admission.kind !== 'admitted') return;
    ok(!admission.text.includes('\ufffd'), 'U+FFFD is let into memory');
    deepStrictEqual(redact(admission.text, repository).count, 0);
  }),
  {
    name: 'redacting',
    make: random => ({ path: chosen(names, random), text: randomText(secrets, random) }),
    check: input => {
      const { path, text } = input as { readonly path: string; readonly text: string };
      const once = redact(text, path);
      strictEqual(once.text.split('\n').length, text.split('\n').length, 'lines were lost');
      deepStrictEqual(redact(once.text, path), { text: once.text, count: 0 }, 'it is not idempotent');
    },
  },
  textTarget('redacting code', code, text => {
    const admission = admitText(repository, text);
    if (admission.kind === 'admitted')
      strictEqual(admission.text.split('\n').length, text.split('\n').length, 'lines were lost');
  }),
  textTarget(
    'generated and minified files',
    {
      samples: code.samples,
      tokens: [...code.tokens, '@generated', 'code generated by ', 'This file is auto-generated'],
    },
    text => {
      isGenerated(text);
      isMinified(text);
    },
  ),
  textTarget('names of files and folders', paths, path => {
    judgeName(path);
    fileKind(path);
    isCode(path);
    languageOf(path);
    isSecretPath(path);
    judgeFolder(path, new Set(['package.json', path]));
  }),
  textTarget(
    'an ignore file',
    { ...globs, samples: ['# a\n*.log\n!keep.log\n/build/\n**/tmp\n', ...globs.samples] },
    text => {
      const rules = IgnoreRules.of(text.length % 2 === 0).within('', { exclude: '', git: text, own: '' });
      for (const path of ['a', 'a/b.c', 'src/a.ts', 'b.c']) {
        const isIgnored = rules.ignores(path, 'file');
        // What takes everything back comes last and wins.
        const takenBack = rules.within('', { exclude: '', git: '!**\n!*', own: '' });
        if (isIgnored) ok(!takenBack.ignores(path, 'file'));
      }
    },
  ),
  patternAndPath('globs', (pattern, path) => {
    const { matches, steps } = globPattern(pattern).count(path);
    ok(steps <= stepsEach * (pattern.length + 4) * (path.length + 1), `${steps} steps`);
    strictEqual(globPattern(pattern).test(path), matches);
  }),
  patternAndPath('excludes of the editor', (pattern, path) => {
    const excludes = excludeTest([
      { [pattern]: { when: '$(basename).ts' }, [`${pattern}!`]: true },
      { '**': false },
    ]);
    excludes(path, new Set(['a.ts', path]));
  }),
  textTarget('redacting prose', prose, text => {
    redact(text, 'README.md');
  }),
];
