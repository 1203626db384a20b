// One sentence on what memory holds or why there is none, for the status bar and the statistics page.

import type { MemoryState } from '../../worker/protocol/memoryState.ts';

/** What memory holds, or why there is none. */
export type MemoryStatus =
  Exclude<MemoryState, { kind: 'off' }> | { readonly kind: 'off'; readonly reason: WhyOff };

/** `starting`: the engine is loading its model, and memory follows. `engine`: no engine runs. */
type WhyOff = 'setting' | 'forgotten' | 'no-folder' | 'starting' | 'engine';

/** One sentence on what memory holds; plain text. */
export function memorySummary(memory: MemoryStatus): string {
  switch (memory.kind) {
    case 'off':
      return whyOff[memory.reason];
    case 'indexing': {
      const share = memory.total === 0 ? '' : ` ${percent(memory.done, memory.total)}`;
      return `Memory: indexing${share}, ${sizeOf(memory)} so far.`;
    }
    case 'ready':
      return (
        `Memory: ${sizeOf(memory)}` +
        (memory.isKept ? '' : '; it ends with the session, as it cannot be written to the disk') +
        `.${notRead(memory.leftOut)}`
      );
    default:
      return memory satisfies never;
  }
}

/** Reasons for which a file is missing in memory that its user may not know of; in a few words. */
const unexpected: Readonly<Record<string, string>> = {
  'too-large': 'too large (over 4 MB of code, 1 MB of other text)',
  'over-cap': 'over the limit of tinymemory.memory.maxMegabytes',
  'unknown-encoding': 'in an encoding that cannot be told (files.encoding names it)',
  unreadable: 'unreadable',
  'engine-ended': 'left out until they change, as the engine died while it read them (the log names them)',
};

function notRead(leftOut: Readonly<Record<string, number>>): string {
  const counts = Object.entries(unexpected).flatMap(([reason, words]) => {
    const count = leftOut[reason] ?? 0;
    return count === 0 ? [] : [`${number(count)} ${words}`];
  });
  return counts.length === 0 ? '' : ` Not in it: ${counts.join(', ')}.`;
}

/** Whole percent, rounded down: 100 % is all of it. */
export function percent(part: number, whole: number): string {
  return `${whole === 0 ? 0 : Math.floor((100 * part) / whole)} %`;
}

const whyOff: Readonly<Record<WhyOff, string>> = {
  setting: 'Memory is off: the setting tinymemory.memory.enable says so.',
  forgotten: 'Memory is off: you had this workspace forgotten. "Remember This Workspace" reads it again.',
  'no-folder': 'Memory is off: no folder is open.',
  starting: 'Memory starts once the model has loaded.',
  engine: 'Memory is off: the engine is not running.',
};

type Size = Pick<Extract<MemoryStatus, { kind: 'ready' }>, 'files' | 'tokens' | 'sizeBytes'>;

function sizeOf({ files, tokens, sizeBytes }: Size): string {
  return `${number(files)} ${files === 1 ? 'file' : 'files'}, ${number(tokens)} tokens, ${(sizeBytes / 1e6).toFixed(1)} MB`;
}

/** With separators of thousands. */
export function number(value: number): string {
  return value.toLocaleString('en');
}
