// A tab whose page lends WebGPU to engines: opened behind what the user works on, and kept alive there.

import { commands, Uri, ViewColumn, window } from 'vscode';
import { DisposableStore } from '../../base/disposable.ts';
import type { PageListener, ShownPage } from '../../worker/client/pageWorkers.ts';
import { fillWebview } from '../webviews/interactiveWebview.ts';
import { webviewPort } from '../webviews/webviewPort.ts';

export function openEnginePanel(extensionUri: Uri, listener: PageListener): ShownPage {
  const before = window.activeTextEditor;
  const hasTabs = window.tabGroups.activeTabGroup.tabs.length > 0;
  const title = 'TinyMemory on WebGPU';
  const panel = window.createWebviewPanel(
    'tinymemory.engine',
    title,
    { viewColumn: ViewColumn.Active, preserveFocus: true },
    { retainContextWhenHidden: true },
  );
  panel.iconPath = Uri.joinPath(extensionUri, 'media/icon.png');
  const owned = new DisposableStore();
  let isOpen = true;
  panel.onDidDispose(() => {
    if (isOpen) listener.closed();
    isOpen = false;
    owned.dispose();
  });
  fillWebview(panel.webview, extensionUri, 'engine', title, { runsEngines: true });
  // VS Code opens no tab in the background: the user's comes back at once.
  if (before !== undefined) void window.showTextDocument(before.document, before.viewColumn);
  else if (hasTabs) void commands.executeCommand('workbench.action.openPreviousRecentlyUsedEditorInGroup');
  return {
    port: webviewPort(panel.webview, owned),
    close() {
      isOpen = false;
      panel.dispose();
    },
  };
}
