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

  /** Whether it is time to give way. */
  get isOver(): boolean {
    return performance.now() - this.startedMs >= this.sliceMs;
  }

  /** Resolves at once within a slice, and after a turn of the event loop when the slice is used up. */
  async giveWay(): Promise<void> {
    if (!this.isOver) return;
    await new Promise<void>(resolve => setTimeout(resolve, 0));
    this.startedMs = performance.now();
  }
}
