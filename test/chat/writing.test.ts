// What /write and /fix give: the piece that was asked for at its place, and no repetitions, with a predictor that knows
// how the file goes on.

import { deepStrictEqual, equal, match, ok } from 'node:assert/strict';
import { neverCancelled } from '../../src/base/cancellation.ts';
import type { ChatEvent, ChatRequest } from '../../src/chat/model/types.ts';
import { write } from '../../src/chat/writing/writing.ts';
import { planWriting } from '../../src/chat/writing/writingPlan.ts';
import { faultOf } from '../../src/chat/writing/writtenQuality.ts';
import { freshPart } from '../../src/chat/writing/writtenRepeats.ts';
import { PromptBuilder } from '../../src/complete/context.ts';
import { cursorIn } from '../complete/cursor.ts';
import { bundledEngine } from '../support/engine.ts';
import { KnowingPredictor } from '../support/enginePredictor.ts';
import { requestOf, sampleFiles, sourcesOf } from './support/sampleSources.ts';

const typescript = { path: 'src/a.ts', languageId: 'typescript' } as const;

/** The events, where the network knows `file`, and less well `other`. */
async function writtenBy(file: string, request: ChatRequest, other = ''): Promise<readonly ChatEvent[]> {
  const { vocabulary, tokenizer } = await bundledEngine();
  const predictor = new KnowingPredictor(vocabulary, [
    { text: file, weight: 2 },
    { text: other, weight: 1 },
  ]);
  const prompts = new PromptBuilder(tokenizer, { header: '', separator: 8184 });
  const parts = { predictor, vocabulary, prompts, modelName: 'knowing' };
  const events: ChatEvent[] = [];
  for await (const event of write(request, await sourcesOf(sampleFiles), parts, neverCancelled))
    events.push(event);
  return events;
}

const codeOf = (events: readonly ChatEvent[]): string =>
  events.map(event => (event.kind === 'token' ? event.text : '')).join('');
const targetOf = (events: readonly ChatEvent[]) => events.find(event => event.kind === 'code')?.target;

describe('chat/writing', () => {
  it('writes below the wish, to the end of the statement', async () => {
    const wish = '// warn twice\n';
    const file = `const a = 1;\n${wish}export function warnTwice() {\n  warn();\n}\nexport const b = 2;\n`;
    const activeFile = cursorIn('const a = 1;\n|', typescript);
    const events = await writtenBy(file, requestOf('warn twice', { command: 'write', activeFile }));
    equal(codeOf(events), `${wish}export function warnTwice() {\n  warn();\n}`);
    deepStrictEqual(targetOf(events), { kind: 'insert', path: 'src/a.ts', line: 2, column: 1 });
  });

  it('shows the nearest code instead of what is cut off where it would go round', async () => {
    const round = '  first(names);\n  second(names);\n';
    const file = `// remove from stock\nfunction removeStock() {\n${round.repeat(9)}}\n`;
    const activeFile = cursorIn('|', typescript);
    const asked = requestOf('remove from stock', { command: 'write', activeFile });
    const events = await writtenBy(file, asked);
    equal(codeOf(events), '');
    const declined = events.find(event => event.kind === 'declined');
    equal(declined?.reason, 'nothing-generated');
    match(declined.text, /wants a larger model: .*`tinymemory\.modelFolder`/);
    equal(declined.nearest[0]?.symbol, 'removeFromStock');
  });

  it('takes its next choice where the first leads round', async () => {
    const head = '// go\nfunction go() {\n  lookup(names);\n';
    const activeFile = cursorIn('|', typescript);
    const asked = requestOf('go', { command: 'write', activeFile });
    const events = await writtenBy(
      head + '  lookup(names);\n'.repeat(9),
      asked,
      `${head}  return names;\n}\n`,
    );
    equal(codeOf(events), `${head}  return names;\n}`);
  });

  it('writes nothing where it would only say the wish again', async () => {
    const file = '// read the file\n'.repeat(9);
    const activeFile = cursorIn('|', typescript);
    const events = await writtenBy(file, requestOf('read the file', { command: 'write', activeFile }));
    ok(events.some(event => event.kind === 'declined' && event.reason === 'nothing-generated'));
  });

  describe('/fix', () => {
    const head = 'const a = 1;\n\nfunction half(n: number): number {\n';
    const activeFile = cursorIn(`${head}  return n| * 2;\n}\n\nconst b = 2;\n`, typescript);

    it('keeps the declaration of the function at the cursor, as it stands in the editor', async () => {
      const file = `const a = 1;\n\n// halve it\nfunction half(n: number): number {\n  return n / 2;\n}\n\nconst c = 3;\n`;
      const events = await writtenBy(file, requestOf('halve it', { command: 'fix', activeFile }));
      equal(codeOf(events), 'function half(n: number): number {\n  return n / 2;\n}');
      deepStrictEqual(targetOf(events), { kind: 'replace', path: 'src/a.ts', line: 3, endLine: 5 });
      ok(events.some(event => event.kind === 'markdown' && event.text.includes('`half`')));
    });

    it('writes selected lines anew, and only these', async () => {
      const selection = {
        kind: 'selection',
        path: 'src/a.ts',
        languageId: 'typescript',
        startLine: 4,
        endLine: 4,
        text: '  return n * 2;',
      } as const;
      const asked = requestOf('', { command: 'fix', activeFile, references: [selection] });
      const events = await writtenBy(`${head}  return n / 2;\n}\n`, asked);
      equal(codeOf(events), '  return n / 2;');
      deepStrictEqual(targetOf(events), { kind: 'replace', path: 'src/a.ts', line: 4, endLine: 4 });
    });

    it('says what to do where there is no function, and no editor', async () => {
      for (const changed of [{ activeFile: cursorIn('const a = |1;\n', typescript) }, {}]) {
        const [event] = await writtenBy('', requestOf('', { command: 'fix', ...changed }));
        ok(event?.kind === 'declined' && event.reason === 'no-selection');
        match(event.text, /put the cursor in a function/);
      }
    });
  });
});

