// Brings the lines below the first to the document's step of indentation where a block opens, and in beneath the line that
// opens it. What the document itself does otherwise stays.

import { currentLine, type DocumentWindow } from '../text/window.ts';
import { indentColumns, indentText } from './indentation.ts';
import { needsIndentedBody, opensBlock } from './languages.ts';

type Written = Pick<DocumentWindow, 'prefix' | 'suffix' | 'indentation' | 'languageId'>;

/** `lines` below `first`, which goes in at the cursor; their indentation is of the document's kind. */
export function inSteps(first: string, lines: readonly string[], window: Written): string[] {
  const { indentation, languageId } = window;
  const { before } = currentLine(window);
  const { size } = indentation;
  const bodyIndex = lines.findIndex(line => line.trim() !== '');
  const body = lines[bodyIndex];
  if (body === undefined || languageId === 'yaml') return [...lines];
  const line = before + first;
  const opens = opensBlock(line, languageId) && !/[([]\s*$/.test(line);
  const base = opens || line.trim() === '' ? indentColumns(line, size) : openerAbove(window);
  if (base === undefined || line.trim() === '') return [...lines];
  const step = indentColumns(body, size) - base;
  if (opens && step <= 0) {
    if (!needsIndentedBody(languageId)) return [...lines];
    return lines
      .slice(bodyIndex)
      .map(own => placedAt(own, indentColumns(own, size) - step + size, indentation));
  }
  if (indentation.kind === 'tabs' || stepsBy(window, opens ? step : modelStep(lines, base, size)))
    return [...lines];
  const unit = opens ? step : modelStep(lines, base, size);
  if (unit === size || unit < 1 || unit > 8) return [...lines];
  return lines.map(own => {
    const delta = indentColumns(own, size) - base;
    if (delta <= 0) return own;
    const columns = delta % unit === 0 ? (delta / unit) * size : delta > step ? size + delta - step : delta;
    return placedAt(own, base + columns, indentation);
  });
}

/** The indentation of the line above the cursor's that opens the block which the cursor is in at its first line. */
function openerAbove({ prefix, languageId, indentation }: Written): number | undefined {
  const lines = prefix.slice(-searchedChars).split(/\r?\n/);
  if (lines.at(-1)?.trim() !== '') return undefined;
  const above = lines.findLast(line => line.trim() !== '');
  if (above === undefined || !opensBlock(above, languageId) || /[([]\s*$/.test(above)) return undefined;
  return indentColumns(above, indentation.size);
}

/** The step in which all `lines` are indented against `base`, if it is not the document's; else `size`. */
function modelStep(lines: readonly string[], base: number, size: number): number {
  const deltas = lines
    .filter(line => line.trim() !== '')
    .map(line => indentColumns(line, size) - base)
    .filter(delta => delta > 0);
  const step = Math.min(...deltas);
  const isStep = deltas.length > 0 && [2, 4, 8].includes(step) && deltas.every(delta => delta % step === 0);
  return isStep && deltas.some(delta => delta % size !== 0) ? step : size;
}

function placedAt(line: string, columns: number, indentation: Written['indentation']): string {
  return line.trim() === '' ? line : indentText(columns, indentation) + line.trimStart();
}

/** Whether a line of the document stands `step` columns deeper than the line above, which opens a block. */
function stepsBy({ prefix, languageId, indentation }: Written, step: number): boolean {
  let previous: string | undefined;
  for (const line of prefix.slice(-searchedChars).split(/\r?\n/)) {
    if (line.trim() === '') continue;
    const opened = previous !== undefined && opensBlock(previous, languageId);
    const deeper = indentColumns(line, indentation.size) - indentColumns(previous ?? '', indentation.size);
    if (opened && deeper === step) return true;
    previous = line;
  }
  return false;
}

const searchedChars = 4_000;
