// What the status bar, its hover and the menu say in each state.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { MenuState } from '../../src/editor/menu.ts';
import { menuGroups, snoozeEntries } from '../../src/editor/menu.ts';
import { memorySummary } from '../../src/editor/memory/memoryStatus.ts';
import { silenceTexts } from '../../src/editor/suggest/silences.ts';
import { noCompletionReasons } from '../../src/complete/types.ts';
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
    check({ engine: { kind: 'failed', message: 'no model' } }, 'error', /no model.*\n.*Restart Engine/s);
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
      /Last suggestion: 42 % sure, in 12 ms, worked out before/,
    );
    check(
      { last: { kind: 'none', latencyMs: 3, reason: 'mid-word' } },
      'ready',
      /No suggestion at last: the cursor is inside a word \(mid-word\), 3 ms/,
    );
  });

  it('has words for every silence', () => {
    assert.deepEqual(Object.keys(silenceTexts).sort(), [...noCompletionReasons].sort());
  });

  it('says which files memory does not hold for reasons that nobody would expect', () => {
    assert.doesNotMatch(memorySummary(remembered), /Not in it/);
    assert.match(
      memorySummary({ ...remembered, leftOut: { ignored: 4, 'too-large': 2, 'unknown-encoding': 1 } }),
      /MB\. Not in it: 2 too large \(over 4 MB of code, 1 MB of other text\), 1 in an encoding that cannot be told/,
    );
  });

  it('says of memory only what is true, and how to have it back', () => {
    const off = (reason: Extract<StatusInput['memory'], { kind: 'off' }>['reason']) =>
      memorySummary({ kind: 'off', reason });
    assert.match(off('starting'), /starts once the model has loaded/);
    assert.doesNotMatch(off('starting'), /off|not running/);
    assert.match(off('forgotten'), /"Remember This Workspace" reads it again/);
    assert.match(off('setting'), /tinymemory\.memory\.enable/);
    check(
      { memory: { kind: 'off', reason: 'no-folder' } },
      'ready',
      /\[Open Folder\]\(command:vscode\.openFolder\)/,
    );
  });

  it('tells of memory', () => {
    check({}, 'ready', /Memory is off: no folder is open/);
    const forgotten = { kind: 'off', reason: 'forgotten' } as const;
    check(
      { memory: forgotten },
      'ready',
      /forgotten.*\[Remember This Workspace\]\(command:tinymemory\.rememberWorkspace/s,
    );
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
    assert.equal(linked.length, 8);
    for (const command of linked) assert(hoverCommands.some(allowed => allowed === command));
  });
});

describe('menu', () => {
  const usual: MenuState = {
    enabled: true,
    isSnoozed: false,
    language: { id: 'go', on: true },
    memory: remembered,
    training: 'none',
  };
  const groupsOf = (changed: Partial<MenuState> = {}) =>
    menuGroups({ ...usual, ...changed }).map(
      ({ title, entries }) =>
        `${title}: ${entries.map(({ label }) => label.replace(/^\$\([a-z-]+\) /, '')).join(', ')}`,
    );
  const all = (changed: Partial<MenuState> = {}) => groupsOf(changed).join('; ');

  it('offers what makes sense in the state, in groups, what is wanted most first', () => {
    assert.deepEqual(groupsOf(), [
      'Code: Suggest now, Ask about this workspace (chat)',
      'Learning from this workspace: Train on this workspace..., Show trainings, Evaluate on this workspace',
      'TinyMemory: Statistics: what TinyMemory did for you, Settings, Show log, Engine report, for a bug report, Restart engine',
      'Quiet: Snooze..., Switch off for go, Switch suggestions off',
      'Memory: Forget this workspace...',
    ]);
    assert.match(all({ enabled: false }), /^Code: Switch suggestions on, Ask about this workspace \(chat\);/);
    assert.doesNotMatch(all({ enabled: false }), /Quiet|Evaluate|Suggest now|Restart/);
    assert.match(
      all({ isSnoozed: true, language: { id: 'go', on: false } }),
      /Resume suggestions now;.*Switch on for go/,
    );
    assert.doesNotMatch(all({ isSnoozed: true }), /Snooze/);
    assert.doesNotMatch(all({ language: undefined }), /for go|Suggest now/);
    assert.match(all({ memory: { kind: 'off', reason: 'forgotten' } }), /Memory: Remember this workspace$/);
    assert.match(
      all({ memory: { kind: 'off', reason: 'starting' } }),
      /Memory: Forget this workspace\.\.\.$/,
    );
    assert.doesNotMatch(all({ memory: { kind: 'off', reason: 'no-folder' } }), /Learning|(?<!Tiny)Memory:/);
    assert.match(all({ training: 'interrupted' }), /Resume the interrupted training, Show trainings/);
    assert.doesNotMatch(all({ training: 'running' }), /Train on|Resume/);
  });

  it('does no harm on Enter, whatever the state', () => {
    const harmful = ['forgetWorkspace', 'toggleLanguage', 'resetStatistics', 'discardTraining', 'snooze'];
    for (const enabled of [true, false]) {
      for (const isSnoozed of [true, false]) {
        const [first] = menuGroups({ ...usual, enabled, isSnoozed })[0]?.entries ?? [];
        assert(!harmful.includes(first?.command.replace('tinymemory.', '') ?? ''));
        if (enabled) assert.notEqual(first?.command, 'tinymemory.toggle');
      }
    }
  });

  it('shows the default keys of package.json', () => {
    const { contributes } = JSON.parse(
      readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
    ) as { contributes: { keybindings: { command: string; key: string }[] } };
    const shown = menuGroups(usual)
      .flatMap(({ entries }) => entries)
      .filter(({ description }) => description !== undefined);
    assert.equal(shown.length, 2);
    for (const { command, description } of shown) {
      const bound = contributes.keybindings.find(binding => binding.command === command);
      assert.equal(description?.toLowerCase(), bound?.key);
    }
  });

  it('runs only commands that exist', () => {
    const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    const states: Partial<MenuState>[] = [
      {},
      { enabled: false },
      { isSnoozed: true, training: 'interrupted' },
      { memory: { kind: 'off', reason: 'forgotten' } },
    ];
    const entries = states.flatMap(state =>
      menuGroups({ ...usual, ...state }).flatMap(group => group.entries),
    );
    for (const { command } of [...entries, ...snoozeEntries(true), ...snoozeEntries(false)]) {
      assert(command.startsWith('workbench.') || manifest.includes(`"command": "${command}"`), command);
    }
  });
});
