// Documents and addresses of the fake VS Code: text by lines, and an address that is its text.

export interface FakeDocument {
  readonly uri: { readonly scheme: string; readonly path: string; toString(): string };
  readonly languageId: string;
  readonly lineCount: number;
  readonly eol: number;
  readonly encoding: string;
  readonly isUntitled: boolean;
  readonly isClosed: boolean;
  version: number;
  lineAt(line: number): { readonly text: string };
  offsetAt(position: { readonly line: number; readonly character: number }): number;
}

export function fakeUri(text: string): FakeDocument['uri'] & { readonly fsPath: string } {
  const [scheme = '', path = ''] = text.split(':');
  return { scheme, path, fsPath: path, toString: () => text };
}

/** A document of `text`, whose line ends tell its kind. */
export function fakeDocument(uri: string, languageId: string, text: string): FakeDocument {
  const lines = text.split(/\r?\n/);
  return {
    uri: fakeUri(uri),
    languageId,
    lineCount: lines.length,
    eol: text.includes('\r\n') ? 2 : 1,
    encoding: 'utf8',
    isUntitled: uri.startsWith('untitled:'),
    isClosed: false,
    version: 1,
    lineAt: line => ({ text: lines[line] ?? '' }),
    offsetAt: ({ line, character }) =>
      lines.slice(0, line).reduce((sum, { length }) => sum + length + 1, 0) + character,
  };
}
