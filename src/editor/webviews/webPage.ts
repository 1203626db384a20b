// The frames of the pages that the extension shows. Reports: no script runs in them and nothing is loaded; one style
// sheet with a nonce, in VS Code's theme colours. Interactive pages: a script and style sheets of ours, nothing else; what
// they show, they build themselves from messages.

export interface WebPage {
  /** Plain text. */
  readonly title: string;
  /** HTML, in which all text of the workspace is escaped. */
  readonly body: string;
  /** Random, for the content security policy. */
  readonly nonce: string;
  /** CSS beyond what all pages have. */
  readonly style?: string;
}

export function webPage({ title, body, nonce, style = '' }: WebPage): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}'">
<title>${escapeHtml(title)}</title>
<style nonce="${nonce}">${commonStyle}${style}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${body}
</body>
</html>`;
}

export interface InteractivePage {
  /** Plain text. */
  readonly title: string;
  /** Random, for the content security policy. */
  readonly nonce: string;
  /** Addresses of the bundle, its style sheet, and the icon font's. */
  readonly script: string;
  readonly styleSheet: string;
  readonly icons: string;
  /** Where style sheets and fonts may come from, as a source of the content security policy. */
  readonly cspSource: string;
  /** Whether it starts workers from scripts that it is sent, and these WebAssembly. They have no network either. */
  readonly runsEngines?: boolean;
}

export function interactivePage(page: InteractivePage): string {
  const { nonce, cspSource, runsEngines = false } = page;
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'${runsEngines ? " 'wasm-unsafe-eval'" : ''}`,
    ...(runsEngines ? ['worker-src blob:'] : []),
    `style-src ${cspSource} 'nonce-${nonce}'`,
    `font-src ${cspSource}`,
    "form-action 'none'",
    "base-uri 'none'",
  ];
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy.join('; '))}">
<title>${escapeHtml(page.title)}</title>
<link rel="stylesheet" id="vscode-codicon-stylesheet" nonce="${nonce}" href="${escapeHtml(page.icons)}">
<link rel="stylesheet" nonce="${nonce}" href="${escapeHtml(page.styleSheet)}">
</head>
<body>
<script type="module" nonce="${nonce}" src="${escapeHtml(page.script)}"></script>
</body>
</html>`;
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

const commonStyle = `
body { max-width: 44rem; margin: 0 auto; padding: 1rem 1.5rem; line-height: 1.5; }
h1 { font-size: 1.5em; font-weight: 600; }
h2 { font-size: 1.1em; font-weight: 600; margin-top: 2em; }
.lead { font-size: 1.15em; }
table { width: 100%; border-collapse: collapse; margin-top: 1em; }
th, td { padding: 0.35em 0.6em; text-align: right; border-bottom: 1px solid var(--vscode-widget-border, transparent); }
tbody th { text-align: left; font-weight: normal; }
td { font-variant-numeric: tabular-nums; }
small { color: var(--vscode-descriptionForeground); }
a { color: var(--vscode-textLink-foreground); }`;
