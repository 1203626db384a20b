// What newcomers ask: of files and folders, of tests, of settings, of how to add another one, with letters wrong.

import { deepStrictEqual, equal, ok } from 'node:assert/strict';
import type { ChatEvent, ChatRequest, ChatTurn } from '../../src/chat/model/types.ts';
import { headComment } from '../../src/chat/search/headComment.ts';
import { importersOf, importsOf, moduleTable, testsNamedAfter } from '../../src/chat/search/relations.ts';
import type { ChatSources } from '../../src/chat/search/retrieve.ts';
import { shortAndLongForms } from '../../src/chat/search/shortForms.ts';
import { textKind } from '../../src/chat/search/textKind.ts';
import { isOneEditAway, WordVocabulary } from '../../src/chat/search/vocabulary.ts';
import { shownFiles } from '../../src/cli/shownFiles.ts';
import { eventsOf, requestOf, sourcesOf } from './support/sampleSources.ts';

const middleware = (name: string, says: string): string =>
  [
    `// ${says}`,
    `export interface ${name}Options {`,
    '  /** Whether it is skipped. */',
    '  readonly skip: boolean;',
    '}',
    '',
    `export const default${name}Options: ${name}Options = { skip: false };`,
    '',
    `export function ${name.toLowerCase()}(options = default${name}Options): void {`,
    '  use(options);',
    '}',
    '',
  ].join('\n');

const files: Readonly<Record<string, string>> = {
  'README.md': '# Desk\n\nDesk is a small server that answers requests over the network.\n',
  'CHANGELOG.md':
    '# Changes\n\n## 2.0\n\nCsrf protection, compression, compression of answers, compression by level. Csrf csrf.\n',
  LICENSE: 'Permission is hereby granted, free of charge, to any person obtaining a copy.\n',
  'package.json': '{ "name": "desk", "main": "./src/server.ts" }\n',
  'src/server.ts':
    "// Starts the server and runs what is installed.\nimport { csrf } from './middleware/csrf.ts';\nimport { compress } from './middleware/compress.ts';\n\nexport function start(port: number): void {\n  csrf();\n  compress();\n  listen(port);\n}\n",
  'src/middleware/csrf.ts': middleware('Csrf', 'Refuses requests that another site forged.'),
  'src/middleware/compress.ts': middleware('Compress', 'Makes answers smaller on their way.'),
  'src/middleware/logger.ts': middleware('Logger', 'Writes a line for each request.'),
  'src/terminal/command_line.ts':
    '// Reads the words that were typed.\nexport function readWords(words: string[]): string[] {\n  return words;\n}\n',
  'test/middleware/csrf.test.ts':
    "import { csrf } from '../../src/middleware/csrf.ts';\n\nit('refuses a forged request', () => {\n  csrf();\n});\n",
  'test/server.test.ts':
    "import { start } from '../src/server.ts';\n\nit('starts', () => {\n  start(1);\n});\n",
};

