// Which of the files that lie one after another in a segment holds a position.

/** `starts` has the first position of each file, in order, and at last the end. */
export function fileAt(starts: Int32Array, position: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= position) low = middle;
    else high = middle;
  }
  return low;
}
