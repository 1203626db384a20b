// Renamings learnt from pairs of names, and what they make of other names.

import { strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { familyOf } from '../../../src/memory/analogy/keywords.ts';
import { LexemeTable } from '../../../src/memory/analogy/lexemeTable.ts';
import { isName, lexicalClasses } from '../../../src/memory/analogy/lexer.ts';
import { namePartsOf } from '../../../src/memory/analogy/nameParts.ts';
import { Renaming } from '../../../src/memory/analogy/renaming.ts';

/** UTF-8, one character a byte. */
const utf8 = (text: string): string => Buffer.from(text).toString('latin1');

describe('memory/analogy/renaming', () => {
  /** `pairs` as `from=to`, the nearest first. */
  function renamed(pairs: string, text: string, path = 'a.ts'): string | undefined {
    const table = new LexemeTable();
    const renaming = new Renaming(table);
    for (const pair of pairs.split(' ').filter(each => each !== '')) {
      const [from = '', to = ''] = pair.split('=');
      renaming.add(table.internText(from), table.internText(to));
    }
    const { name, number } = lexicalClasses;
    return renaming.apply(table.internText(text), /^\d/.test(text) ? number : name, familyOf(path));
  }

  function check(pairs: string, text: string, expected: string | undefined, path?: string): void {
    it(`${text} by ${pairs || 'nothing'} is ${expected ?? 'no name'}`, () => {
      const given = renamed(utf8(pairs), utf8(text), path);
      strictEqual(given, expected === undefined ? undefined : utf8(expected));
    });
  }

  check('', 'title', 'title');
  check('title=copies', 'title', 'copies');
  check('title=copies', 'author', 'author');
  check('findByTitle=findByCopies', 'title', 'copies');
  check('findByTitle=findByCopies', 'byTitle', 'byCopies');
  check('findByTitle=findByCopies', 'TITLE', 'COPIES');
  check('findByTitle=findByYear', 'title', 'year');
  check('findByTitle=findByYear', 'titles', 'years');
  check('findByTitle=findByYear', 'MAX_TITLE', 'MAX_YEAR');
  check('findByTitle=findByYear', 'max_titles', 'max_years');
  check('category=tag', 'categories', 'tags');
  check('tag=category', 'tags', 'categories');
  check('UserCreated=OrderShipped', 'user_created', 'order_shipped');
  check('user_created=order_created', 'UserCreated', 'OrderCreated');
  check('BookStore=RecordStore', 'books', 'records');
  check('HTTPServer=HTTPSServer', 'HTTPServerError', 'HTTPSServerError');
  check('loadUser=loadBlogPost', 'userId', 'blogPostId');
  check('load_user=load_blog_post', 'user_id', 'blog_post_id');
  check('имя=возраст', 'имя', 'возраст');

  // The nearest pair decides.
  check('a=x a=y', 'a', 'x');

  // Numbers go on by the same step.
  check('1=2', '1', '2');
  check('1=2', '2', '3');
  check('1=3 2=4', '7', '9');
  check('1=2 5=9', '3', '3');
  check('01=02', '09', '10');
  check('5=1', '2', '2');

  // Never a keyword, nor what is no name.
  check('load_user=load_class', 'user', undefined);
  check('load_user=load_class', 'user', undefined, 'a.py');
  check('load_user=load_fn', 'user', 'fn', 'a.py');
  check('item_x=item_2', 'x', undefined);

  it('gives names for names, whatever it learnt', () => {
    const word = fc.stringMatching(/^[A-Za-z_$][\w$]{0,12}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(word, word), { maxLength: 6 }), word, (pairs, name) => {
        const table = new LexemeTable();
        if (!isName(name, 1, table)) return;
        const given = renamed(pairs.map(pair => pair.join('=')).join(' '), name);
        const isLearnt = pairs.some(([from]) => from === name);
        if (given !== undefined && !isLearnt) strictEqual(isName(given, 1, table), true, given);
      }),
    );
  });
});

describe('memory/analogy/nameParts', () => {
  it('keeps every character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), name => {
        const { words, separators } = namePartsOf(name);
        strictEqual(separators.map((separator, index) => separator + (words[index] ?? '')).join(''), name);
      }),
    );
  });
});
