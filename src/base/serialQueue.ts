// Runs asynchronous tasks one after another. onnxruntime sessions must not be run re-entrantly, and one
// failed run must not fail those queued behind it.

export class SerialQueue {
  private last: Promise<unknown> = Promise.resolve();

  /** Runs `task` after every task queued before it has settled, whatever their outcome. */
  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.last.then(task, task);
    this.last = result.catch(() => undefined);
    return result;
  }

  /** Resolves once all tasks queued so far have settled. */
  async idle(): Promise<void> {
    await this.last;
  }
}
