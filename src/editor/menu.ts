// The menu behind the status bar item, as data: what it offers in each state, in groups, with the default keys. What is
// wanted most comes first, so that Enter does no harm; what deletes or switches off comes last.

import type { MemoryStatus } from './memory/memoryStatus.ts';

export interface MenuState {
  readonly enabled: boolean;
  readonly isSnoozed: boolean;
  /** Language of the active editor; undefined without one. */
  readonly language: { readonly id: string; readonly on: boolean } | undefined;
  readonly memory: MemoryStatus;
  readonly training: 'none' | 'running' | 'interrupted';
}

export interface MenuEntry {
  /** With a codicon. */
  readonly label: string;
  /** Beside the label: the default key. */
  readonly description?: string;
  readonly command: string;
  readonly arguments?: readonly unknown[];
}

/** Never without entries. */
export interface MenuGroup {
  readonly title: string;
  readonly entries: readonly MenuEntry[];
}

const snoozeMinutes = [5, 15, 60] as const;

/** In the order shown. */
export function menuGroups(state: MenuState): readonly MenuGroup[] {
  const groups: readonly MenuGroup[] = [
    { title: 'Code', entries: codeEntries(state) },
    { title: 'Learning from this workspace', entries: workspaceEntries(state) },
    { title: 'TinyMemory', entries: productEntries(state) },
    { title: 'Quiet', entries: quietEntries(state) },
    { title: 'Memory', entries: memoryEntries(state) },
  ];
  return groups.filter(({ entries }) => entries.length > 0);
}

/** Entries of the snooze command's own list. */
export function snoozeEntries(isSnoozed: boolean): readonly MenuEntry[] {
  if (isSnoozed) return [resumeEntry];
  return snoozeMinutes.map(minutes => ({
    label: `$(bell-slash) Snooze for ${minutes === 60 ? '1 hour' : `${minutes} minutes`}`,
    command: 'tinymemory.snooze',
    arguments: [minutes],
  }));
}

const resumeEntry: MenuEntry = {
  label: '$(bell) Resume suggestions now',
  command: 'tinymemory.snooze',
  arguments: [0],
};

function codeEntries({ enabled, isSnoozed, language }: MenuState): readonly MenuEntry[] {
  const chat: MenuEntry = {
    label: '$(comment-discussion) Ask about this workspace (chat)',
    description: 'Alt+Shift+\\',
    command: 'tinymemory.ask',
  };
  if (!enabled) return [{ label: '$(sparkle) Switch suggestions on', command: 'tinymemory.toggle' }, chat];
  const suggest: MenuEntry = {
    label: '$(lightbulb) Suggest now',
    description: 'Alt+\\',
    command: 'tinymemory.suggest',
  };
  // Without an editor there is nowhere to suggest.
  return [...(language === undefined ? [] : [suggest]), chat, ...(isSnoozed ? [resumeEntry] : [])];
}

function workspaceEntries({ enabled, memory, training }: MenuState): readonly MenuEntry[] {
  if (memory.kind === 'off' && memory.reason === 'no-folder') return [];
  const start: Readonly<Record<MenuState['training'], readonly MenuEntry[]>> = {
    none: [{ label: '$(mortar-board) Train on this workspace...', command: 'tinymemory.train' }],
    running: [],
    interrupted: [
      { label: '$(debug-continue) Resume the interrupted training', command: 'tinymemory.resumeTraining' },
    ],
  };
  return [
    ...start[training],
    { label: '$(graph-line) Show trainings', command: 'tinymemory.showTrainings' },
    ...(enabled
      ? [{ label: '$(beaker) Evaluate on this workspace', command: 'tinymemory.evaluateWorkspace' }]
      : []),
  ];
}

function productEntries({ enabled }: MenuState): readonly MenuEntry[] {
  return [
    { label: '$(graph) Statistics: what TinyMemory did for you', command: 'tinymemory.showStatistics' },
    { label: '$(gear) Settings', command: 'workbench.action.openSettings', arguments: ['tinymemory'] },
    { label: '$(output) Show log', command: 'tinymemory.showLog' },
    { label: '$(pulse) Engine report, for a bug report', command: 'tinymemory.engineReport' },
    ...(enabled ? [{ label: '$(debug-restart) Restart engine', command: 'tinymemory.restartEngine' }] : []),
  ];
}

function quietEntries({ enabled, isSnoozed, language }: MenuState): readonly MenuEntry[] {
  if (!enabled) return [];
  return [
    ...(isSnoozed ? [] : [{ label: '$(bell-slash) Snooze...', command: 'tinymemory.snooze' }]),
    ...(language === undefined
      ? []
      : [
          {
            label: language.on
              ? `$(eye-closed) Switch off for ${language.id}`
              : `$(eye) Switch on for ${language.id}`,
            command: 'tinymemory.toggleLanguage',
          },
        ]),
    { label: '$(circle-slash) Switch suggestions off', command: 'tinymemory.toggle' },
  ];
}

function memoryEntries({ memory }: MenuState): readonly MenuEntry[] {
  if (memory.kind !== 'off' || memory.reason === 'starting')
    return [{ label: '$(trash) Forget this workspace...', command: 'tinymemory.forgetWorkspace' }];
  if (memory.reason !== 'forgotten') return [];
  return [{ label: '$(database) Remember this workspace', command: 'tinymemory.rememberWorkspace' }];
}
