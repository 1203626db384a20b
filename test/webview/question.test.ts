// What is typed into the box: taken apart, and completed.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { completingAt, completionItems } from '../../src/webview/chat/completion.ts';
import { fileReference, parseQuestion } from '../../src/pages/chat/question.ts';

describe('a question', () => {
  /** `command|text|files|selection`. */
  function check(typed: string, expected: string): void {
    const { command, text, files, selection } = parseQuestion(typed);
    assert.equal([command ?? '', text, files.join(','), selection ? 'selection' : ''].join('|'), expected);
  }

  it('may open with a command', () => {
    check('where is it?', '|where is it?||');
    check('/find where is it?', 'find|where is it?||');
    check('  /HELP ', 'help|||');
    check('/find\nit', 'find|it||');
    check('/finding it', '|/finding it||');
    check('/', '|/||');
    check('/usr/bin is what?', '|/usr/bin is what?||');
    check('what is /find', '|what is /find||');
  });

  it('names files and the selection', () => {
    check('/explain @src/a.ts', 'explain|src/a.ts|src/a.ts|');
    check(
      '@src/a.ts, @"my file.ts" and @src/a.ts.',
      '|src/a.ts, my file.ts and src/a.ts.|src/a.ts,my file.ts|',
    );
    check('/fix #selection please', 'fix|please||selection');
    check('#SELECTION', '|||selection');
    check('#selections mail me@example.org @', '|#selections mail me@example.org @||');
    check('/help @a.ts', 'help|a.ts|a.ts|');
  });

  it('takes anything', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), typed => {
        const { text, files } = parseQuestion(typed);
        assert(text.length <= typed.length);
        assert(files.every(file => file !== ''));
      }),
    );
    assert.equal(parseQuestion('@'.repeat(1_000_000)).text.length, 1_000_000);
  });

  it('reads back the files that completion puts in', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\w ./()@#-]{1,20}[\w]$/), path => {
        const { files } = parseQuestion(`/explain ${fileReference(path)} x`);
        assert.deepEqual(files, [path]);
      }),
    );
  });
});

describe('completion in the box', () => {
  /** `|` is the caret; `kind query start`. */
  function check(marked: string, expected: string): void {
    const caret = marked.indexOf('|');
    const found = completingAt(marked.replace('|', ''), caret);
    assert.equal(found === undefined ? '' : `${found.kind} ${found.query} ${found.start}`, expected);
  }

  it('knows what is being typed', () => {
    check('/|', 'command  0');
    check(' /fi|nd it', 'command fi 1');
    check('/find |', '');
    check('a /f|', '');
    check('@|', 'file  0');
    check('see @src/a|', 'file src/a 4');
    check('see @"my f|', 'file my f 4');
    check('me@exa|', '');
    check('#sel|', 'context sel 0');
    check('a#s|', '');
    check('|', '');
  });

  it('offers what could stand there', () => {
    const labels = (marked: string, files: readonly string[] = []) => {
      const completing = completingAt(marked, marked.length);
      return completing === undefined
        ? []
        : completionItems(completing, files, 'a.ts:1-2').map(item => item.insert);
    };
    assert.deepEqual(labels('/f'), ['/find ', '/fix ', '/forget']);
    assert.deepEqual(labels('/zzz'), []);
    assert.deepEqual(labels('@a', ['src/a.ts', 'b a.ts']), ['@src/a.ts ', '@"b a.ts" ']);
    const namesakes = ['packages/one/deep/down/time.ts', 'packages/two/deep/down/time.ts'];
    const shown = completionItems({ kind: 'file', query: 'time', start: 0 }, namesakes, null);
    assert.deepEqual(
      shown.map(({ label, detail }) => `${detail}/${label}`),
      namesakes,
    );
    assert.deepEqual(labels('#'), ['#selection ']);
    assert.deepEqual(labels('#x'), []);
  });
});
