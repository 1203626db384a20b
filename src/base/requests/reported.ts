// Turns work that reports through a callback into the items of a stream.

/**
 * What `work` reports, as it comes, until it resolves; throws what it throws. Work that is left early is waited for, so the
 * caller cancels it first.
 */
export async function* reported<T>(
  work: (report: (item: T) => void) => Promise<void>,
): AsyncGenerator<T, void> {
  const heard = { items: [] as T[], isOver: false, wake: (): void => undefined };
  const ended = work(item => {
    heard.items.push(item);
    heard.wake();
  }).finally(() => {
    heard.isOver = true;
    heard.wake();
  });
  // An error is thrown below, once all items were read.
  ended.catch(() => undefined);
  try {
    while (!heard.isOver || heard.items.length > 0) {
      yield* heard.items.splice(0);
      if (heard.isOver || heard.items.length > 0) continue;
      await new Promise<void>(resolve => (heard.wake = resolve));
    }
  } finally {
    await ended.catch(() => undefined);
  }
  await ended;
}
