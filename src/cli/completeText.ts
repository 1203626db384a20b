// What `complete` prints: for people the suggestion where it stands, and what memory changed; for programs all of it.

import { counted } from '../base/counted.ts';
import type { CompletionRequest, CompletionResult } from '../complete/types.ts';
import type { CorpusReport } from '../corpus/leftOut.ts';
import type { DocumentWindow } from '../text/window.ts';
import type { CursorArgument } from './places.ts';
import type { RememberedFolder } from './rememberFolder.ts';

export interface CompletedPlace {
  readonly place: CursorArgument;
  readonly window: DocumentWindow;
  readonly trigger: CompletionRequest['trigger'];
  /** Undefined where nothing was remembered. */
  readonly workspace: RememberedFolder | undefined;
  readonly result: CompletionResult;
  /** Milliseconds that the first keystroke at the place took. */
  readonly coldMs: number;
  /** What the network suggests alone; undefined where nothing was remembered. */
  readonly withoutMemory: CompletionResult | undefined;
}

/** An array with an element for each place. */
export function completionsAsJson(completed: readonly CompletedPlace[]): string {
  const elements = completed.map(({ place, window, trigger, workspace, result, coldMs, withoutMemory }) => ({
    ...place,
    languageId: window.languageId,
    trigger,
    workspace: workspace ?? null,
    ...result,
    coldMs,
    withoutMemory: withoutMemory ?? null,
  }));
  return JSON.stringify(elements, null, 2);
}

export function completionsAsText(completed: readonly CompletedPlace[]): string {
  let told: RememberedFolder | undefined;
  let toldNone = false;
  const blocks = completed.map(one => {
    const { place, workspace } = one;
    const isNew = workspace === undefined ? !toldNone : workspace !== told;
    told = workspace;
    toldNone = workspace === undefined;
    const where = `${place.file}:${place.line}:${place.column}`;
    return [...(isNew ? [workspaceLine(workspace)] : []), where, ...resultLines(one)].join('\n');
  });
  return blocks.join('\n\n');
}

function workspaceLine(workspace: RememberedFolder | undefined): string {
  if (workspace === undefined)
    return 'without memory: no repository around the file was read; --workspace FOLDER names one\n';
  const { folder, files, tokens, elapsedMs, corpus } = workspace;
  const left = leftOutText(corpus);
  return (
    `remembered ${folder}: ${counted(files, 'file')}, ${tokens} tokens, in ${(elapsedMs / 1000).toFixed(1)} s` +
    `${left === '' ? '' : `; left out: ${left}`}\n`
  );
}

/** What of the workspace is missing in memory and why, the oddest reasons with an example. */
function leftOutText({ leftOut, unreadableLines }: CorpusReport): string {
  const reasons = Object.entries(leftOut).map(([reason, { files, folders, examples }]) => {
    const example = worthAnExample.has(reason) ? ` (${examples[0] ?? ''})` : '';
    return `${reason} ${files + folders}${example}`;
  });
  return [...reasons, ...(unreadableLines === 0 ? [] : [counted(unreadableLines, 'unreadable line')])].join(
    ', ',
  );
}

/** Reasons that a user may not expect. */
const worthAnExample = new Set(['too-large', 'unknown-encoding', 'unreadable', 'over-cap']);

function resultLines({ window, result, coldMs, withoutMemory }: CompletedPlace): readonly string[] {
  const { totalMs, runs } = result.timings;
  const cost = `${totalMs.toFixed(1)} ms for this keystroke, ${coldMs.toFixed(0)} ms for the first, ${counted(runs, 'run')} of the network`;
  const shown = (one: CompletionResult) => (one.kind === 'none' ? one.reason : (one.items[0]?.text ?? ''));
  const lines =
    result.kind === 'none'
      ? [`no suggestion: ${result.reason} (${cost})`]
      : result.items.flatMap(({ text, probability }) => [
          `${lineBefore(window)}⟦${text}⟧${replaced(window, result)}`,
          `(probability ${probability.toFixed(2)}, ${cost})`,
        ]);
  if (withoutMemory === undefined) return lines;
  if (withoutMemory.kind === result.kind && shown(withoutMemory) === shown(result))
    return [...lines, 'the same without memory'];
  return [
    ...lines,
    withoutMemory.kind === 'none'
      ? `without memory: no suggestion: ${withoutMemory.reason}`
      : `without memory: ⟦${shown(withoutMemory)}⟧ (probability ${(withoutMemory.items[0]?.probability ?? 0).toFixed(2)})`,
  ];
}

function lineBefore({ prefix }: DocumentWindow): string {
  return prefix.slice(prefix.lastIndexOf('\n') + 1);
}

/** Which text after the cursor the suggestion takes the place of. */
function replaced({ suffix }: DocumentWindow, result: CompletionResult): string {
  const count = result.kind === 'none' ? 0 : (result.items[0]?.replaceAfter ?? 0);
  return count === 0 ? '' : ` in place of ⟦${suffix.slice(0, count)}⟧`;
}
