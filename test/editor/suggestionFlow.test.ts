// The flow from keystroke to suggestion against a scripted engine: every silence has its name, and nothing that
// became obsolete during an await is shown.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CancellationToken } from '../../src/base/cancellation.ts';
import { CancellationSource, neverCancelled } from '../../src/base/cancellation.ts';
import type { CompletionRequest, CompletionResult, NoCompletionReason } from '../../src/complete/types.ts';
import type { Settings } from '../../src/editor/settings/settings.ts';
import { defaultSettings } from '../../src/editor/settings/settings.ts';
import type { DocumentView, SuggestionOutcome } from '../../src/editor/suggest/suggestionFlow.ts';
import { SuggestionFlow } from '../../src/editor/suggest/suggestionFlow.ts';
import { completionOf, recordingLogger, requestFor } from '../worker/support/fakeWorker.ts';

interface Scene {
  readonly settings?: Partial<Settings>;
  readonly snoozed?: boolean;
  readonly languageId?: string;
  readonly selectedText?: string;
  readonly unusable?: NoCompletionReason;
  readonly trigger?: CompletionRequest['trigger'];
  readonly token?: CancellationToken;
  readonly isEngineReady?: boolean;
  /** What the engine does; answers "b" by default. */
  readonly answer?: (
    request: CompletionRequest,
    flowed: Stage,
  ) => CompletionResult | Promise<CompletionResult>;
}

class Stage {
  version = 1;
  readonly requests: CompletionRequest[] = [];
  readonly prefetched: string[] = [];
  readonly outcomes: SuggestionOutcome[] = [];
  readonly activity: boolean[] = [];
  readonly logger = recordingLogger();
  scene: Scene = {};
  readonly flow: SuggestionFlow;

  constructor() {
    const settings = () => ({ ...defaultSettings, ...this.scene.settings });
    const isSnoozed = () => this.scene.snoozed ?? false;
    this.flow = new SuggestionFlow({
      client: {
        complete: async request => {
          this.requests.push(request);
          return this.scene.answer === undefined ? completionOf('b') : await this.scene.answer(request, this);
        },
        prefetch: ({ window }) => {
          if (this.scene.isEngineReady === false) return false;
          this.prefetched.push(`${window.prefix}|${window.suffix}`);
          return true;
        },
      },
      settings: {
        get current() {
          return settings();
        },
      },
      snooze: {
        get isSnoozed() {
          return isSnoozed();
        },
      },
      logger: this.logger,
    });
    this.flow.onDidFinish(outcome => this.outcomes.push(outcome));
    this.flow.onDidChangeActivity(active => this.activity.push(active));
  }

  /** Types until the document is `prefix` and says what is suggested, or the reason for nothing. */
  async type(prefix: string, scene: Scene = {}): Promise<string | undefined> {
    const items = await this.flow.suggest(
      this.view(prefix, scene),
      scene.trigger ?? 'automatic',
      scene.token ?? neverCancelled,
    );
    const reason = /no suggestion: .*\(([\w-]+)\), [\d.]+ ms$/.exec(this.logger.lines.at(-1) ?? '')?.[1];
    return items.length === 0 ? reason : items.map(({ text }) => text).join(' or ');
  }

  /** Lets the cursor rest where the document up to it is `prefix`, and gives all that was prefetched so far. */
  rest(prefix: string, scene: Scene = {}): readonly string[] {
    this.flow.prepare(this.view(prefix, scene));
    return this.prefetched;
  }

  private view(prefix: string, scene: Scene): DocumentView {
    this.scene = scene;
    const version = () => this.version;
    return {
      languageId: scene.languageId ?? 'typescript',
      get version() {
        return version();
      },
      selectedText: scene.selectedText ?? '',
      takeWindow: () => scene.unusable ?? { ...requestFor(prefix).window, suffix: ');' },
    };
  }
}

