// Long work shares its thread: it is cut into slices, and between two of them others get their turn.

import type { CancellationToken } from '../cancellation.ts';
import { neverCancelled, throwIfCancelled } from '../cancellation.ts';
import { TimeSlices } from './timeSlices.ts';

/** Long work calls `giveWay` wherever it can pause. */
export interface Slicer {
  /** Resolves when the work may go on. May throw, for example a CancellationError, which ends the work. */
  giveWay(): Promise<void>;
}

/** Short enough that a keystroke does not notice it. */
const sliceMs = 4;

/** Runs the work to its end, giving way wherever it yields. Throws a CancellationError between two slices. */
export async function runInSlices<T>(
  work: Generator<undefined, T, undefined>,
  slicer: Slicer = new TimeSlices(sliceMs),
  cancellation: CancellationToken = neverCancelled,
): Promise<T> {
  try {
    for (;;) {
      const step = work.next();
      if (step.done === true) return step.value;
      await slicer.giveWay();
      throwIfCancelled(cancellation);
    }
  } finally {
    // Work that is given up half done must still free what it holds outside the JavaScript heap.
    (work as Iterator<undefined>).return?.();
  }
}
