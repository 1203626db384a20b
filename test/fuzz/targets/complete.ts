// The text around a cursor, whatever it is, and what a model writes there.

import { deepStrictEqual, ok } from 'node:assert/strict';
import { silenceBefore } from '../../../src/complete/attempt.ts';
import { scanBrackets } from '../../../src/complete/brackets.ts';
import { toDocumentIndentation } from '../../../src/complete/documentIndentation.ts';
import { endingContext, endingOf, withoutDangling } from '../../../src/complete/ending.ts';
import { fit } from '../../../src/complete/fit.ts';
import { withoutLoops } from '../../../src/complete/repetition.ts';
import { completionScope, stopIndex } from '../../../src/complete/stop.ts';
import { openAtStart } from '../../../src/complete/windowStart.ts';
import type { Random } from '../../../src/base/random.ts';
import type { DocumentWindow } from '../../../src/text/window.ts';
import { clampPosition, detectIndentation, textAfter, textBefore } from '../../../src/text/windowBuilder.ts';
import { isSubsequence } from '../../../src/complete/overlap.ts';
import { chosen, randomText } from '../inputs.ts';
import { code } from '../samples.ts';
import type { FuzzTarget } from '../target.ts';

const languages = [
  ...[
    'typescript',
    'typescriptreact',
    'javascript',
    'python',
    'go',
    'rust',
    'java',
    'cpp',
    'csharp',
    'php',
    'ruby',
  ],
  ...[
    'shellscript',
    'html',
    'vue',
    'markdown',
    'lua',
    'haskell',
    'clojure',
    'sql',
    'css',
    'yaml',
    'ini',
    'perl',
    'swift',
  ],
  ...['terraform', 'makefile', 'plaintext', 'elixir', 'kotlin', 'scala', 'dart', 'julia', 'nothing-known'],
];

interface Written {
  readonly window: DocumentWindow;
  readonly generated: string;
}

function written(random: Random): Written {
  const document = randomText(code, random);
  const at = Math.floor(random() * (document.length + 1));
  return {
    window: {
      uri: 'file:///a',
      path: 'a',
      languageId: chosen(languages, random),
      version: 1,
      eol: chosen(['\n', '\r\n'] as const, random),
      indentation: { kind: chosen(['spaces', 'tabs'] as const, random), size: chosen([1, 2, 4, 8], random) },
      prefix: document.slice(0, at),
      suffix: document.slice(at),
      startLine: chosen([0, 0, 17], random),
    },
    generated: randomText(code, random).slice(0, 500),
  };
}

const windowTarget = (name: string, check: (written: Written) => void): FuzzTarget => ({
  name,
  make: written,
  check: input => {
    check(input as Written);
  },
});

export const completeTargets: readonly FuzzTarget[] = [
  windowTarget('brackets of a text', ({ window: { prefix, suffix, languageId } }) => {
    const { open, openBefore, closings } = scanBrackets(prefix, languageId);
    ok(openBefore <= open.length);
    let last = -1;
    for (const { index } of closings) {
      ok(index > last && index < prefix.length, 'closings are in the order of the text, within it');
      last = index;
    }
    scanBrackets(suffix, languageId, open, {});
  }),
  windowTarget('the start of a window', ({ window }) => {
    deepStrictEqual(openAtStart({ ...window, startLine: 9 }), openAtStart({ ...window, startLine: 9 }));
  }),
  windowTarget('whether to suggest', ({ window }) => {
    for (const trigger of ['automatic', 'invoke'] as const) silenceBefore(window, trigger);
    completionScope(window, true);
  }),
  windowTarget('where a suggestion stops', ({ window, generated }) => {
    const stop = stopIndex(generated, completionScope(window, true), window);
    if (stop !== undefined) ok(stop >= 0 && stop <= generated.length);
  }),
  windowTarget('how a suggestion ends', ({ window, generated }) => {
    const context = endingContext(window);
    for (const endsLine of [true, false]) endingOf(generated, endsLine, context);
    ok(generated.startsWith(withoutDangling(generated)));
    withoutLoops(generated, window.prefix);
  }),
  windowTarget('fitting a suggestion in', ({ window, generated }) => {
    const fitted = fit(generated, window);
    if (fitted.kind !== 'fitted') return;
    ok(fitted.text !== '', 'nothing is shown');
    ok(
      fitted.text.split(window.eol).every(line => line === line.trimEnd()),
      'a line ends in white space',
    );
    const [rest = ''] = window.suffix.split(/\r?\n|\r/);
    ok(fitted.replaceAfter >= 0 && fitted.replaceAfter <= rest.length, 'more than the line is replaced');
    ok(isSubsequence(rest.slice(0, fitted.replaceAfter), fitted.text), 'what is replaced is lost');
  }),
  windowTarget("the document's indentation", ({ window, generated }) => {
    const once = toDocumentIndentation(generated.replace(/\r\n?/g, '\n'), window);
    deepStrictEqual(toDocumentIndentation(once, window), once);
    detectIndentation(window.prefix);
  }),
  windowTarget('windows of a document', ({ window: { prefix, suffix }, generated }) => {
    const lines = `${prefix}${suffix}`.split('\n');
    const source = { lineCount: lines.length, lineText: (line: number) => lines[line] ?? '' };
    const wanted = { line: generated.length - 3, character: prefix.length % 80 };
    const position = clampPosition(source, wanted);
    for (const limit of [0, 1, 50, 10_000]) {
      const before = textBefore(source, position, '\n', limit);
      ok(before.text.length <= limit && before.startLine >= 0 && before.startLine <= position.line);
      ok(textAfter(source, position, '\n', limit).length <= limit);
    }
  }),
];
