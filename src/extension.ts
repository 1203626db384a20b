// The extension in an extension host in Node: its home is the machine's disk and threads.

import { homedir } from 'node:os';
import type { ExtensionContext } from 'vscode';
import { Uri } from 'vscode';
import type { EditorHome } from './editor/editorHome.ts';
import type { RunningExtension } from './editor/startExtension.ts';
import { startExtension } from './editor/startExtension.ts';
import { engineThread } from './worker/engineThread.ts';
import { nodeStorage } from './worker/nodeStorage.ts';

const home: EditorHome = {
  storage: nodeStorage,
  placeOf: uri => (uri.scheme === 'file' ? uri.fsPath : undefined),
  uriOf: path => Uri.file(path),
  disk: { userFolder: homedir() },
  engine: (extensionUri, logger) => engineThread(Uri.joinPath(extensionUri, 'dist/engine.js').fsPath, logger),
};

let running: RunningExtension | undefined;

export function activate(context: ExtensionContext): void {
  running = startExtension(context, home);
}

/** Resolves once everything to be kept is written and the engine thread has ended. */
export async function deactivate(): Promise<void> {
  await running?.shutDown();
  running = undefined;
}
