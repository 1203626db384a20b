// The README as the VSIX shows it. VS Code's page of an extension loads pictures from https alone, neither from the VSIX
// nor from data URLs: in an extension that opens no socket they could only show broken.

/** Without the paragraphs that are a picture. Throws where a picture stands amid text. */
export function packagedReadme(text: string): string {
  const plain = text.replace(/^!\[[^\]]*\]\([^)]*\)\r?\n(?:\r?\n)?/gm, '');
  if (/!\[|<img\b/i.test(plain)) throw new Error('README.md: a picture must be a paragraph of its own');
  return plain;
}
