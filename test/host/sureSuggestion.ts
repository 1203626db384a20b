// Places where a suggestion is sure to come, whatever the model says: a call that memory knows in full.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Workbench } from './browser.ts';

const beginning = 'prepareMarmalade(';
const boil = 'export function boil() {\n}\n';
const fill = `export function fill() {\n    ${beginning}orangePeel, sugarGrams);\n}\n`;

/** Where the beginning of the call is typed: in a file that has it elsewhere, or in one that does not know it. */
export type SurePlace = 'ownCall' | 'otherCall';

const files = { ownCall: 'kitchen/pots.ts', otherCall: 'kitchen/pans.ts' } as const;

/** Adds the files to a workspace. What `otherCall` is sure of, it is once the workspace has been read. */
export function addSureSuggestion(workspace: string, place: SurePlace): void {
  mkdirSync(join(workspace, 'kitchen'));
  writeFileSync(join(workspace, files[place]), place === 'ownCall' ? `${boil}\n${fill}` : boil);
  if (place === 'otherCall') writeFileSync(join(workspace, 'kitchen/jars.ts'), fill);
}

/** Adds a file whose second line is the beginning of the call, and one that knows the whole of it. */
export function addUnfinishedCall(workspace: string): void {
  addSureSuggestion(workspace, 'otherCall');
  writeFileSync(join(workspace, 'kitchen/tins.ts'), `export function seal() {\n    ${beginning}\n}\n`);
}

/** Types the beginning of the call on a line of its own and returns the ghost text, which goes on with it. */
export async function untilSureGhostText(
  window: Workbench,
  place: SurePlace,
  timeoutMs: number,
): Promise<string> {
  await window.openFile(files[place]);
  await window.goToLineEnd(1);
  await window.press('Enter');
  await window.type(beginning);
  const ghost = await window.untilGhostText(timeoutMs);
  // Brackets may have been closed by the editor.
  assert.match(ghost, /^orangePeel, sugarGrams/);
  return ghost;
}
