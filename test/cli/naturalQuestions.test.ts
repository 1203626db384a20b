// Questions of newcomers: what the file of them holds, and how an answer is judged by them.

import { deepStrictEqual as equal, ok, throws } from 'node:assert';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ChatEvent } from '../../src/chat/model/types.ts';
import { rankOf, questionsAbout } from '../../src/cli/naturalQuestions.ts';
import { shownFiles } from '../../src/cli/shownFiles.ts';

const file = fileURLToPath(new URL('../bench/naturalQuestions.json', import.meta.url));
const here = fileURLToPath(new URL('..', import.meta.url));

describe('questions of newcomers', () => {
  it('are many, of many repositories and languages, half of them for reporting only', () => {
    const { repositories } = JSON.parse(readFileSync(file, 'utf8')) as {
      repositories: { use: string; language: string; questions: unknown[]; commit: string }[];
    };
    ok(repositories.reduce((sum, { questions }) => sum + questions.length, 0) >= 200);
    ok(repositories.length >= 10);
    ok(new Set(repositories.map(({ language }) => language)).size >= 6);
    equal(repositories.filter(({ use }) => use === 'report').length, repositories.length / 2);
    for (const { commit } of repositories) ok(/^[\da-f]{40}$/.test(commit));
  });

  it('say which commit has none', () => {
    throws(() => questionsAbout(here, file), /has no questions about commit [\da-f]{40}/);
  });

  const ranks = [
    [['src/a.ts'], ['src/b.ts', 'src/a.ts'], 1],
    [['src/'], ['lib/a.ts', 'src/deep/a.ts'], 1],
    [['src/'], ['src'], 0],
    [['src/a.ts'], ['src/a.tsx'], -1],
  ] as const;
  for (const [files, found, rank] of ranks)
    it(`ranks ${files.join()} in ${found.join()} as ${rank}`, () => {
      equal(rankOf({ kind: 'where', text: '', files: [...files] }, found), rank);
    });
});

describe('files that an answer shows', () => {
  it('are those quoted and those named, each once and in order', () => {
    const citation = { path: 'src/b.ts', line: 1, endLine: 2, score: 1, languageId: 'typescript', text: '' };
    const events: ChatEvent[] = [
      { kind: 'markdown', text: 'It is in `src/a.ts:3-9`, by `parse`, in `src/`.' },
      { kind: 'snippet', citation },
      { kind: 'markdown', text: '`src/a.ts`' },
    ];
    equal(
      shownFiles(events, path => ['src', 'src/a.ts', 'src/b.ts'].includes(path)),
      ['src/a.ts', 'src', 'src/b.ts'],
    );
  });
});
