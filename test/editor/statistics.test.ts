// What is counted of suggestions: what became of each, the histogram, the days kept, and the page.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Counts } from '../../src/editor/reports/statistics.ts';
import {
  countKeys,
  dayBefore,
  latencyBucket,
  latencyEndsMs,
  latencyPercentile,
  noCounts,
  parseDays,
  sumSince,
} from '../../src/editor/reports/statistics.ts';
import { StatisticsStore } from '../../src/editor/reports/statisticsStore.ts';
import { statisticsPage } from '../../src/editor/reports/statisticsView.ts';
import { SuggestionTracker } from '../../src/editor/suggest/suggestionTracker.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { fakeMemento } from './support/fakeVscode.ts';

/** Plays what a user does at offset 10 of a document, and gives the counts that are not 0. */
class Player {
  private readonly counts = noCounts();
  private readonly tracker = new SuggestionTracker((key, amount) => (this.counts[key] += amount));
  private offset = 10;
  private id = 0;

  offered(...texts: string[]): this {
    this.id = this.tracker.offered('a', this.offset, texts);
    return this;
  }

  inserted(text: string): this {
    this.tracker.changed('a', [{ rangeOffset: this.offset, text }]);
    this.offset += text.length;
    return this;
  }

  deleted(count: number): this {
    this.offset -= count;
    this.tracker.changed('a', [{ rangeOffset: this.offset, text: '' }]);
    return this;
  }

  elsewhere(uri = 'a'): this {
    this.tracker.changed(uri, [{ rangeOffset: 0, text: 'x' }]);
    return this;
  }

  accepted(characters: number): this {
    this.tracker.accepted(this.id, characters);
    return this;
  }

  check(expected: string): void {
    const found = countKeys.filter(key => this.counts[key] !== 0).map(key => `${key} ${this.counts[key]}`);
    assert.equal(found.join(', '), expected);
  }
}

describe('the suggestion tracker', () => {
  const play = () => new Player();

  it('counts a suggestion that is accepted whole', () => {
    play()
      .offered('return x;')
      .inserted('return x;')
      .accepted(9)
      .check('shown 1, acceptedWhole 1, characters 9');
  });

  it('counts one that is accepted whole beside the suggest widget, where another range changes', () => {
    play().offered('log()').elsewhere().accepted(5).check('shown 1, acceptedWhole 1, characters 5');
  });

  it('counts one that is accepted whole although the next was asked for before that was told', () => {
    const player = play().offered('return x;').inserted('return x;');
    player.accepted(9).offered('\n}').check('shown 2, acceptedWhole 1, characters 9');
  });

  it('counts words and lines that are accepted, once for a suggestion', () => {
    const player = play().offered('return value;').inserted('return ').offered('value;').inserted('value');
    player.offered(';').check('shown 1, characters 12');
    player.inserted(' // no').check('shown 1, acceptedPart 1, characters 12');
    play()
      .offered('a();\nb();')
      .inserted('a();\n')
      .inserted('b();')
      .check('shown 1, acceptedPart 1, characters 9');
  });

  it('counts a suggestion accepted in parts and then whole as whole', () => {
    const player = play()
      .offered('return value;')
      .inserted('return ')
      .offered('value;')
      .inserted('value;')
      .accepted(6);
    player.check('shown 1, acceptedWhole 1, characters 13');
  });

  it('counts one that is typed to the end as typed through, and once', () => {
    const player = play().offered('abc');
    for (const key of 'abc') player.inserted(key).offered('abc'.slice('abc'.indexOf(key) + 1) || 'next');
    player.check('shown 2, typedThrough 1');
  });

  it('takes brackets that the editor closes, and line ends with their indentation, for typing', () => {
    play().offered('f()').inserted('f').inserted('()').check('shown 1, typedThrough 1');
    play().offered('\n    x').inserted('\n    ').inserted('x').check('shown 1, typedThrough 1');
    play().offered('😀!').inserted('😀').inserted('!').check('shown 1, typedThrough 1');
  });

  it('counts one that is typed past, deleted before, or left as rejected', () => {
    play().offered('abc').inserted('x').check('shown 1, rejected 1');
    play().offered('abc').inserted('a').inserted('x').check('shown 1, rejected 1');
    play().offered('abc').deleted(1).check('shown 1, rejected 1');
    play().offered('abc').elsewhere().check('shown 1, rejected 1');
    play().offered('abc').offered('xyz').check('shown 2, rejected 1');
  });

  it('takes what another document does for nothing', () => {
    play().offered('abc').elsewhere('b').check('shown 1');
  });

  it('knows which alternative is taken', () => {
    play().offered('abc', 'axe').inserted('ax').check('shown 1, characters 2');
    play().offered('abc', 'xyz').inserted('xyz').accepted(3).check('shown 1, acceptedWhole 1, characters 3');
  });

  it('ends each suggestion once, whatever happens', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('offered' as const), text: fc.constantFrom('a', 'ab', 'ab cd', 'b') }),
      fc.record({ do: fc.constant('inserted' as const), text: fc.constantFrom('a', 'ab', 'ab ', 'b', 'x') }),
      fc.record({ do: fc.constant('accepted' as const), text: fc.constantFrom('a', 'ab') }),
    );
    fc.assert(
      fc.property(fc.array(step), steps => {
        const counts = noCounts();
        const tracker = new SuggestionTracker((key, amount) => (counts[key] += amount));
        let id = 0;
        for (const { do: what, text } of steps) {
          if (what === 'offered') id = tracker.offered('a', 0, [text]);
          else if (what === 'inserted') tracker.changed('a', [{ rangeOffset: 0, text }]);
          else tracker.accepted(id, text.length);
          const ended = counts.acceptedWhole + counts.acceptedPart + counts.typedThrough + counts.rejected;
          assert(ended <= counts.shown && ended >= counts.shown - 1);
          for (const key of countKeys) if (key !== 'characters') assert(counts[key] >= 0);
        }
      }),
    );
  });
});

