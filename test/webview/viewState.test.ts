// The page's state and the conversation that it shows, action by action and event by event.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ChatEvent, Citation } from '../../src/chat/model/types.ts';
import { confidenceStep, confidenceText } from '../../src/webview/chat/confidence.ts';
import type { Turn } from '../../src/pages/chat/conversation.ts';
import { applyEvent, codeOf, startTurn } from '../../src/pages/chat/conversation.ts';
import type { ChatAction, ChatViewState } from '../../src/webview/chat/viewState.ts';
import { initialChatState, reduceChat } from '../../src/webview/chat/viewState.ts';

const citation: Citation = { path: 'a.ts', line: 1, endLine: 1, score: 1, languageId: 'c', text: 'x' };
const timings = { firstMs: 1, totalMs: 2 };

describe('a turn', () => {
  /** The parts after the events, each in short. */
  function check(events: readonly ChatEvent[], expected: string): void {
    const turn = events.reduce(applyEvent, startTurn(1, 'q', []));
    const parts = turn.parts.map(part => {
      if (part.kind === 'markdown') return part.text;
      return part.kind === 'code' ? `${part.languageId}{${codeOf(part)}}` : part.kind;
    });
    assert.equal([turn.status, ...parts].join(' '), expected);
  }

  it('joins prose and tokens that follow each other, and nothing else', () => {
    const say = (text: string): ChatEvent => ({ kind: 'markdown', text });
    const token = (text: string): ChatEvent => ({ kind: 'token', text, confidence: 0.5 });
    const code: ChatEvent = { kind: 'code', languageId: 'go' };
    check([say('a'), say('b')], 'running ab');
    check([say('a'), { kind: 'snippet', citation }, say('b')], 'running a snippet b');
    check([code, token('x'), token('y'), say('a'), code, token('z')], 'running go{xy} a go{z}');
    check([token('x')], 'running plaintext{x}');
    const author = (name: string): ChatEvent => ({ kind: 'author', author: { kind: 'model', name } });
    check([author('a'), author('b'), say('c'), author('a')], 'running author c author');
  });

  it('ends once, and drops what comes after', () => {
    check(
      [
        { kind: 'done', citations: [], timings },
        { kind: 'markdown', text: 'late' },
      ],
      'done',
    );
    check([{ kind: 'stopped' }, { kind: 'failed', message: 'm' }], 'stopped');
    check([{ kind: 'failed', message: 'm' }, { kind: 'stopped' }], 'failed failed');
    check([{ kind: 'declined', reason: 'no-workspace', text: 't', nearest: [] }], 'running declined');
  });

  it('shows progress until the next event', () => {
    const turn = applyEvent(startTurn(1, 'q', []), { kind: 'progress', text: 'Reading' });
    assert.equal(turn.progress, 'Reading');
    assert.equal(applyEvent(turn, { kind: 'markdown', text: 'a' }).progress, '');
  });
});

