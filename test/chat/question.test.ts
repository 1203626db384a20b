// What questions ask for, and which name they are about.

import { equal } from 'node:assert/strict';
import { intentOf } from '../../src/chat/search/question.ts';
import { writtenEnd } from '../../src/chat/writing/writtenEnd.ts';
import { questionOf } from '../../src/cli/retrievalQuestions.ts';

/** `kind name`, or `unfit what`. */
function check(question: string, expected: string): void {
  const intent = intentOf(question);
  const rest = intent.kind === 'unfit' ? intent.what : 'name' in intent ? intent.name : '';
  equal(`${intent.kind} ${rest}`.trim(), expected, question);
}

describe('chat/question', () => {
  it('tells what is asked for', () => {
    check('where is the retry loop?', 'find');
    check('which files deal with proxies?', 'files');
    check('what does parseArgs do?', 'explain parseArgs');
    check('what does produce do?', 'explain produce');
    check('explain `Foo.bar`', 'explain bar');
    check('how does the cache work?', 'explain');
    check('who calls open_file()?', 'usages open_file');
    check('where is BasicAuth used?', 'usages BasicAuth');
    check('show me an example of MockTransport', 'example MockTransport');
    check('which tests cover the cache?', 'tests');
    check('where are cookies tested?', 'tests');
    check('and its tests?', 'tests');
    check('where is the test client?', 'find');
    check('how do I add another middleware?', 'addition');
    check('how can I write a custom renderer?', 'addition');
    check('how do I write a file?', 'find');
    check('where is the size limit configured?', 'settings');
    check('since when is there a cache?', 'history');
    check('what is this repository?', 'overview');
    check('where do I start?', 'overview');
    check('how is the code laid out?', 'overview');
  });

  it('knows what no workspace is asked', () => {
    check('2+2', 'unfit arithmetic');
    check('what is 12 divided by 4?', 'unfit arithmetic');
    check('what is 6 factorial', 'unfit arithmetic');
    check('is 17 a prime', 'unfit arithmetic');
    check('who wrote Hamlet?', 'unfit general');
    check('hello there!', 'unfit small-talk');
    check('tell me a joke', 'unfit small-talk');
  });

  it('does not take questions about code for these', () => {
    check('where is the factorial computed?', 'find');
    check('what is the default timeout?', 'settings');
    check('where is status 404 handled?', 'find');
    check('who wrote `capitalOf`?', 'find');
    check('where are hello messages printed?', 'find');
  });

  it('takes the first sentence of a documentation for a question', () => {
    equal(questionOf('Parses the text, e.g. a line. And more.'), 'Parses the text, e.g. a line.');
    equal(
      questionOf('See {@link Foo} for <b>all</b> of it\nin two lines\n\n@param a thing'),
      'See Foo for all of it in two lines',
    );
    equal(questionOf('Copyright 2020 of some company here'), '');
    equal(questionOf('Too short.'), '');
    equal(questionOf('@deprecated use that other thing instead'), '');
  });
});

describe('chat/writtenEnd', () => {
  /** The bar stands where the piece ends; none where it may go on. */
  const checkEnd = (marked: string, indent = ''): void => {
    const end = marked.indexOf('|');
    equal(writtenEnd(marked.replace('|', ''), indent), end === -1 ? undefined : end, marked);
  };

  it('ends after the first statement, with its body', () => {
    checkEnd('const a = 1;|\nconst b = 2;\n');
    checkEnd('function f() {\n  return 1;\n}|\n\nfunction g() {\n');
    checkEnd('if (a) {\n  b();\n} else {\n  c();\n}|\nd();\n');
    checkEnd('def f():\n    return 1|\n\nprint(1)\n');
    checkEnd('return 1;|\n  next();\n', '  ');
  });

  it('goes on while it may', () => {
    checkEnd('const a = 1;');
    checkEnd('function f() {\n  return');
    checkEnd('// says what\n@decorated\n');
    checkEnd('if (a) {\n  b();\n}\nel');
  });
});
