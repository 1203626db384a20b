// Answers that survive typing, accepting and deleting: each case stores items at one place and asks at another.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { minCommonChars, TypeThroughCache } from '../../src/complete/typeThrough.ts';
import { noCompletionReasons, type CompletionItem } from '../../src/complete/types.ts';
import { windowLimits, type DocumentWindow } from '../../src/text/window.ts';
import { cursorIn, inserted } from './cursor.ts';

function item(text: string, replaceAfter = 0, probability = 0.5): CompletionItem {
  return { text, replaceAfter, probability };
}

/** Items left at `now` as documents that result, or 'miss'. */
function lookup(cache: TypeThroughCache, now: DocumentWindow): readonly string[] | string {
  const answer = cache.lookup(now);
  if (answer === undefined) return 'miss';
  return answer.kind === 'none' ? `none: ${answer.reason}` : answer.items.map(found => inserted(now, found));
}

function check(
  before: string,
  items: readonly (CompletionItem | string)[],
  now: string,
  expected: readonly string[] | 'miss',
  languageId = 'typescript',
): void {
  const cache = new TypeThroughCache();
  const stored = items.map(given => (typeof given === 'string' ? item(given) : given));
  cache.store(cursorIn(before, { languageId }), stored);
  assert.deepEqual(lookup(cache, cursorIn(now, { languageId, version: 2 })), expected);
}

