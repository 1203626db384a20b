// Finds files that are copies of one another, word for word or nearly: bottom-k sketches (Broder 1997) of a file's
// distinctive lines, which estimate how large a share of them two files have in common.

import { createHash } from 'node:crypto';

/** Smallest line hashes kept of each file. */
const sketchSize = 64;
/** The smallest of them are looked up in the index: two files with most lines in common share one of these. */
const lookedUp = 8;
const minShared = 0.7;
/** Shorter lines (`return;`, `});`) are in every file. */
const minLineLength = 12;

/** Remembers files, and says whether a new one nearly equals one of them. */
export class NearDuplicates {
  private readonly sketches: (readonly number[])[] = [];
  private readonly holders = new Map<number, number[]>();

  /** Whether an earlier file shares most lines; if none does, the file is remembered. */
  isDuplicate(text: string): boolean {
    const sketch = sketchOf(text);
    if (sketch.length === 0) return false;
    for (const hash of sketch.slice(0, lookedUp)) {
      for (const index of this.holders.get(hash) ?? []) {
        if (similarity(sketch, this.sketches[index] ?? []) >= minShared) return true;
      }
    }
    this.remember(sketch);
    return false;
  }

  private remember(sketch: readonly number[]): void {
    const index = this.sketches.push(sketch) - 1;
    for (const hash of sketch.slice(0, lookedUp)) {
      const holders = this.holders.get(hash);
      if (holders === undefined) this.holders.set(hash, [index]);
      // A line that hundreds of files open with tells nothing.
      else if (holders.length < 200) holders.push(index);
    }
  }
}

/** The distinctive lines of repositories that must not be learnt from, and whether a file is made of them. */
export class ForbiddenLines {
  private readonly lines = new Set<number>();

  add(text: string): void {
    for (const hash of lineHashes(text)) this.lines.add(hash);
  }

  /** Whether more than half of the file's distinctive lines are forbidden ones. */
  coversMostOf(text: string): boolean {
    const hashes = lineHashes(text);
    const forbidden = hashes.filter(hash => this.lines.has(hash)).length;
    return forbidden >= 5 && forbidden > hashes.length / 2;
  }
}

function sketchOf(text: string): readonly number[] {
  return lineHashes(text)
    .sort((a, b) => a - b)
    .slice(0, sketchSize);
}

/** Share of common hashes among the smallest of both files together. */
function similarity(a: readonly number[], b: readonly number[]): number {
  const inBoth = new Set(b);
  const union = [...new Set([...a, ...b])].sort((x, y) => x - y).slice(0, sketchSize);
  const inA = new Set(a);
  return union.filter(hash => inA.has(hash) && inBoth.has(hash)).length / Math.max(1, union.length);
}

/** A hash of each different line, white space apart; 48 bits. */
function lineHashes(text: string): number[] {
  const lines = new Set<string>();
  for (const line of text.split('\n')) {
    const trimmed = line.replace(/\s+/g, ' ').trim();
    if (trimmed.length >= minLineLength) lines.add(trimmed);
  }
  return Array.from(lines, line => createHash('md5').update(line).digest().readUIntBE(0, 6));
}
