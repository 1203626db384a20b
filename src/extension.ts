// The extension in an extension host in Node: its home is the machine's disk and threads.

import { homedir } from 'node:os';
import type { ExtensionContext } from 'vscode';
import { Uri } from 'vscode';
import { askEndpoint } from './chat/endpoint/endpointWriter.ts';
import type { EditorHome } from './editor/engine/editorHome.ts';
import { openEnginePanel } from './editor/engine/enginePanel.ts';
import type { RunningExtension } from './editor/startExtension.ts';
import { startExtension } from './editor/startExtension.ts';
import { engineThread } from './worker/client/engineThread.ts';
import { nodeDiskRules } from './worker/platform/nodeDiskRules.ts';
import { mendFolder, nodeStorage } from './worker/platform/nodeStorage.ts';
import { PageWorkers } from './worker/client/pageWorkers.ts';

const desktopDefault = 'it is the default on the desktop';

const home: EditorHome = {
  storage: nodeStorage,
  placeOf: uri => (uri.scheme === 'file' ? uri.fsPath : undefined),
  uriOf: path => Uri.file(path),
  disk: { userFolder: homedir(), mendFolder },
  engine({ extensionUri, logger }) {
    const thread = engineThread(Uri.joinPath(extensionUri, 'dist/engine.js').fsPath, logger);
    const page = new PageWorkers({
      open: listener => openEnginePanel(extensionUri, listener),
      host: { storage: nodeStorage, diskRules: nodeDiskRules, askEndpoint },
      extension: extensionUri.fsPath,
      logger,
    });
    return ({ device, avoid }) => {
      // Open the WebGPU tab only if the user set `device` to `webgpu`.
      if (device === 'webgpu' && avoid === undefined) return page.start();
      return thread({ device, avoid: avoid ?? { device: 'webgpu', reason: desktopDefault } });
    };
  },
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
