// Builds the window that a completion looks at from lines around the cursor. It walks outwards from the cursor
// until the limits are reached and never touches the rest, so a document's size does not matter.

import type { DocumentWindow, EndOfLine, Indentation } from './window.ts';
import { windowLimits } from './window.ts';

/** Lines of text, at least one, without their line ends. */
export interface LineSource {
  readonly lineCount: number;
  lineText(line: number): string;
}

export interface LinePosition {
  readonly line: number;
  /** UTF-16 code units from the line's start. */
  readonly character: number;
}

/** The nearest position that exists. */
export function clampPosition(lines: LineSource, position: LinePosition): LinePosition {
  const line = Math.max(0, Math.min(position.line, lines.lineCount - 1));
  if (line < position.line) return { line, character: lines.lineText(line).length };
  if (line > position.line) return { line, character: 0 };
  return { line, character: Math.max(0, Math.min(position.character, lines.lineText(line).length)) };
}

/**
 * The text before a position that exists: whole lines, as many as fit, or the end of the cursor's own line if
 * not even that fits. `startLine` is the line that it starts in.
 */
export function textBefore(
  lines: LineSource,
  position: LinePosition,
  eol: EndOfLine,
  limit: number = windowLimits.prefixChars,
): { text: string; startLine: number } {
  const { line, character } = position;
  if (character > limit) {
    const cut = lines.lineText(line).slice(character - limit, character);
    return { text: isLowSurrogate(cut.charCodeAt(0)) ? cut.slice(1) : cut, startLine: line };
  }
  const parts = [lines.lineText(line).slice(0, character)];
  let remaining = limit - character;
  let startLine = line;
  while (startLine > 0) {
    const text = lines.lineText(startLine - 1);
    remaining -= text.length + eol.length;
    if (remaining < 0) break;
    parts.push(text + eol);
    startLine--;
  }
  return { text: parts.reverse().join(''), startLine };
}

/** The text after a position that exists: whole lines, as many as fit, or the start of the rest of the line. */
export function textAfter(
  lines: LineSource,
  position: LinePosition,
  eol: EndOfLine,
  limit: number = windowLimits.suffixChars,
): string {
  const ownLine = lines.lineText(position.line);
  const length = ownLine.length - position.character;
  if (length > limit) {
    const cut = ownLine.slice(position.character, position.character + limit);
    return isHighSurrogate(cut.charCodeAt(cut.length - 1)) ? cut.slice(0, -1) : cut;
  }
  const parts = [ownLine.slice(position.character)];
  let remaining = limit - length;
  for (let line = position.line + 1; line < lines.lineCount; line++) {
    const text = lines.lineText(line);
    remaining -= text.length + eol.length;
    if (remaining < 0) break;
    parts.push(eol + text);
  }
  return parts.join('');
}

/** Several sources one after another, with an empty line between them, as one. At least one must be given. */
export function concatenateLines(sources: readonly LineSource[]): LineSource {
  const starts: number[] = [];
  let lineCount = -1;
  for (const source of sources) {
    starts.push(lineCount + 1);
    lineCount += 1 + source.lineCount;
  }
  return {
    lineCount,
    lineText(line) {
      const index = starts.findLastIndex(start => start <= line);
      const source = sources[index];
      const own = line - (starts[index] ?? 0);
      return source !== undefined && own < source.lineCount ? source.lineText(own) : '';
    },
  };
}

/**
 * The window as it will be once `text` was inserted at the cursor over `replaceAfter` code units. What the limit
 * then pushes out of the prefix leaves by whole lines, as in `textBefore`.
 */
export function windowAfterInsertion(
  window: DocumentWindow,
  text: string,
  replaceAfter: number,
): DocumentWindow {
  let prefix = window.prefix + text;
  let { startLine } = window;
  while (prefix.length > windowLimits.prefixChars) {
    const lineEnd = prefix.indexOf('\n');
    if (lineEnd === -1) {
      prefix = prefix.slice(-windowLimits.prefixChars);
      break;
    }
    prefix = prefix.slice(lineEnd + 1);
    startLine++;
  }
  const version = window.version + 1;
  return { ...window, version, prefix, startLine, suffix: window.suffix.slice(replaceAfter) };
}

/**
 * What was inserted at the cursor of `before` to get the prefix of `after`; undefined when anything else was
 * changed before the cursor, or when that cannot be told.
 */
export function insertedSince(before: DocumentWindow, after: DocumentWindow): string | undefined {
  if (before.uri !== after.uri) return undefined;
  // The later window may start some lines further down.
  let start = 0;
  for (let line = before.startLine; line < after.startLine; line++) {
    start = before.prefix.indexOf('\n', start) + 1;
    if (start === 0) return undefined;
  }
  const common = before.prefix.slice(start);
  return after.prefix.startsWith(common) ? after.prefix.slice(common.length) : undefined;
}

/** Guesses a document's indentation from some of its text; undefined when nothing in it is indented. */
export function detectIndentation(text: string): Indentation | undefined {
  let tabs = 0;
  let spaces = 0;
  let lastWidth = 0;
  const steps = new Map<number, number>();
  for (const [, indent = ''] of text.matchAll(/^([ \t]*)(?=\S)/gm)) {
    if (indent.includes('\t')) tabs++;
    else if (indent !== '') spaces++;
    const step = indent.length - lastWidth;
    if (step > 1 && step <= 8) steps.set(step, (steps.get(step) ?? 0) + 1);
    lastWidth = indent.length;
  }
  if (tabs === 0 && spaces === 0) return undefined;
  if (tabs >= spaces) return { kind: 'tabs', size: 4 };
  const [maxCommon] = [...steps].sort(([, a], [, b]) => b - a);
  return { kind: 'spaces', size: maxCommon?.[0] ?? 4 };
}

function isLowSurrogate(codeUnit: number): boolean {
  return codeUnit >= 0xdc00 && codeUnit <= 0xdfff;
}

function isHighSurrogate(codeUnit: number): boolean {
  return codeUnit >= 0xd800 && codeUnit <= 0xdbff;
}
