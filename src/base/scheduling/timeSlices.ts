// A slicer that gives way once it has run for a set time.

import { nextTurn } from './nextTurn.ts';

export class TimeSlices {
  private readonly sliceMs: number;
  private startedMs = performance.now();

  constructor(sliceMs: number) {
    this.sliceMs = sliceMs;
  }

  /** Whether it is time to give way. */
  get isOver(): boolean {
    return performance.now() - this.startedMs >= this.sliceMs;
  }

  /** Resolves at once within a slice, and after a turn of the event loop when the slice is used up. */
  async giveWay(): Promise<void> {
    if (!this.isOver) return;
    await nextTurn();
    this.startedMs = performance.now();
  }
}