describe('statistics', () => {
  const counted = (counts: Partial<Counts>): Counts => ({ ...noCounts(), ...counts });

  it('keep 90 days and nothing that is no statistics', () => {
    const days = {
      '2025-03-01': counted({ shown: 1 }),
      '2024-12-02': counted({ shown: 2 }),
      '2024-12-01': counted({ shown: 4 }),
      '2025-03-02': counted({ shown: 8 }),
    };
    assert.deepEqual(Object.keys(parseDays(days, '2025-03-01')).sort(), ['2024-12-02', '2025-03-01']);
    for (const odd of [
      7,
      'x',
      { today: noCounts() },
      { '2025-03-01': { shown: -1 } },
      { '2025-03-01': null },
    ]) {
      assert.deepEqual(parseDays(odd, '2025-03-01'), {});
    }
    assert.deepEqual(parseDays(undefined, '2025-03-01'), {});
  });

  it('add up from a day on', () => {
    const first = { '2025-01-01': counted({ shown: 1 }), '2025-01-02': counted({ shown: 2 }) };
    const second = { '2025-01-02': counted({ shown: 4, characters: 9 }) };
    assert.equal(sumSince([first, second], '2025-01-02').shown, 6);
    assert.equal(sumSince([first, second], '2025-01-01').characters, 9);
    assert.equal(dayBefore('2025-03-01', 1), '2025-02-28');
  });

  it('have percentiles as near as their buckets are narrow', () => {
    assert.equal(latencyPercentile(noCounts().latencies, 0.5), undefined);
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 5_000, noNaN: true }), { minLength: 1 }),
        fc.constantFrom(0.05, 0.5, 0.95, 1),
        (values, share) => {
          const { latencies } = noCounts();
          for (const value of values) {
            const bucket = latencyBucket(value);
            latencies[bucket] = (latencies[bucket] ?? 0) + 1;
          }
          const exact = values.toSorted((a, b) => a - b)[Math.ceil(share * values.length) - 1] ?? NaN;
          const found = latencyPercentile(latencies, share) ?? NaN;
          const ends = [0, ...latencyEndsMs];
          const at = latencyBucket(exact);
          assert(found >= (ends[at] ?? 0) && found <= (ends[at + 1] ?? Infinity), `${found} for ${exact}`);
        },
      ),
    );
    const { latencies } = noCounts();
    latencies[latencyBucket(60_000)] = 1;
    assert.equal(latencyPercentile(latencies, 0.5), 5_000);
  });

  function store(memento = fakeMemento(), workspaceId = 'one') {
    const now = () => new Date(2025, 4, 6, 12);
    return new StatisticsStore({ state: memento, workspaceId, logger: silentLogger, now, writeAfterMs: 5 });
  }

  it('outlive the session, workspace by workspace', async () => {
    const memento = fakeMemento();
    const one = store(memento);
    one.add('shown', 2);
    one.addLatency(7);
    await one.flush();
    const two = store(memento, 'two');
    two.add('shown', 3);
    assert.equal(sumSince(two.all(), '2025-05-06').shown, 5);
    await two.forget();
    assert.equal(sumSince(store(memento).all(), '2025-05-06').shown, 2);
    assert.deepEqual([...memento.values.keys()], ['tinymemory.statistics.one']);
    two.add('shown', 1);
    await two.flush();
    await two.reset();
    assert.deepEqual([...memento.values.keys()], []);
    two.dispose();
  });

  it('are written after a while, by themselves, and never below nothing', async () => {
    const memento = fakeMemento();
    const one = store(memento);
    one.add('shown', -1);
    while (memento.values.size === 0) await new Promise(resolve => setTimeout(resolve, 2));
    assert.equal(sumSince(one.all(), '2025-05-06').shown, 0);
  });
});

describe('the statistics page', () => {
  const memory = {
    kind: 'ready',
    files: 12,
    tokens: 34_567,
    sizeBytes: 1_250_000,
    leftOut: { '<b>odd</b>': 3 },
    elapsedMs: 1,
    filesRead: 1,
    isKept: true,
  } as const;
  const today = '2025-05-06';
  const page = (counts: Partial<Counts>) =>
    statisticsPage({ all: [{ [today]: { ...noCounts(), ...counts } }], today, memory, nonce: 'abc' });

  it('tells the counts of today and of longer spans, memory, and that nothing is sent', () => {
    const html = page({
      shown: 2_000,
      acceptedWhole: 300,
      acceptedPart: 100,
      rejected: 600,
      characters: 12_345,
    });
    assert.match(html, /<strong>12,345 characters<\/strong> for you in 400 accepted/);
    assert.match(html, /Accepted whole<\/th>(<td>300 <small>\(30 %\)<\/small><\/td>){3}/);
    assert.match(html, /12 files, 34,567 tokens, 1\.3 MB/);
    assert.match(html, /never sent/);
    assert.match(page({}), /Nothing yet/);
  });

  it('lets nothing run, and takes no text for markup', () => {
    const html = page({});
    assert.match(html, /default-src 'none'; style-src 'nonce-abc'"/);
    assert.doesNotMatch(html, /<script|\son\w+=|\sstyle=|https?:/);
    assert.match(html, /&lt;b&gt;odd&lt;\/b&gt; 3/);
    assert.deepEqual(
      [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href),
      ['command:tinymemory.resetStatistics'],
    );
  });
});
