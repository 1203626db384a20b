// What the tests of training in the bundled extension share: commands, and what the user is shown, in the VS Code that the
// bench has at the moment.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExtensionBench } from './extensionBench.ts';
import { fakeUri } from './fakeVscode.ts';

export function trainingBench(bench: ExtensionBench) {
  return {
    /** A fresh VS Code with a folder open. */
    reset: (): ExtensionBench['vscode'] => {
      bench.reset();
      bench.vscode.state.folders.push({ name: 'folder', uri: fakeUri('file:/folder') });
      return bench.vscode;
    },
    activate: async (): Promise<void> => {
      bench.activate();
      await bench.ready();
    },
    run: (command: string, argument?: unknown) =>
      bench.vscode.api.commands.executeCommand(`tinymemory.${command}`, argument),
    /** Where trainings are kept. */
    trainings: () => join(bench.storageFolder, 'trainings'),
    /** Of the task that was started last. */
    terminal: () => bench.vscode.tasks.terminals.at(-1) ?? assert.fail('no terminal'),
    logged: (what: RegExp) => bench.vscode.log.some(line => what.test(line)),
    told: (what: RegExp) => bench.vscode.messages.some(line => what.test(line)),
    /** By the status bar's hover. */
    modelInUse: () => /Model ([^(,]*)[(,]/.exec(bench.vscode.statusBar.tooltip.value)?.[1]?.trim(),
    /** Whatever is waited for comes by an event of another thread; mocha's own limit ends what never comes. */
    until: async (is: () => boolean, what: string): Promise<void> => {
      const late = setTimeout(() => {
        console.error(`still waiting: ${what}`, bench.vscode.messages, bench.vscode.log);
      }, 45_000);
      try {
        while (!is()) await sleep(5);
      } finally {
        clearTimeout(late);
      }
    },
  };
}
