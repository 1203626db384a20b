// Prompts: what they hold, that they fit, and that their beginning stays while the user types.

import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { PromptBuilder } from '../../src/complete/context.ts';
import type { Prompt, PromptFormat } from '../../src/complete/context.ts';
import { finish, WorkspaceMemory } from '../../src/memory/workspaceMemory.ts';
import type { DocumentWindow } from '../../src/text/window.ts';
import { normalizeLineEnds } from '../../src/text/window.ts';
import { textBefore } from '../../src/text/windowBuilder.ts';
import type { Tokenizer } from '../../src/tokenizer/tokenizer.ts';
import { encodeBytes } from '../../src/tokenizer/tokenizer.ts';
import { bundledEngine, repository } from '../support/engine.ts';
import { cursorIn } from './cursor.ts';

const separator = 8184;
const format: PromptFormat = { header: '// {path}\n', separator };
const budget = 200;

let tokenizer: Tokenizer;

/** The prompt fits the budget and spells the header, then the end of the text before the cursor. Gives that end. */
function check(
  window: DocumentWindow,
  prompts = new PromptBuilder(tokenizer, format),
  header = `// ${window.path}\n`,
  budgetTokens = budget,
): { prompt: Prompt; body: string } {
  const prompt = prompts.build(window, budgetTokens);
  ok(prompt.tokens.length >= 1 && prompt.tokens.length <= budgetTokens, `${prompt.tokens.length} tokens`);
  strictEqual(prompt.tokens[0], separator);
  const spelt = prompt.tokens.map(id => tokenizer.tokenBytes[id] ?? '').join('') + prompt.typed;
  ok(spelt.startsWith(encodeBytes(header)), JSON.stringify(spelt.slice(0, 40)));
  const body = spelt.slice(encodeBytes(header).length);
  const text = encodeBytes(normalizeLineEnds(window.prefix).toWellFormed());
  ok(text.endsWith(body), `${JSON.stringify(body.slice(0, 60))} is not the end of the text`);
  return { prompt, body };
}

const source = ['client/client', 'protocol/engineApi', 'entry', 'engine/loadEngine']
  .map(name => readFileSync(`${repository}src/worker/${name}.ts`, 'utf8'))
  .join('');
const lines = source.split('\n').slice(0, 400);

function windowAt(line: number, character: number): DocumentWindow {
  const lineSource = { lineCount: lines.length, lineText: (at: number) => lines[at] ?? '' };
  const { text, startLine } = textBefore(lineSource, { line, character }, '\n');
  return cursorIn('|', { prefix: text, startLine, path: 'a.ts' });
}

function commonPrefix(left: readonly number[], right: readonly number[]): number {
  const at = left.findIndex((token, index) => token !== right[index]);
  return at === -1 ? left.length : at;
}

