// Answers share their thread with suggestions: long work is done in slices, and whoever waits gets in between.

import { TimeSlices } from '../../corpus/timeSlices.ts';

const sliceMs = 4;

/** Does the work to its end; messages and timers get their turn every few milliseconds. */
export async function inSlices<T>(work: Generator<undefined, T, undefined>): Promise<T> {
  const slices = new TimeSlices(sliceMs);
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    await slices.giveWay();
  }
}
