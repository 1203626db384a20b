// Fills a webview with a page of src/webview: its bundle may run and its style sheets be loaded, and nothing else but
// engines where the page is to run them.

import type { Webview } from 'vscode';
import { Uri } from 'vscode';
import { freshNonce } from './nonce.ts';
import { interactivePage } from './webPage.ts';

/**
 * `name` is the folder of `src/webview`: its bundle is `dist/webview/NAME.js`, with `NAME.css` beside it. `title` is plain
 * text.
 */
export function fillWebview(
  webview: Webview,
  extensionUri: Uri,
  name: string,
  title: string,
  { runsEngines = false }: { readonly runsEngines?: boolean } = {},
): void {
  const folder = Uri.joinPath(extensionUri, 'dist/webview');
  const address = (file: string): string => webview.asWebviewUri(Uri.joinPath(folder, file)).toString();
  webview.options = { enableScripts: true, localResourceRoots: [folder] };
  webview.html = interactivePage({
    title,
    nonce: freshNonce(),
    script: address(`${name}.js`),
    styleSheet: address(`${name}.css`),
    icons: address('codicon.css'),
    cspSource: webview.cspSource,
    runsEngines,
  });
}