describe('chat/writtenQuality', () => {
  const path = { go: 'a.go', typescript: 'src/a.ts', python: 'a.py' } as const;

  /** The fault of `text` at the cursor of an otherwise empty file, where the network was as sure as said. */
  async function check(
    language: keyof typeof path,
    wish: string,
    text: string,
    expected: RegExp | undefined,
    confidence = 0.9,
  ): Promise<void> {
    const window = cursorIn('|', { path: path[language], languageId: language });
    const plan = await planWriting(requestOf(wish, { command: 'write', activeFile: window }), undefined);
    ok(!('reason' in plan));
    const pieces = text.split(/(?<=\s)/).map(each => ({ text: each, confidence }));
    const fault = await faultOf(pieces, plan, { command: 'write', text: wish }, await sourcesOf(sampleFiles));
    if (expected === undefined) equal(fault, undefined, text);
    else match(fault ?? 'no fault', expected, text);
  }

  it('refuses what goes round, whether in lines, conditions or calls', async () => {
    const wish = 'a function that returns the client ip as string';
    await check('go', wish, 'if a < 0 || a < 0 || a < 0 {\n}', /goes round/);
    await check('go', wish, 'c.app.toString(c.app.toString(c.app.toString(c)))', /goes round/);
    const method =
      'client(id: number): string {\n  const ip = this.all.get(id);\n  if (ip === undefined) return none(`${id} is unknown`);\n  return ip;\n}\n';
    await check('typescript', wish, method.repeat(2), /goes round/);
    await check('typescript', wish, 'ip(a);\nstring(b);\nip(a);\nstring(b);\n', /goes round/);
    await check('python', wish, "x = {'client': 1, 'client': 1, 'client': 1}", /goes round/);
  });

  it('refuses guesses, what was not asked for, unheard-of names and what does not parse', async () => {
    const wish = 'warn twice';
    const good = 'function warnTwice(text: string) {\n  warn(text);\n  warn(`again: ${text}`);\n}';
    await check('typescript', wish, good, undefined);
    await check('typescript', wish, good, /guess/, 0.2);
    await check('typescript', 'paint an elephant', good, /nothing to do with the wish/);
    await check('typescript', wish, good.replace('again', 'x').replace('  warn(t', '  scream(t'), /`scream`/);
    await check('typescript', wish, good.replace('{\n', '{{(\n'), /does not parse/);
    await check('python', wish, 'def warn_twice(text):\n    warn(text)\n    return text', undefined);
    await check('go', wish, 'func warnTwice(text string) {\n\twarn(text)\n', /does not parse/);
  });
});

describe('chat/writtenRepeats', () => {
  /** The bar stands where the new part ends; `!` behind it where a repetition follows. */
  const check = (marked: string, before = ''): void => {
    const upTo = marked.indexOf('|');
    const text = marked.replace(/\|!?/, '');
    deepStrictEqual(freshPart(text, before), { upTo, isOver: marked.includes('|!') }, marked);
  };

  it('ends before a round of one line to three', () => {
    check('firstly();|!\nfirstly();\n');
    check('firstly();\nsecond();|!\nfirstly();\nsecond();\n');
    check('firstly();\nsecond();\nthird();|!\nfirstly();\nsecond();\nthird();\n');
    check('|!firstly();\n', 'second();\nfirstly();\n');
    check('|!stly();\n', 'firstly();\nfir');
  });

  it('holds back what may become one', () => {
    check('firstly();|\nfi');
    check('firstly();\nsecond();|\nfirstly();\nsec');
    check('firstly();|\n  ');
    check('firstly();\nfinally|');
    check('firstly();\nsecond();\nfirstly();\nthird|');
  });

  it('takes slight lines for no repetition', () => {
    check('  }\n}\n}\nx|');
    check('[\n1,\n1,\n1,\n2|');
  });

  it('ends a loop within a line', () => {
    check('const a = b +| b + b + b + b + b + b'.replace('|', '').replace('= b +', '= b +|!'));
  });
});
