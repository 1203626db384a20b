// The frame of pages with a script: one bundle of ours and our style sheets, and nothing else may run or be loaded. What
// they show, they build themselves from messages.

import type { Webview, WebviewOptions } from 'vscode';
import { Uri } from 'vscode';
import { escapeHtml } from './webPage.ts';

export interface InteractivePage {
  /** Plain text. */
  readonly title: string;
  /** Folder of `src/webview`: its bundle is `dist/webview/NAME.js`, with `NAME.css` beside it. */
  readonly name: string;
  /** Random, for the content security policy. */
  readonly nonce: string;
}

/** What an interactive page is allowed: its script, and files of the bundles' folder alone. */
export function interactiveOptions(extensionUri: Uri): WebviewOptions {
  return { enableScripts: true, localResourceRoots: [bundleFolder(extensionUri)] };
}

/** The frame of a page that its bundle fills. Set the webview's options to `interactiveOptions` first. */
export function interactivePage(
  webview: Pick<Webview, 'asWebviewUri' | 'cspSource'>,
  extensionUri: Uri,
  { title, name, nonce }: InteractivePage,
): string {
  const address = (file: string): string =>
    escapeHtml(webview.asWebviewUri(Uri.joinPath(bundleFolder(extensionUri), file)).toString());
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `font-src ${webview.cspSource}`,
    "form-action 'none'",
    "base-uri 'none'",
  ];
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy.join('; '))}">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" id="vscode-codicon-stylesheet" nonce="${nonce}" href="${address('codicon.css')}">
<link rel="stylesheet" nonce="${nonce}" href="${address(`${name}.css`)}">
</head>
<body>
<script type="module" nonce="${nonce}" src="${address(`${name}.js`)}"></script>
</body>
</html>`;
}

function bundleFolder(extensionUri: Uri): Uri {
  return Uri.joinPath(extensionUri, 'dist/webview');
}