describe('chat/newcomer', () => {
  let sources: ChatSources;

  before(async () => {
    sources = await sourcesOf(files);
  });

  const isPath = (path: string): boolean => path in files || path === 'src/middleware';
  const textOf = (events: readonly ChatEvent[]): string =>
    events.map(event => (event.kind === 'markdown' || event.kind === 'declined' ? event.text : '')).join('');

  /** The first file that the answer shows, or that it is declined. */
  async function check(
    question: string,
    expected: string,
    changed: Partial<ChatRequest> = {},
  ): Promise<string> {
    const events = await eventsOf(requestOf(question, changed), sources);
    const declined = events.some(({ kind }) => kind === 'declined');
    equal(declined ? 'declined' : shownFiles(events, isPath)[0], expected, textOf(events));
    equal(events.at(-1)?.kind, 'done');
    return textOf(events);
  }

  it('answers with a file that is called what is asked for, before what merely mentions it', async () => {
    const text = await check('where is CSRF protection?', 'src/middleware/csrf.ts');
    ok(text.includes('Refuses requests that another site forged.'), text);
    ok(text.includes('Its tests are in `test/middleware/csrf.test.ts:1`.'), text);
    ok(text.includes('It is imported by `src/server.ts:1`.'), text);
    await check('how does compression work?', 'src/middleware/compress.ts');
  });

  it('knows tests by what they test', async () => {
    await check('which tests cover csrf?', 'test/middleware/csrf.test.ts');
    await check('is the server tested?', 'test/server.test.ts');
    const text = await check('which tests cover src/middleware/csrf.ts?', 'src/middleware/csrf.ts');
    ok(text.includes('are in `test/middleware/csrf.test.ts:1`'), text);
  });

  it('shows the most typical of a kind, and where it is made known', async () => {
    const text = await check('how do I add another middleware?', 'src/middleware');
    ok(text.includes('There are 3 files of the kind in `src/middleware/`'), text);
  });

  it('puts settings before what merely uses them', async () => {
    await check('what are the default csrf options?', 'src/middleware/csrf.ts');
  });

  it('explains a file, a folder, and the workspace', async () => {
    const file = await check('explain src/server.ts', 'src/server.ts');
    ok(file.includes('Starts the server and runs what is installed.'), file);
    ok(file.includes('It needs `src/middleware/csrf.ts:1`, `src/middleware/compress.ts:1`.'), file);
    await check('explain server.ts', 'src/server.ts');
    const folder = await check('what is in src/middleware?', 'src/middleware');
    ok(folder.includes('`src/middleware/logger.ts`: Writes a line for each request.'), folder);
    const all = await check('what is this repository?', 'README.md');
    ok(all.includes('a small server that answers requests'), all);
    ok(all.includes('- `src/server.ts`: Starts the server'), all);
    const reference = { kind: 'file', path: 'src/server.ts' } as const;
    await check('', 'src/server.ts', { command: 'explain', references: [reference] });
  });

  it('reads a word with a letter wrong as it is meant, and says so', async () => {
    const text = await check('where is the logegr?', 'src/middleware/logger.ts');
    ok(text.startsWith('Read as *logger* for *logegr*.'), text);
  });

  it('reads short forms both ways', async () => {
    await check('where is the cli?', 'src/terminal/command_line.ts');
    deepStrictEqual(
      shortAndLongForms(['command', 'line']).filter(({ form }) => form === 'cli'),
      [{ of: 'command', form: 'cli' }],
    );
    ok(shortAndLongForms(['table', 'of', 'contents']).some(({ form }) => form === 'toc'));
    ok(shortAndLongForms(['ctx']).some(({ form }) => form === 'context'));
  });

  it('goes on from what was answered', async () => {
    const history: ChatTurn[] = [];
    const ask = async (question: string, expected: string): Promise<string> => {
      const answer = await check(question, expected, { history: [...history] });
      history.push({ question, answer });
      return answer;
    };
    await ask('where is CSRF protection?', 'src/middleware/csrf.ts');
    await ask('and its tests?', 'src/middleware/csrf.ts');
    await ask('where is csrf protection?', 'src/middleware/csrf.ts');
    const used = await ask('and where is that used?', 'src/middleware/csrf.ts');
    ok(used.includes('is imported by `src/server.ts:1`'), used);
    await ask('the second one', 'src/server.ts');
    const asked = [{ question: 'where is middleware?', answer: '`src/middleware/csrf.ts:1`' }];
    const more = textOf(await eventsOf(requestOf('show more', { history: asked }), sources));
    ok(more.startsWith('More places:') && more.includes('`src/middleware/logger.ts:'), more);
    ok(!more.includes('`src/middleware/csrf.ts'), more);
  });

  it('still declines', async () => {
    await check('where is the database migrated to PostgreSQL?', 'declined');
    await check('how are invoices printed?', 'declined');
  });

  const kinds = [
    ['src/a.ts', 'source'],
    ['CHANGELOG.md', 'record'],
    ['LICENSE-MIT', 'record'],
    ['docs/release-notes.md', 'record'],
    ['docs/guide.md', 'guide'],
    ['tests/fixtures/a.json', 'test'],
    ['examples/basic/index.js', 'example'],
    ['src/history.ts', 'source'],
  ] as const;
  for (const [path, kind] of kinds)
    it(`takes ${path} for ${kind}`, () => {
      equal(textKind(path), kind);
    });

  it('knows who imports whom, in several languages', async () => {
    const paths = ['pkg/a.py', 'pkg/b.py', 'src/lib.rs', 'src/walk.rs', 'lib/x/index.js', 'lib/y.js'];
    const table = moduleTable(paths);
    deepStrictEqual(importsOf('pkg/b.py', ['from .a import run', 'from pkg import a'], table), ['pkg/a.py']);
    deepStrictEqual(importsOf('src/lib.rs', ['mod walk;', 'use crate::walk::Walk;'], table), ['src/walk.rs']);
    deepStrictEqual(importsOf('lib/y.js', ["const x = require('./x');"], table), ['lib/x/index.js']);
    deepStrictEqual(await importersOf(sources, 'src/middleware/csrf.ts'), [
      'src/server.ts',
      'test/middleware/csrf.test.ts',
    ]);
    deepStrictEqual(testsNamedAfter('src/server.ts', sources.index.paths()), ['test/server.test.ts']);
  });

  it('knows what a file says of itself', () => {
    equal(headComment(['// Copyright 2020 A', '', '/**', ' * Reads it.', ' */', 'x']), 'Reads it.');
    equal(headComment(['"""Reads it."""', 'x = 1']), 'Reads it.');
    equal(headComment(['package a', '', '// Reads it.', 'func a() {}']), 'Reads it.');
    equal(headComment(['x = 1', '# no']), '');
  });

  it('knows one letter wrong from two, and forgets names that are gone', () => {
    for (const [typed, word] of [
      ['erorr', 'error'],
      ['signels', 'signals'],
      ['lenth', 'length'],
      ['lengthh', 'length'],
    ] as const)
      ok(isOneEditAway(typed, word), typed);
    for (const [typed, word] of [
      ['cat', 'car'],
      ['error', 'error'],
      ['signles', 'signals'],
    ] as const)
      ok(!isOneEditAway(typed, word), typed);
    const vocabulary = new WordVocabulary();
    vocabulary.add('readWords');
    vocabulary.add('readWords');
    vocabulary.remove('readWords');
    ok(vocabulary.has('words'));
    vocabulary.remove('readWords');
    ok(!vocabulary.has('words'));
  });
});
