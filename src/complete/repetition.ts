// Small models fall into loops and copy the line above. Both are found on the text alone.

import type { DocumentWindow } from '../text/window.ts';
import { currentLine } from '../text/window.ts';

/** Letters and digits below which a line (`}`, `break;`, `</div>`) may well stand twice in a row. */
const slightLineChars = 6;

/** Whether a line says so little that its repetition means nothing. */
export function isSlight(line: string): boolean {
  return (line.match(/[\p{L}\p{N}]/gu)?.length ?? 0) < slightLineChars;
}

/**
 * `text` up to and with the first round of a loop in it, if it has one: the same few lines three times, the same
 * characters (no divider such as `-----`) five times and over at least 20 code units, with an emoji or a flag among them
 * twice; and up to what is not a whole emoji. Undefined when the loop began
 * in `before`, so that the text holds nothing else.
 */
export function withoutLoops(text: string, before: string): string | undefined {
  let rest = withoutBrokenEmoji(text, before);
  for (;;) {
    const loop = lineLoop(rest) ?? characterLoop(rest) ?? repeatedEmoji(rest);
    if (loop === undefined) return rest;
    if (loop.start === 0 && before.endsWith(loop.unit)) return undefined;
    rest = rest.slice(0, loop.start + loop.unit.length).replace(/[\ud800-\udbff]$/, '');
  }
}

/**
 * Whether `lines`, the suggestion's lines with the cursor's line made whole, say once more what `previous`, the lines
 * before them, said last: they begin with just the last non-blank lines, or their first goes on with a copy of a few lines
 * above, or declares what is declared already in the same block. Slight lines only count together with others, or at
 * the same indentation where they hold more than closers.
 */
export function repeatsPrevious(lines: readonly string[], previous: readonly string[]): boolean {
  const suggested = filledLines(lines);
  const above = filledLines(previous);
  for (let count = 1; count <= Math.min(suggested.length, above.length, longestCopy); count++) {
    const copied = suggested.slice(0, count);
    const same = copied.every((line, index) => line.trim() === above[above.length - count + index]?.trim());
    if (same && !isSlight(copied.join(''))) return true;
  }
  const [first] = suggested;
  if (first === undefined || closesOnly.test(first)) return false;
  if (first === above.at(-1)) return true;
  return sameBlock(first, above).some(
    (line, index, block) =>
      line === first &&
      (declaration.test(first) ||
        (index > 0 && block[index - 1] === block.at(-1) && !isSlight(block[index - 1] ?? ''))),
  );
}

/** Lines without a word, or with only such as end a block. */
const closesOnly =
  /^[^\p{L}\p{N}\p{Extended_Pictographic}]*(?:(?:end|fi|done|esac)\b[^\p{L}\p{N}]*|<\/[\w.:-]*>)?$/u;
