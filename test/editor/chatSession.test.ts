// The one conversation of a window, without an editor: answers that overlap, and asking again.

import { deepStrictEqual, equal } from 'node:assert/strict';
import type { CancellationToken } from '../../src/base/cancellation.ts';
import { silentLogger } from '../../src/base/logger.ts';
import type { ChatEvent } from '../../src/chat/model/types.ts';
import { ChatSession } from '../../src/editor/chat/chatSession.ts';
import type { Turn } from '../../src/pages/chat/conversation.ts';

interface Answering {
  readonly token: CancellationToken;
  say(event: ChatEvent): void;
  end(): void;
}

const done: ChatEvent = { kind: 'done', citations: [], timings: { firstMs: 1, totalMs: 1 } };

/** `prepared`, where given, is what looking a question's references up waits for. */
function sessionBench(prepared: Promise<void> = Promise.resolve()) {
  const running = new Map<string, Answering>();
  let kept: readonly Turn[] = [];
  const session = new ChatSession({
    prepare: async typed => {
      await prepared;
      return {
        attached: ['src/a.ts'],
        answer: (_before, say, token) =>
          new Promise(resolve => {
            running.set(typed, { token, say, end: resolve });
          }),
      };
    },
    history: {
      load: () => [],
      save: turns => {
        kept = turns;
        return Promise.resolve();
      },
    },
    logger: silentLogger,
  });
  const answering = async (typed: string): Promise<Answering> => {
    for (;;) {
      const found = running.get(typed);
      if (found !== undefined) return found;
      await Promise.resolve();
    }
  };
  return { session, answering, kept: () => kept.map(({ question, status }) => `${question} ${status}`) };
}

describe('editor/chatSession', () => {
  it('keeps both answers where the second ends before the first lets go', async () => {
    const { session, answering, kept } = sessionBench();
    const first = session.ask('first');
    const slow = await answering('first');
    const second = session.ask('second');
    const quick = await answering('second');
    equal(slow.token.isCancellationRequested, true);
    quick.say(done);
    quick.end();
    await second;
    slow.say(done);
    slow.end();
    await first;
    deepStrictEqual(kept(), ['first stopped', 'second done']);
    session.dispose();
  });

  it('lets go of the second alone where the first ends later', async () => {
    const { session, answering, kept } = sessionBench();
    const first = session.ask('first');
    const slow = await answering('first');
    const second = session.ask('second');
    const later = await answering('second');
    slow.end();
    await first;
    session.stop();
    equal(later.token.isCancellationRequested, true);
    later.end();
    await second;
    deepStrictEqual(kept(), ['first stopped', 'second stopped']);
    session.dispose();
  });

  it('keeps a question that is stopped while its references are looked up', async () => {
    let lookedUp = (): void => undefined;
    const { session, kept } = sessionBench(
      new Promise(resolve => {
        lookedUp = resolve;
      }),
    );
    const asked = session.ask('stopped early');
    deepStrictEqual(
      session.turns.map(({ status }) => status),
      ['running'],
    );
    session.stop();
    lookedUp();
    await asked;
    deepStrictEqual(kept(), ['stopped early stopped']);
    session.dispose();
  });

  it('shows what was looked up beside the question', async () => {
    const { session, answering } = sessionBench();
    const asked = session.ask('what?');
    const running = await answering('what?');
    deepStrictEqual(session.turns[0]?.attached, ['src/a.ts']);
    running.say(done);
    running.end();
    await asked;
    session.dispose();
  });

  it('asks again in the place of the last turn, also while that is answered', async () => {
    const { session, answering, kept } = sessionBench();
    const first = session.ask('again');
    const before = await answering('again');
    const retried = session.retry(1);
    before.end();
    await first;
    let next = await answering('again');
    while (next === before) {
      await Promise.resolve();
      next = await answering('again');
    }
    next.say(done);
    next.end();
    await retried;
    deepStrictEqual(kept(), ['again done']);
    session.dispose();
  });
});