describe('SuggestionFlow', () => {
  let stage: Stage;

  beforeEach(() => {
    stage = new Stage();
  });

  afterEach(() => {
    stage.flow.dispose();
  });

  async function check(scene: Scene, expected: string): Promise<void> {
    assert.equal(await stage.type('a', scene), expected);
  }

  it('gives what the engine gives, with the settings in the request', async () => {
    await check({ settings: { maxTokens: 9, showThreshold: 0.7 } }, 'b');
    const [request] = stage.requests;
    assert.deepEqual([request?.maxTokens, request?.showThreshold, request?.trigger], [9, 0.7, 'automatic']);
    assert.deepEqual(stage.activity, [true, false]);
    const [outcome] = stage.outcomes;
    assert(outcome?.kind === 'given' && outcome.probability === 0.5);
  });

  it('names every gate that is closed, and asks nothing then', async () => {
    await check({ settings: { enable: false } }, 'disabled');
    await check({ settings: { enable: false }, trigger: 'invoke' }, 'disabled');
    await check({ snoozed: true }, 'snoozed');
    await check({ languageId: 'plaintext' }, 'language-off');
    await check({ unusable: 'selected-suggestion' }, 'selected-suggestion');
    assert.deepEqual(stage.requests, []);
    assert.deepEqual(
      stage.outcomes.map(outcome => outcome.kind),
      ['none', 'none', 'none', 'none', 'none'],
    );
  });

  it('answers an explicit wish also when snoozed or off for the language', async () => {
    await check({ snoozed: true, trigger: 'invoke' }, 'b');
    await check({ languageId: 'plaintext', trigger: 'invoke' }, 'b');
  });

  it("names the engine's reason", async () => {
    const timings = { totalMs: 0, runs: 0, tokens: 0 };
    await check({ answer: () => ({ kind: 'none', reason: 'low-probability', timings }) }, 'low-probability');
    assert.deepEqual(stage.prefetched, []);
  });

  it('shows nothing for a document that changed meanwhile', async () => {
    const answer = (_: CompletionRequest, { version }: Stage) => {
      stage.version = version + 1;
      return completionOf('b');
    };
    await check({ answer }, 'stale-document');
    assert.deepEqual(stage.prefetched, []);
  });

  it('logs the reason of a silence where everyone sees it, once for a row of the same kind, and never code', async () => {
    const shownLines = () => stage.logger.lines.filter(line => line.startsWith('info'));
    const timings = { totalMs: 0, runs: 0, tokens: 0 };
    const silent = { kind: 'none', reason: 'low-probability', timings } as const;
    const unsure: Scene = { answer: () => silent };
    for (const prefix of ['secret = 1', 'secret = 12', 'secret = 123']) await stage.type(prefix, unsure);
    assert.equal(shownLines().length, 1);
    await stage.type('secret = 123', { ...unsure, trigger: 'invoke' });
    assert.equal(shownLines().length, 2);
    await stage.type('x', { snoozed: true });
    await stage.type('y', unsure);
    assert.equal(shownLines().length, 4);
    await stage.type('z');
    await stage.type('z', unsure);
    assert.equal(shownLines().length, 4);
    assert.match(shownLines()[0] ?? '', /not sure enough.*\(low-probability\)/);
    assert.equal(stage.logger.lines.length, 8);
    assert.doesNotMatch(stage.logger.lines.join(), /secret|123/);
  });

  it('shows nothing after cancellation, and does not count it as an outcome', async () => {
    const source = new CancellationSource();
    const answer = () => {
      source.cancel();
      return completionOf('b');
    };
    await check({ token: source.token, answer }, 'cancelled');
    assert.deepEqual(stage.outcomes, []);
  });

  describe('once alternatives were asked for', () => {
    const item = (text: string, replaceAfter = 0) => ({ text, replaceAfter, probability: 0.1 });
    const asked = completionOf('b') as Extract<CompletionResult, { kind: 'completion' }>;
    const alternatives = [item('return one;'), item('    return two;'), item('return three;', 1)];
    const ask = () =>
      stage.type('a', { trigger: 'invoke', answer: () => ({ ...asked, items: alternatives }) });
    const cases: readonly (readonly [string, string])[] = [
      ['a', 'b'],
      ['a    ', 'return two;'],
      ['a    return ', 'two;'],
      ['a    return two', ';'],
      ['areturn ', 'one; or three;'],
      ['areturn t', 'hree;'],
      ['areturn three;', 'b'],
      ['areturn x', 'b'],
      ['  a    ', 'b'],
    ];
    for (const [typed, expected] of cases) {
      it(`goes on with the one whose beginning was accepted: "${typed}"`, async () => {
        await ask();
        assert.equal(await stage.type(typed), expected);
      });
    }

    it('goes on word by word, asks nothing of the engine meanwhile, and keeps what is replaced', async () => {
      await ask();
      for (const [typed, expected] of [
        ['areturn', ' one; or  three;'],
        ['areturn th', 'ree;'],
      ] as const) {
        assert.equal(await stage.type(typed), expected);
      }
      assert.equal(stage.requests.length, 1);
      assert.equal(stage.prefetched.at(-1), 'areturn three;|;');
      assert.equal(await stage.type('areturn th', { trigger: 'invoke' }), 'b');
    });

    it('stays silent where suggestions are silent', async () => {
      await ask();
      assert.equal(await stage.type('areturn ', { snoozed: true }), 'snoozed');
      assert.equal(await stage.type('areturn ', { settings: { enable: false } }), 'disabled');
    });
  });

  it('beside the suggest widget gives only what keeps to the selected range', async () => {
    const replacing = completionOf('b') as Extract<CompletionResult, { kind: 'completion' }>;
    const items = [
      { text: 'b)', replaceAfter: 1, probability: 0.9 },
      { text: 'c', replaceAfter: 0, probability: 0.1 },
    ];
    await check({ selectedText: 'log', answer: () => ({ ...replacing, items }) }, 'c');
    await check(
      { selectedText: 'log', answer: () => ({ ...replacing, items: items.slice(0, 1) }) },
      'selected-suggestion',
    );
    await check({ answer: () => ({ ...replacing, items }) }, 'b) or c');
  });

  it('prefetches where the cursor rests, once, and not where it was asked', async () => {
    assert.deepEqual(stage.rest('a'), ['a|);']);
    assert.deepEqual(stage.rest('a'), ['a|);']);
    await stage.type('ab', {
      answer: () => ({ ...completionOf('b'), kind: 'none', reason: 'low-probability' }),
    });
    assert.deepEqual(stage.rest('ab'), ['a|);']);
    assert.deepEqual(stage.rest('b'), ['a|);', 'b|);']);
    assert.deepEqual(stage.outcomes.length, 1);
  });

  it('prefetches nothing where it would suggest nothing, and again what no engine took', () => {
    assert.deepEqual(stage.rest('a', { settings: { enable: false } }), []);
    assert.deepEqual(stage.rest('a', { snoozed: true }), []);
    assert.deepEqual(stage.rest('a', { languageId: 'plaintext' }), []);
    assert.deepEqual(stage.rest('a', { unusable: 'selected-suggestion' }), []);
    assert.deepEqual(stage.rest('a', { isEngineReady: false }), []);
    assert.deepEqual(stage.rest('a'), ['a|);']);
  });

  it('prefetches what follows acceptance, once', async () => {
    const completion = completionOf('bcd') as Extract<CompletionResult, { kind: 'completion' }>;
    const replacing = { ...completion, items: [{ text: 'bcd)', replaceAfter: 1, probability: 1 }] };
    assert.equal(await stage.type('a', { answer: () => replacing }), 'bcd)');
    const typedThrough = { ...replacing, items: [{ text: 'cd)', replaceAfter: 1, probability: 1 }] };
    assert.equal(await stage.type('ab', { answer: () => typedThrough }), 'cd)');
    assert.deepEqual(stage.prefetched, ['abcd)|;']);
  });

  describe('with a slow engine and fast fingers', () => {
    const timings = { totalMs: 2_000, runs: 1, tokens: 1 };
    // What is left of "bcd" to type.
    const slow = ({ window }: CompletionRequest) => {
      const typed = /b?c?d?$/.exec(window.prefix)?.[0].length ?? 0;
      return { ...completionOf('bcd'.slice(typed) || 'e'), timings };
    };

    beforeEach(async () => {
      await stage.type('', { answer: slow });
      for (let key = 1; key < 10; key++) {
        const source = new CancellationSource();
        const typed = stage.type('x'.repeat(key), { answer: slow, token: source.token });
        await sleep(20);
        source.cancel();
        await typed;
      }
      stage.requests.length = 0;
    });

    /** Whether the engine is asked before any timer could have run. */
    async function asksAtOnce(prefix: string, scene: Scene = {}): Promise<boolean> {
      const before = stage.requests.length;
      const typed = stage.type(prefix, { ...scene, answer: slow });
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
      const isAsked = stage.requests.length > before;
      await typed;
      assert.equal(stage.requests.length, before + 1);
      return isAsked;
    }

    it('waits, but not for what the cache holds nor for an explicit wish', async () => {
      assert.equal(await asksAtOnce('y'), false);
      assert.equal(await asksAtOnce('yb'), true);
      assert.equal(await asksAtOnce('ybcd'), true);
      assert.equal(await asksAtOnce('z', { trigger: 'invoke' }), true);
    });

    it('is cancelled during the wait', async () => {
      const source = new CancellationSource();
      const typed = stage.type('y', { token: source.token });
      source.cancel();
      assert.equal(await typed, 'cancelled');
      assert.deepEqual(stage.requests, []);
    });

    it('notices a change during the wait', async () => {
      const typed = stage.type('y');
      stage.version++;
      assert.equal(await typed, 'stale-document');
      assert.deepEqual(stage.requests, []);
    });
  });
});
