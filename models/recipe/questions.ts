// Questions and answers made from the code itself: what a documented function does, and how to write one that does
// that. They give chat's template something to stand on.

export interface Exchange {
  readonly question: string;
  readonly answer: string;
}

/** A documented declaration: its comment as plain sentences, its name and its code. */
interface Documented {
  readonly summary: string;
  readonly name: string;
  readonly signature: string;
  readonly code: string;
}

const maxLines = 30;

/** Exchanges about the documented declarations of a file, in their order, alternating in kind. */
export function exchangesOf(text: string, language: string): readonly Exchange[] {
  return documented(text, language).map(({ summary, name, signature, code }, index) => {
    const fenced = `\`\`\`${language}\n${code}\n\`\`\``;
    if (index % 3 === 0) return { question: `What does \`${name}\` do?\n${fenced}`, answer: summary };
    if (index % 3 === 1) return { question: `Write this in ${language}: ${summary}`, answer: fenced };
    return { question: `Complete \`${signature}\`. ${summary}`, answer: fenced };
  });
}

function documented(text: string, language: string): readonly Documented[] {
  const lines = text.split('\n');
  const found: Documented[] = [];
  for (let at = 0; at < lines.length; at++) {
    const comment = language === 'python' ? docstringAfter(lines, at) : commentAt(lines, at);
    if (comment === undefined) continue;
    const code = blockAt(lines, comment.codeLine, language);
    const signature = (lines[comment.codeLine] ?? '').trim();
    const name = nameOf(signature);
    const summary = comment.text.replace(/\s+/g, ' ').trim();
    if (code !== undefined && name !== undefined && /^[A-Z`].{20,300}/.test(summary)) {
      found.push({ summary: firstSentences(summary), name, signature, code });
    }
    at = Math.max(at, comment.lastLine);
  }
  return found;
}

interface Comment {
  readonly text: string;
  readonly codeLine: number;
  readonly lastLine: number;
}

function commentAt(lines: readonly string[], start: number): Comment | undefined {
  const first = (lines[start] ?? '').trim();
  let end = start;
  if (first.startsWith('/**')) {
    while (end < lines.length && !(lines[end] ?? '').includes('*/')) end++;
  } else if (/^\/\/[/!]? /.test(first)) {
    while (/^\/\/[/!]?(?: |$)/.test((lines[end + 1] ?? '').trim())) end++;
  } else return undefined;
  let code = end + 1;
  while (/^\s*[@#][\w[(]/.test(lines[code] ?? '')) code++;
  const text = lines
    .slice(start, end + 1)
    .map(line =>
      line
        .trim()
        .replace(/^(?:\/\*\*+|\/\/[/!]?|\*+\/|\*)\s?/, '')
        .replace(/\*\/\s*$/, ''),
    )
    .join('\n')
    .replace(/\n\s*@[\s\S]*$/, '')
    .replace(/\n\s*#[\s\S]*$/, '');
  return { text, codeLine: code, lastLine: end };
}

function docstringAfter(lines: readonly string[], at: number): Comment | undefined {
  if (!/^\s*(?:async )?def \w+\(.*\).*:\s*$/.test(lines[at] ?? '')) return undefined;
  const opening = /^\s*r?"""(.*)$/.exec(lines[at + 1] ?? '');
  if (opening === null) return undefined;
  const body: string[] = [];
  for (let line = at + 1; line < Math.min(lines.length, at + maxLines); line++) {
    const text = (lines[line] ?? '').trim().replace(/^r?"""/, '');
    if (text.endsWith('"""') && (line > at + 1 || text !== '')) {
      body.push(text.slice(0, -3));
      break;
    }
    if (text === '' && body.length > 0) break;
    body.push(text);
  }
  return { text: body.join('\n'), codeLine: at, lastLine: at };
}

/** The declaration's lines up to where its indentation ends, with its closing line; undefined when it is too long. */
function blockAt(lines: readonly string[], start: number, language: string): string | undefined {
  const first = lines[start] ?? '';
  const indent = indentOf(first);
  let end = start + 1;
  while (end < lines.length && end - start <= maxLines) {
    const line = lines[end] ?? '';
    if (line.trim() !== '' && indentOf(line) <= indent && !/^\s*[)\]]/.test(line)) break;
    end++;
  }
  if (end - start > maxLines) return undefined;
  const closes = /^\s*\}/.test(lines[end] ?? '');
  if (language !== 'python' && !closes) return undefined;
  const block = lines.slice(start, closes ? end + 1 : end);
  return block
    .map(line => line.slice(Math.min(indent, indentOf(line))))
    .join('\n')
    .trimEnd();
}

function nameOf(signature: string): string | undefined {
  return (
    /(?:\b(?:function\*?|def|fn|func(?: \([^)]*\))?|class|interface|struct|enum|type)\s+)(\w+)/.exec(
      signature,
    )?.[1] ?? /(\w+)\s*(?:<[^>]*>)?\(/.exec(signature)?.[1]
  );
}

function firstSentences(summary: string): string {
  const end = summary.indexOf('. ', 60);
  return end === -1 ? summary : summary.slice(0, end + 1);
}

function indentOf(line: string): number {
  return /^[ \t]*/.exec(line)?.[0].length ?? 0;
}