describe('the state of the page', () => {
  const play = (...actions: readonly ChatAction[]): ChatViewState =>
    actions.reduce(reduceChat, initialChatState);
  const type = (text: string, caret = text.length): ChatAction => ({ kind: 'typed', text, caret });
  const turn = (id: number, question: string): Turn => ({ ...startTurn(id, question, []), status: 'done' });

  it('applies events to the turn that they are of', () => {
    const turns = [startTurn(1, 'a', []), startTurn(2, 'b', [])];
    const state = play({ kind: 'turns', turns }, { kind: 'events', turn: 2, events: [{ kind: 'stopped' }] });
    assert.deepEqual(
      state.turns.map(({ status }) => status),
      ['running', 'stopped'],
    );
    assert.equal(state.turns[0], turns[0]);
  });

  it('opens, narrows and closes the list', () => {
    assert.equal(play(type('/')).list?.items.length, 11);
    assert.deepEqual(
      play(type('/'), type('/us')).list?.items.map(({ label }) => label),
      ['/usages'],
    );
    assert.equal(play(type('/us'), type('/us ')).list, undefined);
    assert.equal(play(type('/'), { kind: 'closeList' }).list, undefined);
  });

  it('goes round in the list', () => {
    const move = (by: 1 | -1): ChatAction => ({ kind: 'moveInList', by });
    assert.equal(play(type('/'), move(-1)).list?.selected, 10);
    assert.equal(play(type('/'), move(-1), move(1)).list?.selected, 0);
    assert.equal(play(move(1)).list, undefined);
  });

  it('puts what is chosen in place of the word, and the caret behind it', () => {
    const state = play(type('see @a now', 6), { kind: 'files', paths: ['src/a.ts'] }, { kind: 'complete' });
    assert.equal(state.draft, 'see @src/a.ts  now');
    assert.equal(state.caret, 'see @src/a.ts '.length);
    assert.equal(play(type('/f'), { kind: 'complete', index: 1 }).draft, '/fix ');
    assert.equal(play(type('@a'), { kind: 'complete' }).draft, '@a');
  });

  it('keeps the files of the query before until those of this one come', () => {
    const found = { kind: 'files', paths: ['a.ts'] } as const;
    assert.equal(play(type('@a'), found, type('@ab')).list?.items.length, 1);
    assert.equal(play(type('@a'), found, type('@ab'), { ...found, paths: [] }).list, undefined);
    assert.equal(play(type('a'), found).list, undefined);
  });

  it('recalls questions, newest first, and returns to an empty box', () => {
    const turns: ChatAction = { kind: 'turns', turns: [turn(1, 'one'), turn(2, 'two')] };
    const back: ChatAction = { kind: 'recall', by: 1 };
    const forth: ChatAction = { kind: 'recall', by: -1 };
    const drafts = (...actions: readonly ChatAction[]) => play(turns, ...actions).draft;
    assert.equal(drafts(back), 'two');
    assert.equal(drafts(back, back, back), 'one');
    assert.equal(drafts(back, back, forth), 'two');
    assert.equal(drafts(back, forth, forth), '');
    assert.equal(play(turns, back, type('twos')).recalled, 0);
    assert.equal(play(back).draft, '');
  });

  it('holds whatever is done', () => {
    const action = fc.oneof(
      fc.record({
        kind: fc.constant('typed' as const),
        text: fc.constantFrom('', '/', '/f', '@', 'a @b', '#'),
        caret: fc.nat(4),
      }),
      fc.record({
        kind: fc.constantFrom('moveInList' as const, 'recall' as const),
        by: fc.constantFrom(1 as const, -1 as const),
      }),
      fc.record({ kind: fc.constant('complete' as const), index: fc.nat(12) }),
      fc.record({ kind: fc.constant('files' as const), id: fc.nat(), paths: fc.array(fc.string()) }),
      fc.constant<ChatAction>({ kind: 'closeList' }),
      fc.constant<ChatAction>({ kind: 'turns', turns: [turn(1, 'one')] }),
    );
    fc.assert(
      fc.property(fc.array(action), actions => {
        const { list, draft, caret, recalled, turns } = play(...actions);
        assert(list === undefined || list.items[list.selected] !== undefined);
        assert(recalled <= turns.length || turns.length === 0);
        assert(caret >= 0 && typeof draft === 'string');
      }),
    );
  });
});

describe('confidence', () => {
  it('has five steps and words that never overstate it', () => {
    const steps = [0, 0.19, 0.2, 0.69, 0.7, 0.9, 1].map(confidenceStep);
    assert.deepEqual(steps, ['guess', 'guess', 'unsure', 'fair', 'sure', 'certain', 'certain']);
    assert.equal(confidenceStep(null), undefined);
    assert.equal(confidenceStep(NaN), undefined);
    assert.deepEqual([0, 0.004, 0.371, 0.999].map(confidenceText), [
      'less than 1 % sure',
      'less than 1 % sure',
      '37 % sure',
      'more than 99 % sure',
    ]);
  });
});
