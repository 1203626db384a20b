// What the status bar, its hover and the menu say in each state.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { menuEntries, snoozeEntries } from '../../src/editor/menu.ts';
import type { StatusInput } from '../../src/editor/statusView.ts';
import { hoverCommands, statusView } from '../../src/editor/statusView.ts';
import { report } from '../worker/support/fakeWorker.ts';

const ready: StatusInput = {
  enabled: true,
  snoozeEndsAtMs: undefined,
  language: { id: 'typescript', on: true },
  engine: { kind: 'ready', report },
  thinking: false,
  last: undefined,
  memory: { kind: 'off', reason: 'no-folder' },
};
const size = { files: 1_234, tokens: 2_000_000, sizeBytes: 16_000_000 };
const remembered = { kind: 'ready', ...size, leftOut: {}, elapsedMs: 1, filesRead: 1, isKept: true } as const;

describe('statusView', () => {
  function check(changed: Partial<StatusInput>, kind: string, said: RegExp): void {
    const view = statusView({ ...ready, ...changed });
    assert.equal(view.kind, kind);
    assert.match(view.text, /^\$\([a-z-]+(~spin)?\) TinyMemory(: indexing \d+ %)?$/);
    assert.match(`${view.summary}\n${view.hover}`, said);
  }

  it('has every state', () => {
    check({}, 'ready', /Ready/);
    check({ language: undefined }, 'ready', /Ready/);
    check({ thinking: true }, 'thinking', /Computing/);
    check({ engine: { kind: 'loading' } }, 'loading', /loading/);
    check({ engine: { kind: 'restarting', message: 'it crashed' } }, 'restarting', /it crashed/);
    check({ engine: { kind: 'failed', message: 'no model' } }, 'error', /no model.*\n.*Restart engine/s);
    check({ enabled: false, engine: { kind: 'failed', message: 'no model' } }, 'off', /Switched off/);
    check({ snoozeEndsAtMs: Date.now() }, 'snoozed', /Snoozed until \d/);
    check({ language: { id: 'go', on: false } }, 'language-off', /off for go/);
  });

  it('tells model, device, threads and the last suggestion', () => {
    check({}, 'ready', /Model fake.*Device wasm, 1 thread: it is the only one\n/s);
    check(
      { rates: { promptTokensPerSecond: 1500, tokenMs: 2.25 } },
      'ready',
      /Measured: prompts 1500 tokens\/s, 2\.3 ms a token/,
    );
    check(
      { last: { kind: 'given', latencyMs: 12.3, source: 'cache', probability: 0.42 } },
      'ready',
      /12 ms, from the cache, 42 % sure/,
    );
    check({ last: { kind: 'none', latencyMs: 3, reason: 'mid-word' } }, 'ready', /none \(mid-word\), 3 ms/);
  });

  it('tells of memory', () => {
    check({}, 'ready', /Memory is off: no folder is open/);
    const forgotten = { kind: 'off', reason: 'forgotten' } as const;
    check({ memory: forgotten }, 'ready', /forgotten.*command:tinymemory\.rememberWorkspace/s);
    check({ memory: remembered }, 'ready', /1,234 files, 2,000,000 tokens, 16\\\.0 MB/);
    check({ memory: { ...remembered, isKept: false } }, 'ready', /it ends with the session/);
    const text = (memory: StatusInput['memory'], changed: Partial<StatusInput> = {}) =>
      statusView({ ...ready, ...changed, memory }).text;
    const indexing = { kind: 'indexing', ...size, done: 425, total: 1_000 } as const;
    assert.equal(text(indexing), '$(sparkle) TinyMemory: indexing 42 %');
    assert.equal(text({ ...indexing, done: 0, total: 0 }), '$(sparkle) TinyMemory');
    assert.equal(text(indexing, { enabled: false }), '$(circle-slash) TinyMemory');
    assert.equal(text(remembered), '$(sparkle) TinyMemory');
  });

  it('lets no text become markup', () => {
    const engine = { kind: 'failed', message: '[x](command:evil) $(bug)\n# big' } as const;
    const { hover } = statusView({ ...ready, engine });
    assert(hover.includes('\\[x\\]\\(command:evil\\) \\$\\(bug\\) \\# big'));
  });

  it('links only to commands that it may run', () => {
    const { hover } = statusView({ ...ready, engine: { kind: 'failed', message: '' } });
    const linked = [...hover.matchAll(/\(command:([\w.]+)/g)].map(([, command]) => command);
    assert.equal(linked.length, 6);
    for (const command of linked) assert(hoverCommands.some(allowed => allowed === command));
  });
});

describe('menu', () => {
  function labels(enabled: boolean, isSnoozed: boolean, on?: boolean, memory = ready.memory): string {
    const language = on === undefined ? undefined : { id: 'go', on };
    return menuEntries({ enabled, isSnoozed, language, memory })
      .map(({ label }) => label.replace(/^\$\([a-z-]+\) /, ''))
      .join(', ');
  }

  it('offers what makes sense in the state', () => {
    assert.equal(
      labels(false, false, true),
      'Switch suggestions on, What TinyMemory did for you, Settings, Show log, Engine report',
    );
    assert.match(
      labels(true, false, true),
      /^Switch suggestions off, Switch off for go, Snooze for 5 minutes/,
    );
    assert.match(labels(true, true, false), /Switch on for go, Resume now, Suggest now/);
    assert.doesNotMatch(labels(true, false), /for go/);
    assert.match(labels(true, false, true, remembered), /Forget this workspace/);
    assert.match(labels(true, false, true, { kind: 'off', reason: 'forgotten' }), /Remember this workspace/);
    assert.doesNotMatch(labels(true, false), /this workspace/);
    assert.match(
      labels(true, false, true, remembered),
      /Evaluate on this workspace, Train on this workspace, Show trainings/,
    );
    assert.doesNotMatch(labels(false, false, true, remembered), /Evaluate on this workspace/);
  });

  it('runs only commands that exist', () => {
    const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    const language = { id: 'go', on: true };
    const entries = [
      ...menuEntries({ enabled: true, isSnoozed: false, language, memory: remembered }),
      ...snoozeEntries(true),
    ];
    for (const { command } of entries) {
      assert(command.startsWith('workbench.') || manifest.includes(`"command": "${command}"`), command);
    }
  });
});
