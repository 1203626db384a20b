// The menu behind the status bar item, as data: which entries there are in which state.

import type { MemoryStatus } from './memoryStatus.ts';

export interface MenuState {
  readonly enabled: boolean;
  readonly isSnoozed: boolean;
  /** Language of the active editor; undefined without one. */
  readonly language: { readonly id: string; readonly on: boolean } | undefined;
  readonly memory: MemoryStatus;
}

export interface MenuEntry {
  /** With a codicon. */
  readonly label: string;
  readonly command: string;
  readonly arguments?: readonly unknown[];
}

export const snoozeMinutes = [5, 15, 60] as const;

/** Entries of the menu, in the order shown. */
export function menuEntries({ enabled, isSnoozed, language, memory }: MenuState): readonly MenuEntry[] {
  const entries: MenuEntry[] = [
    {
      label: enabled ? '$(circle-slash) Switch suggestions off' : '$(sparkle) Switch suggestions on',
      command: 'tinymemory.toggle',
    },
  ];
  if (enabled) {
    if (language !== undefined) {
      const label = language.on
        ? `$(eye-closed) Switch off for ${language.id}`
        : `$(eye) Switch on for ${language.id}`;
      entries.push({ label, command: 'tinymemory.toggleLanguage' });
    }
    entries.push(...snoozeEntries(isSnoozed));
    entries.push({ label: '$(lightbulb) Suggest now', command: 'tinymemory.suggest' });
  }
  if (memory.kind === 'off' && memory.reason === 'forgotten') {
    entries.push({ label: '$(database) Remember this workspace', command: 'tinymemory.rememberWorkspace' });
  } else if (memory.kind !== 'off') {
    entries.push({ label: '$(trash) Forget this workspace', command: 'tinymemory.forgetWorkspace' });
  }
  if (enabled && (memory.kind !== 'off' || memory.reason !== 'no-folder')) {
    entries.push(
      { label: '$(beaker) Evaluate on this workspace', command: 'tinymemory.evaluateWorkspace' },
      { label: '$(mortar-board) Train on this workspace', command: 'tinymemory.train' },
      { label: '$(graph-line) Show trainings', command: 'tinymemory.showTrainings' },
    );
  }
  entries.push(
    { label: '$(graph) What TinyMemory did for you', command: 'tinymemory.showStatistics' },
    { label: '$(gear) Settings', command: 'workbench.action.openSettings', arguments: ['tinymemory'] },
    { label: '$(output) Show log', command: 'tinymemory.showLog' },
    { label: '$(pulse) Engine report', command: 'tinymemory.engineReport' },
  );
  if (enabled)
    entries.push({ label: '$(debug-restart) Restart engine', command: 'tinymemory.restartEngine' });
  return entries;
}

/** Entries of the snooze command's own list. */
export function snoozeEntries(isSnoozed: boolean): readonly MenuEntry[] {
  if (isSnoozed) {
    return [{ label: '$(bell) Resume now', command: 'tinymemory.snooze', arguments: [0] }];
  }
  return snoozeMinutes.map(minutes => ({
    label: `$(bell-slash) Snooze for ${minutes === 60 ? '1 hour' : `${minutes} minutes`}`,
    command: 'tinymemory.snooze',
    arguments: [minutes],
  }));
}
