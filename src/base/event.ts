// Events for the layers below the editor. An event is a function that takes a listener and gives a Disposable,
// as in VS Code, so that both kinds can be listened to alike.

import type { Disposable } from './disposable.ts';
import { toDisposable } from './disposable.ts';

/** Calls the listener on every firing until the returned Disposable is disposed. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/** Calls all of them, in order; what one throws goes to `onError` and keeps nobody from the rest. */
export function callAll<T>(
  listeners: Iterable<(value: T) => void>,
  value: T,
  onError: (error: unknown) => void = throwApart,
): void {
  // Those who join meanwhile are not called, those who leave still are.
  for (const listener of [...listeners]) {
    try {
      listener(value);
    } catch (error) {
      onError(error);
    }
  }
}

/** The firing side of an event. Disposing it drops all listeners; firing is then without effect. */
export class Emitter<T> implements Disposable {
  private readonly listeners = new Set<(value: T) => void>();
  private disposed = false;

  /** `onError` takes what a listener throws; unless given, it is thrown apart, as an uncaught error of the host. */
  constructor(private readonly onError: (error: unknown) => void = throwApart) {}

  readonly event: Event<T> = listener => {
    if (this.disposed) return toDisposable(() => undefined);
    // Wrapped, so that one function listening twice counts twice.
    const own = (value: T): void => {
      listener(value);
    };
    this.listeners.add(own);
    return toDisposable(() => this.listeners.delete(own));
  };

  get listenerCount(): number {
    return this.listeners.size;
  }

  /** Tells all listeners, also where one throws: the caller is in the middle of a change and must complete it. */
  fire(value: T): void {
    callAll(this.listeners, value, this.onError);
  }

  dispose(): void {
    this.disposed = true;
    this.listeners.clear();
  }
}

function throwApart(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
