// Events for the layers below the editor. An event is a function that takes a listener and gives a Disposable,
// as in VS Code, so that both kinds can be listened to alike.

import type { Disposable } from './disposable.ts';
import { toDisposable } from './disposable.ts';

/** Calls the listener on every firing until the returned Disposable is disposed. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/** The firing side of an event. Disposing it drops all listeners; firing is then without effect. */
export class Emitter<T> implements Disposable {
  private readonly listeners = new Set<(value: T) => void>();
  private disposed = false;

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

  fire(value: T): void {
    for (const listener of [...this.listeners]) listener(value);
  }

  dispose(): void {
    this.disposed = true;
    this.listeners.clear();
  }
}
