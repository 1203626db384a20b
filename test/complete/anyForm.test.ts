// Whatever is generated at whatever cursor: nothing throws, and no closer that stands there is doubled.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { scanBrackets } from '../../src/complete/brackets.ts';
import { fit } from '../../src/complete/fit.ts';
import { cursorPlace } from '../../src/complete/place.ts';
import { currentLine } from '../../src/text/window.ts';
import { cursorIn } from './cursor.ts';

describe('complete/fit: any text at any cursor', () => {
  const languages = [
    ...[
      'typescript',
      'typescriptreact',
      'javascript',
      'python',
      'go',
      'rust',
      'java',
      'csharp',
      'cpp',
      'php',
      'ruby',
    ],
    ...[
      'html',
      'vue',
      'svelte',
      'css',
      'json',
      'yaml',
      'lua',
      'shellscript',
      'kotlin',
      'swift',
      'sql',
      'markdown',
    ],
  ];
  const piece = fc.constantFrom(
    ...[
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      '"',
      "'",
      '`',
      '"""',
      '${',
      '#{',
      '{{',
      '}}',
      '<?php ',
      '?>',
      '<<EOF\n',
      'EOF\n',
    ],
    ...[
      '/*',
      '*/',
      '//',
      '#',
      '--',
      '--[[',
      '\\',
      ';',
      ',',
      ':',
      '<div>',
      '</div>',
      '<p ',
      '/>',
      '>',
      ' = ',
      '=>',
    ],
    ...[
      'a',
      'foo',
      'if ',
      'do\n',
      'end\n',
      'fi\n',
      'f"',
      "r'",
      '$"',
      ' ',
      '\n',
      '\r\n',
      '    ',
      '\t',
      '😀',
      '\0',
      '\ud83d',
    ],
  );
  const text = fc.array(piece, { maxLength: 20 }).map(pieces => pieces.join(''));
  const place = fc
    .record({
      prefix: text,
      suffix: text,
      languageId: fc.constantFrom(...languages),
      startLine: fc.constantFrom(0, 50),
    })
    .map(changes => cursorIn('|', changes));

  it('throws nowhere', () => {
    fc.assert(
      fc.property(text, place, (generated, window) => {
        fit(generated, window);
      }),
      { numRuns: 5_000 },
    );
  });

  it('doubles no closer that stands there', () => {
    const call = fc.constantFrom(
      ...([
        ['(', ')'],
        ['[', ']'],
        ['{', '}'],
        ['f(a, [', '])'],
        ['f({ a: ', ' })'],
        ['"', '"'],
        ['f("', '")'],
      ] as const),
    );
    const end = fc.constantFrom('', ';', ',', ');', ' {');
    const code = languages.filter(
      languageId => !['markdown', 'html', 'vue', 'svelte', 'yaml'].includes(languageId),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...code),
        call,
        end,
        text,
        (languageId, [before, closers], ending, generated) => {
          const lead = languageId === 'php' ? '<?php\n' : '';
          const window = cursorIn('|', {
            languageId,
            prefix: `${lead}x = ${before}`,
            suffix: `${closers}${ending}`,
          });
          const found = fit(generated, window);
          if (found.kind === 'none') return;
          const { after } = currentLine(window);
          const { open } = cursorPlace(window);
          const document = `${found.text}${after.slice(found.replaceAfter)}`;
          const untouched = scanBrackets(after, languageId, open);
          const changed = scanBrackets(document, languageId, open);
          // What the text leaves open at its end, what stands there closes first.
          const own = scanBrackets(found.text, languageId, open);
          if (own.open.length > own.openBefore) return;
          assert.ok(
            changed.closings.length <= Math.max(untouched.closings.length, open.length),
            JSON.stringify(document),
          );
          if (untouched.stray === undefined) assert.equal(changed.stray, undefined, JSON.stringify(document));
        },
      ),
      { numRuns: 5_000 },
    );
  });
});
