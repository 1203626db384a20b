// What a short evaluation looks at: deterministic, within its limits, and fair to every part of the files.

import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { seededRandom } from '../../src/base/random.ts';
import { completeLine, LineFigures, lineCursors } from '../../src/evaluate/lineCompletion.ts';
import { filesToScore, sampleSizes, stretchesToType } from '../../src/evaluate/sample.ts';
import { bundledEngine } from '../support/engine.ts';

const texts = Array.from({ length: 6 }, (_, file) =>
  Array.from({ length: 40 + 10 * file }, (_, line) => `  value${line} = call(${file}, ${line * 7}); \n`).join(
    '',
  ),
);

describe('evaluate/sample', () => {
  it('keeps the proportions of the three measurements', () => {
    deepStrictEqual(sampleSizes(40_000), { tokens: 40_000, cursors: 500, typed: 20_000 });
    deepStrictEqual(sampleSizes(1), { tokens: 1, cursors: 1, typed: 1 });
  });

  it('types everything, in one stretch a file, where the limit allows', () => {
    deepStrictEqual(
      stretchesToType(texts, 1e6, seededRandom(1)),
      texts.map((text, file) => ({ file, from: 0, to: text.length })),
    );
  });

  it('types whole lines, about as much as was asked for, the same for the same seed', () => {
    const stretches = stretchesToType(texts, 3000, seededRandom(1));
    const typed = stretches.reduce((sum, { from, to }) => sum + to - from, 0);
    ok(typed >= 3000 && typed < 3600, String(typed));
    for (const { file, from, to } of stretches) {
      ok(from === 0 || texts[file]?.[from - 1] === '\n');
      ok(texts[file]?.[to - 1] === '\n');
    }
    deepStrictEqual(stretchesToType(texts, 3000, seededRandom(1)), stretches);
    ok(JSON.stringify(stretchesToType(texts, 3000, seededRandom(2))) !== JSON.stringify(stretches));
  });

  it('scores whole files and cuts the last at a line end', async () => {
    const { tokenizer } = await bundledEngine();
    const files = texts.map((text, index) => ({ path: `f${index}.ts`, text }));
    const sizes = files.map(({ text }) => tokenizer.encode(text).length);
    const limit = Math.floor(sizes.reduce((sum, size) => sum + size, 0) / 2);
    const chosen = filesToScore(files, limit, tokenizer, seededRandom(3));
    const total = chosen.reduce((sum, { text }) => sum + tokenizer.encode(text).length, 0);
    ok(total <= limit && total > limit - 100, `${total} of ${limit}`);
    for (const { path, text } of chosen) {
      const whole = files.find(file => file.path === path)?.text ?? '';
      ok(whole.startsWith(text) && text.endsWith('\n'));
    }
    strictEqual(filesToScore(files, 1e9, tokenizer, seededRandom(3)).length, files.length);
  });
});

describe('evaluate/lineCompletion', () => {
  it('puts cursors inside lines, each once', () => {
    const odd = ['', '\n\n', 'ab\n', '   abc   \n\tx😀yz', ...texts];
    const cursors = lineCursors(odd, 500, seededRandom(1));
    strictEqual(cursors.length, 500);
    strictEqual(new Set(cursors.map(({ file, offset }) => `${file} ${offset}`)).size, 500);
    for (const { file, offset, lineEnd } of lineCursors(odd, 1e6, seededRandom(1))) {
      const text = odd[file] ?? '';
      const before = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
      ok(before === '' || before.trim() !== '' || !/\s/.test(text[offset] ?? ''));
      ok(!text.slice(offset, lineEnd).includes('\n') && lineEnd - offset >= 3);
      ok(/\S/.test(text[lineEnd - 1] ?? ''));
    }
    deepStrictEqual(
      lineCursors(['   abc   \n\tx😀yz'], 9, seededRandom(1)).map(({ offset }) => offset),
      [3, 11, 12],
    );
  });

  it('shows what is before, and what follows the line unless that is hidden, never its rest', async () => {
    const text = 'one\n  two = three;  \nfour\n';
    const figures = new LineFigures();
    const [offset, lineEnd] = [text.indexOf('three'), text.indexOf(';') + 1];
    const ask = (showsAfter: boolean) =>
      completeLine(
        ({ window, trigger, showThreshold, multiLine }) => {
          strictEqual(window.prefix, 'one\n  two = ');
          strictEqual(window.suffix, showsAfter ? '\nfour\n' : '');
          deepStrictEqual([trigger, showThreshold, multiLine], ['invoke', 0, false]);
          return Promise.resolve({
            kind: 'completion',
            items: [{ text: 'threw;', replaceAfter: 0, probability: 0.1 }],
            source: 'network',
            timings: { totalMs: 1, runs: 1, tokens: 1 },
          });
        },
        'u',
        text,
        { file: 0, offset, lineEnd },
        { path: 'a.ts', languageId: 'typescript', indentation: { kind: 'spaces', size: 2 } },
        showsAfter,
      );
    const answer = await ask(true);
    strictEqual(await ask(false), answer);
    figures.add(answer, text.slice(offset, lineEnd), true);
    strictEqual(figures.lineExact, 0);
    strictEqual(figures.lineSimilarity, 1 - 1 / 6);
    figures.add('same ', 'same', true);
    figures.add('other', 'same', false);
    figures.add('same', 'same', true);
    strictEqual(figures.lineExact, 0.5);
    strictEqual(figures.renamedLineExact, 2 / 3);
  });
});