describe('complete/context', () => {
  before(async () => {
    ({ tokenizer } = await bundledEngine());
  });

  it('gives the whole of a short text, the last piece backed off', () => {
    const { prompt, body } = check(cursorIn('const x = 1;\nconst lon|g'));
    strictEqual(body, 'const x = 1;\nconst lon');
    strictEqual(prompt.typed, ' lon');
    strictEqual(check(cursorIn('f(|)')).prompt.typed, '(');
  });

  it('asks for a beginning where there is no text', () => {
    const { prompt, body } = check(cursorIn('|'));
    strictEqual(body, '');
    strictEqual(prompt.typed, '');
    const bare = new PromptBuilder(tokenizer, { header: '', separator: undefined });
    strictEqual(bare.build(cursorIn('|'), budget).tokens.length, 1);
  });

  it('writes the path into the header as it is', () => {
    for (const path of ['src/a b/日本.ts', "routes/$id/$&/$$/$`$'.ts", '{path}.ts']) {
      check(cursorIn('let a|', { path }), undefined, `// ${path}\n`);
    }
    check(cursorIn('let a|', { path: '' }), undefined, '// untitled\n');
  });

  it('stays within the budget however long the path is', () => {
    const prompts = new PromptBuilder(tokenizer, format);
    const window = cursorIn('const value = 1;\nconst other = |', { path: 'very/long/'.repeat(200) });
    for (const budgetTokens of [2, 3, 8, 50, 200]) {
      const { tokens } = prompts.build(window, budgetTokens);
      ok(tokens.length >= 1 && tokens.length <= budgetTokens, `${tokens.length} of ${budgetTokens}`);
    }
  });

  it('reads CRLF and lone CR as line ends', () => {
    strictEqual(check(cursorIn('a = 1\r\nb = 2\rc =|')).body, 'a = 1\nb = 2\nc =');
    const { prompt } = check(cursorIn('if x:\r\n    y|'));
    strictEqual(prompt.typed, 'y');
  });

  it('cuts a line that alone is too long, wherever that falls', () => {
    for (const unit of ['abc def ', 'x', '日本', '😀', 'é', '\ud83d', ' ']) {
      const prefix = unit.repeat(Math.ceil(12_000 / unit.length)).slice(0, 12_000);
      const { prompt } = check(cursorIn('|', { prefix: prefix.toWellFormed() }));
      ok(prompt.tokens.length > 1 || prompt.typed !== '', JSON.stringify(unit));
    }
  });

  it('gives memory the text after the cursor, from the end of its line on', () => {
    const spelt = (text: string) =>
      check(cursorIn(text))
        .prompt.after?.tokens.map(id => tokenizer.tokenBytes[id])
        .join('');
    strictEqual(spelt('a = |1;\r\nb = 2;\r\n'), '\nb = 2;\n');
    strictEqual(spelt('a = |1;\n  \n'), undefined);
    strictEqual(spelt('a = |1;'), undefined);
  });

  it('does not back off very long pieces', () => {
    strictEqual(check(cursorIn(`a${' '.repeat(200)}|`)).prompt.typed, '');
  });

  it('keeps its beginning while a file is typed, character by character', () => {
    const prompts = new PromptBuilder(tokenizer, format);
    let last: readonly number[] = [];
    let moves = 0;
    let run = 0;
    for (const [line, text] of lines.entries()) {
      for (let character = 0; character <= text.length; character++) {
        const { tokens } = prompts.build(windowAt(line, character), budget);
        ok(tokens.length <= budget);
        const common = commonPrefix(last, tokens);
        // Healing and merging change the last few tokens; more than that is a move.
        if (common < last.length - 16) moves++;
        run += tokens.length - common;
        last = tokens;
      }
    }
    const all = tokenizer.encode(lines.join('\n')).length;
    ok(moves >= 3 && moves <= (2.6 * all) / budget, `${moves} moves in ${all} tokens`);
    // Without the anchor it would be some hundred tokens for each of the 14,000 keystrokes.
    ok(run < 6 * all, `${run} tokens run to type ${all}`);
  }).timeout(60_000);

  it('keeps its beginning over backspace', () => {
    const prompts = new PromptBuilder(tokenizer, format);
    const long = prompts.build(windowAt(200, 10), budget).tokens;
    const short = prompts.build(windowAt(200, 4), budget).tokens;
    ok(commonPrefix(short, long) >= short.length - 4);
  });

  it('gives a good share of the budget after any jump', () => {
    const prompts = new PromptBuilder(tokenizer, format);
    for (const line of [399, 50, 398, 10, 390, 0, 200, 150, 399]) {
      const { prompt } = check(windowAt(line, 0), prompts);
      const available = tokenizer.encode(windowAt(line, 0).prefix).length;
      ok(prompt.tokens.length >= Math.min(available, 0.2 * budget), `line ${line}: ${prompt.tokens.length}`);
    }
  });

  it('keeps documents apart', () => {
    const prompts = new PromptBuilder(tokenizer, format);
    const at = (line: number, uri: string) => prompts.build({ ...windowAt(line, 0), uri }, budget).tokens;
    const before = at(300, 'a');
    at(100, 'b');
    ok(commonPrefix(before, at(301, 'a')) >= before.length - 4);
  });

  describe('with the text after the cursor', () => {
    const infill = { prefix: 8185, suffix: 8186, middle: 8187 };
    const infilling: PromptFormat = { ...format, infill };

    /** The prompt is header, announced suffix and text before the cursor; gives the suffix's text. */
    function suffixIn(window: DocumentWindow, budgetTokens = budget): string | undefined {
      const { tokens } = new PromptBuilder(tokenizer, infilling).build(window, budgetTokens);
      ok(tokens.length <= budgetTokens, `${tokens.length} tokens`);
      const start = tokens.indexOf(infill.prefix);
      if (start === -1) return undefined;
      const end = tokens.indexOf(infill.middle);
      strictEqual(tokenizer.decode(tokens.slice(0, start)), `// ${window.path}\n`);
      strictEqual(tokens[start + 1], infill.suffix);
      ok(normalizeLineEnds(window.prefix).includes(tokenizer.decode(tokens.slice(end + 1))));
      return tokenizer.decode(tokens.slice(start + 2, end));
    }

    it('puts it before the text before the cursor, from the end of the line on', () => {
      strictEqual(suffixIn(cursorIn('f(|)\nend')), '\nend');
      strictEqual(suffixIn(cursorIn('f(|)\r\nend\r\n')), '\nend\n');
    });

    it('gives none where no line with text follows, or the model was shown none', () => {
      strictEqual(suffixIn(cursorIn('f(|)')), undefined);
      strictEqual(suffixIn(cursorIn('f(|)\n  \n')), undefined);
      const { tokens } = new PromptBuilder(tokenizer, format).build(cursorIn('f(|)\nend'), budget);
      ok(!tokens.includes(infill.prefix));
    });

    it('leaves most of the budget to the text before the cursor', () => {
      const prefix = lines.join('\n');
      for (const budgetTokens of [4, 8, 16, 50, 200, 1000]) {
        const window = cursorIn('|', { prefix, suffix: `\n${prefix}`.slice(0, 4000) });
        const suffix = suffixIn(window, budgetTokens) ?? '';
        ok(tokenizer.encode(suffix).length <= Math.min(96, budgetTokens / 4));
      }
    });

    it('keeps its beginning while a line is typed above others, with brackets closed by the editor', () => {
      const prompts = new PromptBuilder(tokenizer, infilling);
      const rest = `\n${lines.slice(200, 260).join('\n')}`;
      const start = prompts.build({ ...windowAt(199, 0), suffix: rest }, budget).tokens;
      const typed = 'const found = call(first, [second]);';
      for (let at = 1; at <= typed.length; at++) {
        const window = windowAt(199, 0);
        const prefix = window.prefix + typed.slice(0, at);
        const closing = '()[]'.includes(typed[at - 1] ?? '') ? ')' : '';
        const { tokens } = prompts.build({ ...window, prefix, suffix: closing + rest }, budget);
        ok(commonPrefix(start, tokens) >= start.length - 4, typed.slice(0, at));
      }
    });
  });

  describe('beside a file of the workspace', () => {
    const joining: PromptFormat = { ...format, joinsFiles: true };
    const workspace = new WorkspaceMemory(8192);
    let other: readonly number[];

    before(() => {
      other = tokenizer.encode(`// b.ts\n${lines.slice(0, 60).join('\n')}`);
      finish(workspace.update([{ path: 'b.ts', tokens: other }]));
    });

    it('shows the beginning of the file first, then the document as ever', () => {
      const window = cursorIn('let a = 1;\nlet b|', { path: 'a.ts' });
      const { tokens } = new PromptBuilder(tokenizer, joining).build(window, budget, workspace);
      const own = new PromptBuilder(tokenizer, joining).build(window, budget).tokens;
      const shown = tokens.slice(0, tokens.length - own.length);
      deepStrictEqual(tokens.slice(shown.length), own);
      strictEqual(shown[0], separator);
      ok(shown.length > 0.3 * budget && shown.length <= 0.4 * budget, `${shown.length} tokens`);
      deepStrictEqual(shown.slice(1), other.slice(0, shown.length - 1));
    });

    it('shows none where the model saw single files, or nothing is remembered', () => {
      const window = cursorIn('let a = 1;\nlet b|', { path: 'a.ts' });
      const own = new PromptBuilder(tokenizer, format).build(window, budget).tokens;
      deepStrictEqual(new PromptBuilder(tokenizer, format).build(window, budget, workspace).tokens, own);
      const prompts = new PromptBuilder(tokenizer, joining);
      ok(prompts.build(window, budget, workspace).tokens.length > own.length);
      deepStrictEqual(prompts.build(window, budget, new WorkspaceMemory(8192)).tokens, own);
    });

    it('gives its place to the document as that grows, at once', () => {
      const larger = 2 * budget;
      const prompts = new PromptBuilder(tokenizer, joining);
      let last: readonly number[] = [];
      let moves = 0;
      for (let line = 0; line < 20; line++) {
        const { tokens } = prompts.build(windowAt(line, 0), larger, workspace);
        ok(tokens.length <= larger, `${tokens.length} tokens`);
        if (commonPrefix(last, tokens) < last.length - 16) moves++;
        last = tokens;
      }
      strictEqual(moves, 1);
      deepStrictEqual(last, new PromptBuilder(tokenizer, format).build(windowAt(19, 0), larger).tokens);
    });

    it('chooses anew when far more is known', () => {
      const prompts = new PromptBuilder(tokenizer, joining);
      const growing = new WorkspaceMemory(8192);
      const spelt = () => tokenizer.decode(prompts.build(windowAt(3, 0), budget, growing).tokens);
      finish(growing.update([{ path: 'b.ts', tokens: tokenizer.encode('// b.ts\n' + 'x;\n'.repeat(60)) }]));
      ok(spelt().includes('b.ts'));
      const alike = tokenizer.encode(`// c.ts\n${lines.join('\n')}`);
      finish(growing.update([{ path: 'c.ts', tokens: alike }]));
      ok(spelt().includes('c.ts'));
      growing.clear();
      strictEqual(spelt(), tokenizer.decode(prompts.build(windowAt(3, 0), budget).tokens));
    });
  });

  it('survives lines that vanish above the cursor', () => {
    const prompts = new PromptBuilder(tokenizer, format);
    check(windowAt(300, 0), prompts);
    check(cursorIn('let a = 1;\nlet b|', { path: 'a.ts' }), prompts);
    check({ ...windowAt(300, 0), startLine: 5000 }, prompts);
    check({ ...windowAt(300, 0), startLine: 0 }, prompts);
  });
});
