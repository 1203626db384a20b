// "Which tests cover ...": test files that speak of it or are named after what it is, with what they test.

import type { ChatEvent } from '../model/types.ts';
import { answerThreshold } from '../search/confidence.ts';
import type { PlaceHit } from '../search/placeHits.ts';
import { placeHits } from '../search/placeHits.ts';
import { code, placeOf } from '../search/prose.ts';
import { importersOf, testedBy, testsNamedAfter } from '../search/relations.ts';
import type { ChatSources } from '../search/retrieve.ts';
import { ChunkReader } from '../search/retrieve.ts';
import type { Subject } from '../search/subject.ts';
import { textKind } from '../search/textKind.ts';
import { declineUnknown } from './decline.ts';
import { listed } from './fileText.ts';
import { lineOf } from './find.ts';
import { citationAt, cite } from './snippet.ts';

const maxTests = 6;
const maxCases = 8;
const quotedLines = 12;

export async function* showTests(
  topic: string,
  sources: ChatSources,
): AsyncGenerator<ChatEvent, void, undefined> {
  const hits = await placeHits(sources, topic, 'tests', maxTests);
  const tests = hits.filter(({ path }) => textKind(path) === 'test');
  const [best, ...others] = tests;
  if (best === undefined || best.score < answerThreshold / 2) {
    yield declineUnknown(topic, hits);
    return;
  }
  const tested = testedBy(best.path, sources.index.paths());
  const what = tested.length === 0 ? '' : `, which tests ${listed(tested, 2)}`;
  yield { kind: 'markdown', text: `The tests are in **${code(best.path)}**${what}:\n\n${casesText(best)}` };
  yield { kind: 'snippet', citation: cite(best, topic, quotedLines) };
  const close = others.filter(({ score }) => score >= best.score / 3);
  if (close.length > 0) yield { kind: 'markdown', text: `Also:\n\n${close.map(lineOf).join('')}` };
}

/** The tests of a file: named after it, or importing it. */
export async function* showTestsOf(
  { kind, path }: Subject,
  sources: ChatSources,
): AsyncGenerator<ChatEvent, void, undefined> {
  const paths = [...sources.index.paths()];
  const inside = kind === 'folder' ? paths.filter(each => each.startsWith(`${path}/`)) : [path];
  const named = inside.flatMap(each => testsNamedAfter(each, paths));
  const importing =
    kind === 'file' ? (await importersOf(sources, path)).filter(isTest) : inside.filter(isTest);
  const tests = [...new Set([...named, ...importing])];
  const [first] = tests;
  const file = first === undefined ? undefined : await new ChunkReader(sources).file(first);
  if (first === undefined || file === undefined) {
    yield {
      kind: 'markdown',
      text: `No test in this workspace is named after ${code(path)} or imports it.\n`,
    };
    return;
  }
  yield { kind: 'markdown', text: `The tests of ${code(path)} are in ${listed(tests)}:\n\n` };
  const end = Math.min(file.lines.length, quotedLines);
  yield { kind: 'snippet', citation: citationAt(first, file.lines, 1, end, 1, '') };
}

function isTest(path: string): boolean {
  return textKind(path) === 'test';
}

/** The names of the cases in a test file, as far as it declares them. */
function casesText({ path, lines }: PlaceHit): string {
  const cases: string[] = [];
  for (const [at, line] of lines.entries()) {
    if (cases.length === maxCases) break;
    const name = caseName(line);
    if (name !== '') cases.push(`- ${placeOf(path, at + 1)} ${code(name)}\n`);
  }
  return cases.length === 0 ? '' : `${cases.join('')}\n`;
}

const maxCaseChars = 500;

/** `it('sends a body')`, `def test_body`, `func TestBody`, `#[test] fn body` are by name. */
function caseName(line: string): string {
  if (line.length > maxCaseChars) return '';
  const found =
    /^\s*(?:it|test|describe|context|specify|should)(?:\.\w+)?\s*\(?\s*(["'`])([^"'`]{1,100})\1/.exec(
      line,
    )?.[2] ??
    /^\s*(?:async )?def (test_\w+)/.exec(line)?.[1] ??
    /^func ((?:Test|Example|Benchmark)\w+)/.exec(line)?.[1] ??
    /^\s*(?:public |final )*(?:void|function) (test\w+)/.exec(line)?.[1];
  return found ?? '';
}
