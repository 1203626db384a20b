// Runs asynchronous tasks one after another. onnxruntime sessions must not be run re-entrantly, and one
// failed run must not fail those queued behind it.

export class SerialQueue {
  private last: Promise<unknown> = Promise.resolve();
  private readonly before: () => void;

  /** Calls `before` at the start of each task. */
  constructor(before: () => void = () => undefined) {
    this.before = before;
  }

  /** Runs `task` after every task queued before it has settled, whatever their outcome. */
  run<T>(task: () => Promise<T>): Promise<T> {
    const start = (): Promise<T> => {
      this.before();
      return task();
    };
    const result = this.last.then(start, start);
    this.last = result.catch(() => undefined);
    return result;
  }

  /** Resolves once all tasks queued so far have settled. */
  async idle(): Promise<void> {
    await this.last;
  }
}
