// Text that stands in Markdown and stays text. Files, models and endpoints hold backticks too, so each fence and each code
// span is chosen for what it encloses: nothing can close it early and go on as live Markdown.

/** A code block around any text. A language that is no plain word is left out. */
export function fenced(text: string, languageId: string): string {
  const fence = fenceFor(text);
  return `${fence}${infoOf(languageId)}\n${text}\n${fence}`;
}

/** A code span around any text; white space becomes single spaces, as a span is part of one line. */
export function codeSpan(text: string): string {
  const plain = text.replace(/\s+/g, ' ').trim();
  const longest = longestRun(plain);
  const marks = '`'.repeat(longest + 1);
  return longest === 0 ? `${marks}${plain}${marks}` : `${marks} ${plain} ${marks}`;
}

/** Any text as one line of prose: it renders as it reads, without markup, HTML, icons of VS Code or links, bare ones too. */
export function escapedText(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~$&@]|:(?=\/\/)/g, '\\$&').replace(/\s+/g, ' ');
}

/** Markdown with a block of code left open at its end closed, so that what is put after it is read as what it is. */
export function withFencesClosed(markdown: string): string {
  let open = '';
  for (const line of markdown.split(/\r\n|\n|\r/)) {
    const [, marks = '', rest = ''] = /^ {0,3}(`{3,}(?!`)|~{3,}(?!~))(.*)/s.exec(line) ?? [];
    if (open === '') open = marks.startsWith('`') && rest.includes('`') ? '' : marks;
    else if (marks.startsWith(open) && rest.trim() === '') open = '';
  }
  return open === '' ? markdown : `${markdown}\n${open}`;
}

/**
 * A code block whose text comes piece by piece. A line that would close it ends the block, and a longer fence opens the
 * next one, as what comes cannot be known when the first fence is written.
 */
export class FencedStream {
  private readonly info: string;
  private fence = '``````';
  /** A line that has been nothing but backticks and white space so far; undefined amid other lines. */
  private held: string | undefined = '';

  constructor(languageId: string) {
    this.info = infoOf(languageId);
  }

  /** Each method gives the Markdown to append. */
  open(): string {
    return `\n\n${this.fence}${this.info}\n`;
  }

  add(text: string): string {
    let out = '';
    for (const piece of text.split(/(?<=[\n\r])|(?<=[^\n\r])(?=[\n\r])/)) {
      if (this.held !== undefined) {
        this.held += piece;
        if (/^[ \t`]*$/.test(this.held)) continue;
        out += this.release();
      } else out += piece;
      if (/[\n\r]$/.test(piece)) this.held = '';
    }
    return out;
  }

  close(): string {
    return `${this.release()}\n${this.fence}\n\n`;
  }

  private release(): string {
    const line = this.held ?? '';
    this.held = undefined;
    if (longestRun(line) < this.fence.length) return line;
    const before = this.fence;
    this.fence = '`'.repeat(longestRun(line) + 1);
    return `${before}\n\n${this.fence}${this.info}\n${line}`;
  }
}

function fenceFor(text: string): string {
  return '`'.repeat(Math.max(3, longestRun(text) + 1));
}

function longestRun(text: string): number {
  let longest = 0;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return longest;
}

function infoOf(languageId: string): string {
  return /^[\w+#.-]{1,40}$/.test(languageId) ? languageId : '';
}
