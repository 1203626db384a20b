// What a test has started and must end, in reverse order, however far it got.

/** Collects what is to be undone. */
export class CleanUps {
  private readonly steps: (() => unknown)[] = [];

  /** Adds a step for later and passes `value` on. */
  add<T>(value: T, step: (value: T) => unknown): T {
    this.steps.push(() => step(value));
    return value;
  }

  /** Runs all steps, the last added first, even when one fails; rejects with the first error then. */
  async run(): Promise<void> {
    const errors: unknown[] = [];
    for (const step of this.steps.splice(0).reverse()) {
      try {
        await step();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }
}