const declaration =
  /^\s*(?:(?:export|default|pub(?:lic)?|private|protected|static|async|abstract|final)\s+)*(?:(?:function|class|interface|enum|struct|trait|def|fn|func|type|const|let|var|val)\s+[\p{L}_$*(]|["']?[\p{L}_][\p{L}\p{N}_.-]*["']?:\s*[^\s:{[(])/u;

/** Of the lines above, the last ones, as far up as none is indented less than `line`; a few at most. */
function sameBlock(line: string, above: readonly string[]): readonly string[] {
  const indent = line.length - line.trimStart().length;
  const outside = above.findLastIndex(other => other.length - other.trimStart().length < indent);
  return above.slice(Math.max(outside + 1, above.length - longestBlock));
}

/**
 * Whether `text`, inserted at the cursor, is the beginning of the next line that is not blank, or of the last one
 * before the cursor's: it may be about to be written once more.
 */
export function mayRepeatNeighbour(text: string, window: Pick<DocumentWindow, 'prefix' | 'suffix'>): boolean {
  const { before, after } = currentLine(window);
  const line = (before + text).trim();
  if (line === '' || text.trim().includes('\n')) return false;
  const next = window.suffix.slice(after.length).trimStart();
  const previous = window.prefix.slice(0, window.prefix.length - before.length).trimEnd();
  return (
    next.startsWith(line) ||
    previous
      .slice(previous.lastIndexOf('\n') + 1)
      .trimStart()
      .startsWith(line)
  );
}

const longestCopy = 5;
/** Lines above among which a copy is looked for. */
const longestBlock = 40;
const longestUnit = 40;

interface Loop {
  readonly start: number;
  readonly unit: string;
}

function filledLines(lines: readonly string[]): string[] {
  return lines.map(line => line.trimEnd()).filter(line => line !== '');
}

function lineLoop(text: string): Loop | undefined {
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at++) {
    for (let count = 1; at + 3 * count <= lines.length && count <= 3; count++) {
      const unit = lines.slice(at, at + count).join('\n');
      const rounds = [1, 2].map(round =>
        lines.slice(at + round * count, at + (round + 1) * count).join('\n'),
      );
      const same = rounds.every(round => round.trim() === unit.trim());
      if (same && !isSlight(unit)) {
        return { start: lines.slice(0, at).reduce((sum, line) => sum + line.length + 1, 0), unit };
      }
    }
  }
  return undefined;
}

function characterLoop(text: string): Loop | undefined {
  let first: Loop | undefined;
  for (let period = 1; period <= longestUnit && 2 * period <= text.length; period++) {
    let run = 0; // code units equal to the one a period earlier
    for (let at = period; at < text.length; at++) {
      run = text.charCodeAt(at) === text.charCodeAt(at - period) ? run + 1 : 0;
      const length = run + period;
      const start = at - length + 1;
      if (length < 2 * period || (first !== undefined && start >= first.start)) continue;
      const unit = text.slice(start, start + period);
      const isLoop = length >= 5 * period && length >= 20 ? !divider.test(unit) : loopsAtOnce.test(unit);
      if (isLoop) first = { start, unit };
    }
  }
  return first;
}

/** An emoji or a flag with what separates it from the next: a list of them needs none twice. */
const loopsAtOnce = /(?:\p{Extended_Pictographic}|\p{RI}{2}).*[,;\s]/su;
const quotedEmoji =
  /(["'`])[^"'`\n\p{Extended_Pictographic}\p{RI}]*[\p{Extended_Pictographic}\p{RI}][^"'`\n]*\1/gu;

/** The first item of a list of emoji that an earlier one says already, with what separates it from the one before. */
function repeatedEmoji(text: string): Loop | undefined {
  const seen = new Set<string>();
  for (const { 0: item, index } of text.matchAll(quotedEmoji)) {
    if (seen.has(item)) {
      return { start: withoutLabel(text.slice(0, index)).length, unit: '' };
    }
    seen.add(item);
  }
  return undefined;
}

/** Without `label: ` or `name = ` at the end, and what separates it from what stands before. */
function withoutLabel(text: string): string {
  const sign = text.trimEnd();
  const name = /[:=]$/.test(sign) ? sign.slice(0, -1).trimEnd() : sign;
  const before = name.replace(/(?<![\w"'])[\w"']+$/, '');
  const isLabel = name !== sign && before !== name;
  return (isLabel ? before : text).replace(/(?<![,;\s])[,;\s]+$/, '');
}

/** `text` up to the first emoji that is not whole: one that is joined to nothing, or half a flag. */
function withoutBrokenEmoji(text: string, before: string): string {
  const known = before.slice(-20);
  for (const { 0: found, index } of (known + text).matchAll(brokenEmoji)) {
    if (index + found.length > known.length)
      return (known + text).slice(known.length, Math.max(index, known.length));
  }
  return text;
}

const brokenEmoji =
  /(?<!\p{Extended_Pictographic}(?:\ufe0f|\p{EMod})?\u200d)\p{Extended_Pictographic}(?:\ufe0f|\p{EMod})?(?:\u200d\p{Extended_Pictographic}(?:\ufe0f|\p{EMod})?)*\u200d(?!\p{Extended_Pictographic})|(?<!\p{RI})(?:\p{RI}{2})*\p{RI}(?!\p{RI})/gu;

/** What people repeat on purpose: rules, table borders, indentation. */
const divider = /^[-=*#~_/.+|:\s]+$/;
