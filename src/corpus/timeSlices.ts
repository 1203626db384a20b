// Gives others their turn in work that never waits long: a timer, a message or a keystroke gets in between slices.

/** Whatever long work asks again and again. */
export interface Turns {
  /** Resolves when the work may go on. May throw, a CancellationError say: the work then ends. */
  giveWay(): Promise<void>;
}

export class TimeSlices implements Turns {
  private readonly sliceMs: number;
  private startedMs = performance.now();

  constructor(sliceMs: number) {
    this.sliceMs = sliceMs;
  }

  /** Resolves at once within a slice, and after a turn of the event loop when the slice is used up. */
  async giveWay(): Promise<void> {
    if (performance.now() - this.startedMs < this.sliceMs) return;
    await new Promise<void>(resolve => setTimeout(resolve, 0));
    this.startedMs = performance.now();
  }
}
