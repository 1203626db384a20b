// Inside the extension host, with every call that opens a socket trapped in its main thread and in all worker
// threads since before TinyMemory was activated: the whole flow makes none, and the traps are shown to work.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { acceptSuggestion, openAtEndOf, revert, type } from './editing.ts';
import { patchableFunctions } from './socketCalls.ts';
import { extensionId, hostTrapsKey, type HostTraps } from './trapExtension.ts';

/** Defines the suite. */
export function offlineSuite(): void {
  describe('offline', () => {
    afterEach(revert);

    it('sets its traps before the extension is active', async () => {
      await vscode.extensions.getExtension('tinymemory.tinymemory-host-tests')?.activate();
      assert.equal(traps().tooLate, false);
    });

    it('traps every call in the extension host', () => {
      assert.deepEqual(firedIn(0), allCalls());
    });

    it('traps every call in the engine thread and in the threads that it starts', async () => {
      await vscode.extensions.getExtension(extensionId)?.activate();
      const engine = traps().workers.at(-1);
      assert.ok(
        engine !== undefined && engine.threadId > 0,
        'the extension runs no thread whose start was seen',
      );
      // A thread reports when it begins, which may be a moment from now.
      for (let waitedMs = 0; !traps().threads.has(engine.threadId) && waitedMs < 10_000; waitedMs += 50) {
        await sleep(50);
      }
      assert.deepEqual(firedIn(engine.threadId), allCalls());
      for (const thread of traps().threads.keys())
        assert.deepEqual(firedIn(thread), allCalls(), `thread ${thread}`);
    });

    it('opens no socket from activation to acceptance', async () => {
      const editor = await openAtEndOf('src/catalogue.ts', 'book.title === title');
      await type('\nconst other = ');
      const inserted = await acceptSuggestion(editor, 15_000);
      assert.notEqual(inserted.trim(), '');
      await vscode.commands.executeCommand('tinymemory.suggest');
      await sleep(1_000);
      const ours = traps().calls.filter(call => call.thread !== 0 || !isOfVsCode(call.stack));
      assert.deepEqual(ours, []);
    });

    it('loses its engine in the middle of a request and works at the next keystroke', async () => {
      const before = traps().workers.length;
      const editor = await openAtEndOf('src/members.ts', 'member.email === email');
      await type('\nconst other = ');
      await Promise.all(traps().workers.map(worker => worker.terminate()));
      await type('this');
      const inserted = await acceptSuggestion(editor, 15_000, true);
      assert.notEqual(inserted.trim(), '');
      assert.ok(traps().workers.length > before, 'no new worker was started');
    });
  });
}

function traps(): HostTraps {
  const found: unknown = Reflect.get(globalThis, hostTrapsKey);
  if (found === undefined) throw new Error('the trap extension was not activated');
  return found as HostTraps;
}

function firedIn(thread: number): string[] {
  return [...(traps().threads.get(thread) ?? [])].sort();
}

function allCalls(): string[] {
  return patchableFunctions()
    .map(({ api }) => api)
    .sort();
}

/** VS Code and its built-in extensions may do what they like; a call without any of their frames is held against us. */
function isOfVsCode(stack: string): boolean {
  const ours = vscode.extensions.getExtension(extensionId)?.extensionPath ?? extensionId;
  return !stack.includes(ours) && stack.includes(vscode.env.appRoot);
}
