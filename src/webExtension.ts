// The extension in an extension host of a browser: its home is what VS Code gives it, and workers of the browser.

import type { ExtensionContext } from 'vscode';
import { Uri } from 'vscode';
import { editorFiles } from './editor/memory/editorFiles.ts';
import type { EditorHome } from './editor/engine/editorHome.ts';
import type { RunningExtension } from './editor/startExtension.ts';
import { startExtension } from './editor/startExtension.ts';
import { engineWebWorker } from './worker/client/engineWebWorker.ts';
import { webLocks } from './worker/platform/webLocks.ts';

const storage = { files: editorFiles, locks: webLocks };

const home: EditorHome = {
  storage,
  placeOf: uri => uri.toString(),
  uriOf: place => Uri.parse(place),
  disk: undefined,
  engine: ({ extensionUri, logger }) =>
    engineWebWorker({ storage, diskRules: noDisk }, extensionUri.toString(), logger),
};

/** No folder is on a disk. */
function noDisk(path: string): Promise<never> {
  return Promise.reject(new Error(`${path} is on a disk, which a browser does not reach`));
}

let running: RunningExtension | undefined;

export function activate(context: ExtensionContext): void {
  running = startExtension(context, home);
}

/** Resolves once everything to be kept is written and the engine has ended. */
export async function deactivate(): Promise<void> {
  await running?.shutDown();
  running = undefined;
}
