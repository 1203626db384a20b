// Sorts the positions of a token text by what stands before them: by the token just before, then the one before
// that, and so on. It is the suffix array of the reversed text, cut at a depth beyond which no context is asked for.
// Positions with one and the same context end up side by side, and those of a longer context within those of a shorter.

/** Tokens of context that are compared; positions that agree in so many keep the order of the text. */
export const deepestContext = 32;

/** Stands between files. Contexts do not reach across it. */
export const boundary = -1;

/**
 * The positions that hold a token (not a boundary), sorted by their contexts. `tokens` starts with a boundary.
 * Counting sort by the last token, then multikey quicksort (Bentley and Sedgewick 1997) by the ones before.
 *
 * Yields every few milliseconds, so that the caller can let something else run.
 */
export function* sortByContext(
  tokens: Int32Array | Int16Array,
  vocabularySize: number,
): Generator<undefined, Int32Array, undefined> {
  const sorted = yield* sortByLastToken(tokens, vocabularySize);
  const scratch = new Int32Array(sorted.length);
  const ends = new Int32Array(3);
  // Ranges still to sort: [start, end, depth]; depth is how many tokens of context agree within the range.
  const stack: number[] = [];
  let sinceYield = 0;
  let start = 0;
  while (start < sorted.length) {
    const last = tokens[(sorted[start] ?? 0) - 1] ?? boundary;
    let end = start + 1;
    while (end < sorted.length && tokens[(sorted[end] ?? 0) - 1] === last) end++;
    if (last !== boundary && end - start > 1) stack.push(start, end, 1);
    while (stack.length > 0) {
      const depth = stack.pop() ?? 0;
      const to = stack.pop() ?? 0;
      const from = stack.pop() ?? 0;
      sinceYield += to - from;
      if (sinceYield > elementsPerSlice) {
        sinceYield = 0;
        yield;
      }
      if (to - from <= insertionSortBelow) insertionSort(tokens, sorted, from, to, depth);
      else {
        const pivot = pivotOf(tokens, sorted, from, to, depth);
        ends.set([from, 0, to - from]);
        for (let slot = from; slot < to; slot += elementsPerSlice) {
          if (slot > from) yield;
          classify(tokens, sorted, scratch, slot, Math.min(to, slot + elementsPerSlice), depth, pivot, ends);
        }
        spread(sorted, scratch, from, to, depth, pivot, ends, stack);
      }
    }
    start = end;
  }
  return sorted;
}

const insertionSortBelow = 12;
/** Elements partitioned between two yields: 2 to 4 ms. */
const elementsPerSlice = 100_000;

function* sortByLastToken(
  tokens: Int32Array | Int16Array,
  vocabularySize: number,
): Generator<undefined, Int32Array, undefined> {
  const counts = new Int32Array(vocabularySize + 2);
  let positions = 0;
  for (let at = 1; at < tokens.length; at++) {
    if (at % elementsPerSlice === 0) yield;
    if (tokens[at] === boundary) continue;
    positions++;
    const bucket = (tokens[at - 1] ?? boundary) + 2;
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  for (let bucket = 1; bucket < counts.length; bucket++) {
    counts[bucket] = (counts[bucket] ?? 0) + (counts[bucket - 1] ?? 0);
  }
  const sorted = new Int32Array(positions);
  for (let at = 1; at < tokens.length; at++) {
    if (at % elementsPerSlice === 0) yield;
    if (tokens[at] === boundary) continue;
    const bucket = (tokens[at - 1] ?? boundary) + 1;
    const slot = counts[bucket] ?? 0;
    sorted[slot] = at;
    counts[bucket] = slot + 1;
  }
  return sorted;
}

function pivotOf(
  tokens: Int32Array | Int16Array,
  sorted: Int32Array,
  from: number,
  to: number,
  depth: number,
): number {
  const key = (slot: number) => tokens[(sorted[slot] ?? 0) - depth - 1] ?? boundary;
  return medianOfThree(key(from), key((from + to) >> 1), key(to - 1));
}

/**
 * First half of a stable three-way partition by the token at `depth`, for the slots from `start` to `end`: what is
 * below the pivot moves to the front of `sorted`, the rest into `scratch`, equals from its start and what is above
 * from its end backwards. `ends` holds the ends of the three, and is moved on.
 */
function classify(
  tokens: Int32Array | Int16Array,
  sorted: Int32Array,
  scratch: Int32Array,
  start: number,
  end: number,
  depth: number,
  pivot: number,
  ends: Int32Array,
): void {
  let [below = 0, equal = 0, above = 0] = ends;
  for (let slot = start; slot < end; slot++) {
    const position = sorted[slot] ?? 0;
    const value = tokens[position - depth - 1] ?? boundary;
    if (value < pivot) sorted[below++] = position;
    else if (value === pivot) scratch[equal++] = position;
    else scratch[--above] = position;
  }
  ends[0] = below;
  ends[1] = equal;
  ends[2] = above;
}

/** Second half: puts the parts one after another, and pushes those that need more sorting. */
function spread(
  sorted: Int32Array,
  scratch: Int32Array,
  from: number,
  to: number,
  depth: number,
  pivot: number,
  ends: Int32Array,
  stack: number[],
): void {
  const [below = 0, equal = 0, aboveStart = 0] = ends;
  const size = to - from;
  const above = size - aboveStart;
  for (let index = 0; index < equal; index++) sorted[below + index] = scratch[index] ?? 0;
  for (let index = 0; index < above; index++) sorted[below + equal + index] = scratch[size - 1 - index] ?? 0;
  if (below - from > 1) stack.push(from, below, depth);
  if (above > 1) stack.push(below + equal, to, depth);
  if (equal > 1 && pivot !== boundary && depth + 1 < deepestContext)
    stack.push(below, below + equal, depth + 1);
}

function insertionSort(
  tokens: Int32Array | Int16Array,
  sorted: Int32Array,
  from: number,
  to: number,
  depth: number,
): void {
  for (let slot = from + 1; slot < to; slot++) {
    const position = sorted[slot] ?? 0;
    let hole = slot;
    while (hole > from && comesAfter(tokens, sorted[hole - 1] ?? 0, position, depth)) {
      sorted[hole] = sorted[hole - 1] ?? 0;
      hole--;
    }
    sorted[hole] = position;
  }
}

/** Whether the context of `left` sorts strictly after that of `right`, when both agree in `depth` tokens. */
function comesAfter(tokens: Int32Array | Int16Array, left: number, right: number, depth: number): boolean {
  for (let back = depth + 1; back <= deepestContext; back++) {
    const a = tokens[left - back] ?? boundary;
    const b = tokens[right - back] ?? boundary;
    if (a !== b) return a > b;
    if (a === boundary) return false;
  }
  return false;
}

function medianOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