describe('complete/typeThrough', () => {
  it('answers the same place again', () => {
    check('a = |', ['b'], 'a = |', ['a = b|']);
    check('|', ['b'], '|', ['b|']);
    check('f(|)', [item('a)', 1)], 'f(|)', ['f(a)|']);
    check('a = |', ['b'], 'a =|', 'miss');
    check('a = |', ['b'], 'a = |;', 'miss');
    check('a = |\nb', ['b'], 'a = |\nc', 'miss');
    check('x\na = |', ['b'], 'a = |', 'miss');
  });

  it('shortens what is being typed or accepted in part', () => {
    check('con|', ['sole.log(a);'], 'cons|', ['console.log(a);|']);
    check('con|', ['sole.log(a);'], 'console.log(|', ['console.log(a);|']);
    check('f {|', ['\n  a;\n  b;\n}'], 'f {\n  a;|', ['f {\n  a;\n  b;\n}|']);
    check('f {|\r\n', ['\r\n  a;\r\n}'], 'f {\r\n  |\r\n', ['f {\r\n  a;\r\n}|\r\n']);
    check('x = "|"', ['a😀b'], 'x = "a😀|"', ['x = "a😀b|"']);
    check('x = "|"', ['a😀b'], 'x = "a\ud83d|"', 'miss');
  });

  it('misses what was typed otherwise, deleted, or accepted whole', () => {
    check('con|', ['sole'], 'conf|', 'miss');
    check('con|', ['sole'], 'console|', 'miss');
    check('con|', ['sole'], 'consolee|', 'miss');
    check('con|', ['sole'], 'co|', 'miss');
    check('con|', ['sole'], 'xcons|', 'miss');
    check('con|', ['sole'], 'cons|x', 'miss');
  });

  it('keeps the items that agree with the typing, once each', () => {
    check('a|', ['bc', 'bd', 'x'], 'ab|', ['abc|', 'abd|']);
    check('a|', ['bc', item('bc', 0, 0.1)], 'ab|', ['abc|']);
  });

  it('follows brackets and quotes that the editor closes', () => {
    check('foo|', ['(a, b)'], 'foo(|)', ['foo(a, b)|']);
    check('foo|', ['(a, b);'], 'foo(|)', ['foo(a, b);|']);
    check('foo|', ['(a, b'], 'foo(|)', ['foo(a, b|)']);
    check('foo|', ['(bar(x), b'], 'foo(|)', ['foo(bar(x), b|)']);
    check('foo|', ['([a])'], 'foo([|])', ['foo([a])|']);
    check('foo|', ['("a", 1)'], 'foo("|")', ['foo("a", 1)|']);
    check('foo|', ['("a)", 1)'], 'foo("a|")', ['foo("a)", 1)|']);
    check('foo|;', ['(a)'], 'foo(|);', ['foo(a)|;']);
    check('foo|', ['(a)'], 'foo(|]', 'miss');
    check('foo|', ['(a)'], 'foo(|) ', 'miss');
    check('x|', [" = '''a'''"], "x = '''|'''", ["x = '''a'''|"], 'python');
    check('fn f<|', ["'a>(x)"], "fn f<'|'", 'miss', 'rust');
  });

  it('follows brackets that the editor moved to a line of their own', () => {
    check('f |', ['{\n  a;\n}'], 'f {\n  |\n}', ['f {\n  a;|\n}']);
    check('f |\r\n', ['{\r\n  a;\r\n}'], 'f {\r\n  |\r\n}\r\n', ['f {\r\n  a;|\r\n}\r\n']);
    check('f |', ['{\n  a;\n} else {'], 'f {\n  |\n}', 'miss');
  });

  it('follows brackets that the user types over', () => {
    check('foo(|)', [item('a);', 1)], 'foo(a|)', ['foo(a);|']);
    check('foo(|)', [item('a);', 1)], 'foo(a)|', ['foo(a);|']);
    check('foo(|)', [item('a);', 1)], 'foo(a)|)', 'miss');
    check('foo(bar(|))', [item('a));', 2)], 'foo(bar(a)|)', ['foo(bar(a));|']);
    check('foo(|)', ['a'], 'foo(a|', 'miss');
  });

  it('raises probabilities by what was typed, in step, and never above 1', () => {
    const cache = new TypeThroughCache();
    const left = (text: string): number[] => {
      const answer = cache.lookup(cursorIn(text));
      assert.ok(answer?.kind === 'items');
      return answer.items.map(found => Number(found.probability.toFixed(4)));
    };
    cache.store(cursorIn('|'), [item('abcd', 0, 0.25), item('abx', 0, 0.05), item('q', 0, 0.3)]);
    assert.deepEqual(left('|'), [0.25, 0.05, 0.3]);
    assert.deepEqual(left('ab|'), [0.5, 0.1]);
    assert.deepEqual(left('abc|'), [Number((0.25 ** 0.25).toFixed(4))]);
    cache.store(cursorIn('z|'), [item('abcd', 0, 0.6), item('abx', 0, 0.4)]);
    assert.deepEqual(left('zab|'), [0.6, 0.4]);
    cache.store(cursorIn('y|'), [item('abcd', 0, 0), item('abx', 0, 1)]);
    assert.deepEqual(left('yab|'), [0, 1]);
  });

  it('remembers silence where it will last', () => {
    const cache = new TypeThroughCache();
    for (const reason of noCompletionReasons) {
      const window = cursorIn(`${reason} |`);
      cache.storeNone(window, reason);
      const transient = /cancelled|stale|disabled|snoozed|off|engine|selected/.test(reason);
      assert.equal(lookup(cache, window), transient ? 'miss' : `none: ${reason}`);
    }
    cache.storeNone(cursorIn('a|'), 'low-probability');
    assert.equal(lookup(cache, cursorIn('ab|')), 'miss');
    cache.store(cursorIn('a|'), [item('b')]);
    assert.deepEqual(lookup(cache, cursorIn('a|')), ['ab|']);
    cache.store(cursorIn('n|'), []);
    assert.equal(lookup(cache, cursorIn('n|')), 'miss');
  });

  it('prefers the answer for just this place, then the latest', () => {
    const cache = new TypeThroughCache();
    cache.store(cursorIn('ab|'), [item('X')]);
    cache.store(cursorIn('a|'), [item('bY')]);
    assert.deepEqual(lookup(cache, cursorIn('ab|')), ['abX|']);
    cache.store(cursorIn('|'), [item('abcZ')]);
    cache.store(cursorIn('a|'), [item('bcY')]);
    assert.deepEqual(lookup(cache, cursorIn('abc|')), ['abcY|']);
  });

  it('drops what was not used for longest, and forgets on demand', () => {
    const cache = new TypeThroughCache(2);
    const at = (uri: string): DocumentWindow => cursorIn('|', { uri });
    cache.store(at('a'), [item('1')]);
    cache.store(at('b'), [item('2')]);
    assert.deepEqual(lookup(cache, at('a')), ['1|']);
    cache.store(at('c'), [item('3')]);
    assert.equal(lookup(cache, at('b')), 'miss');
    assert.deepEqual(lookup(cache, at('a')), ['1|']);
    cache.clear('a');
    assert.equal(lookup(cache, at('a')), 'miss');
    assert.deepEqual(lookup(cache, at('c')), ['3|']);
    cache.clear();
    assert.equal(lookup(cache, at('c')), 'miss');
  });

  it('counts a place once, and tells places by both sides', () => {
    const cache = new TypeThroughCache(2);
    cache.store(cursorIn('a|b'), [item('1')]);
    cache.store(cursorIn('a|c'), [item('2')]);
    cache.store(cursorIn('a|c'), [item('3')]);
    assert.deepEqual(lookup(cache, cursorIn('a|b')), ['a1|b']);
    assert.deepEqual(lookup(cache, cursorIn('a|c')), ['a3|c']);
  });

  it('recognizes a place in a window that slid', () => {
    const lines = Array.from({ length: 900 }, (_, index) => `line ${index};\n`);
    const whole = lines.join('');
    const cache = new TypeThroughCache();
    const stored = cursorIn('|', {
      prefix: whole.slice(-windowLimits.prefixChars),
      suffix: whole.slice(0, 4_000),
    });
    cache.store(stored, [item('foo();\nbar();')]);
    const typed = `${whole}foo();\n`.slice(-windowLimits.prefixChars + 40);
    const found = cache.lookup({ ...stored, prefix: typed, suffix: whole.slice(0, 3_900) });
    assert.equal(found?.kind === 'items' ? found.items[0]?.text : '', 'bar();');
    const back = cache.lookup({ ...stored, prefix: whole.slice(-windowLimits.prefixChars + 90) });
    assert.equal(back?.kind === 'items' ? back.items[0]?.text : '', 'foo();\nbar();');

    const short = whole.slice(-minCommonChars + 1);
    assert.equal(cache.lookup({ ...stored, prefix: short }), undefined);
    const changed = `${whole.slice(-5_000, -2_000)}!${whole.slice(-2_000)}`;
    assert.equal(cache.lookup({ ...stored, prefix: changed }), undefined);
  });

  it('keeps what is inserted the same, whatever part of it is typed', () => {
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(text, text, text, fc.nat(), (prefix, suffix, suggestion, at) => {
        const cache = new TypeThroughCache();
        const count = at % suggestion.length;
        cache.store(cursorIn('|', { prefix, suffix }), [item(suggestion)]);
        const now = cursorIn('|', { prefix: prefix + suggestion.slice(0, count), suffix });
        const answer = cache.lookup(now);
        if (/^[\udc00-\udfff]/.test(suggestion.slice(count))) return;
        assert.ok(answer?.kind === 'items');
        assert.equal(answer.items[0]?.text, suggestion.slice(count));
        assert.ok(answer.items[0].probability >= 0.5);
      }),
    );
  });

  it('gives items that can be inserted at any other place, or none', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', '(', ')', '{', '}', '"', "'", '\n', ' ', '😀'),
      maxLength: 8,
    });
    fc.assert(
      fc.property(
        text,
        text,
        text,
        text,
        text,
        fc.nat(2),
        (prefix, suffix, suggestion, typed, after, replaced) => {
          if (suggestion === '') return;
          const cache = new TypeThroughCache();
          cache.store(cursorIn('|', { prefix, suffix }), [
            item(suggestion, Math.min(replaced, suffix.length)),
          ]);
          const answer = cache.lookup(cursorIn('|', { prefix: prefix + typed, suffix: after }));
          if (answer?.kind !== 'items' || (typed === '' && after === suffix)) return;
          for (const found of answer.items) {
            assert.notEqual(found.text, '');
            assert.ok(suggestion.startsWith(typed + found.text));
            assert.ok(found.replaceAfter <= after.length);
            assert.ok(found.probability >= 0.5 && found.probability <= 1);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
