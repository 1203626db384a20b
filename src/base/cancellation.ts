// Cancellation tokens that the engine and the command line can use without an editor. Structurally a subset
// of VS Code's CancellationToken, so that an editor's token can be passed where this one is asked for.

import type { Disposable } from './disposable.ts';
import { toDisposable } from './disposable.ts';
import { callAll } from './event.ts';

export interface CancellationToken {
  readonly isCancellationRequested: boolean;
  /** Calls the listener once when cancellation is requested; at once if it already was. */
  onCancellationRequested(listener: () => void): Disposable;
}

/** Thrown by work that was cancelled. It is never shown to the user. */
export class CancellationError extends Error {
  constructor() {
    super('cancelled');
    this.name = 'CancellationError';
  }
}

export class CancellationSource implements Disposable {
  private readonly listeners = new Set<() => void>();
  private cancelled = false;

  readonly token: CancellationToken = ((source: CancellationSource) => ({
    get isCancellationRequested() {
      return source.cancelled;
    },
    onCancellationRequested(listener: () => void) {
      if (source.cancelled) {
        listener();
        return toDisposable(() => undefined);
      }
      source.listeners.add(listener);
      return toDisposable(() => source.listeners.delete(listener));
    },
  }))(this);

  cancel(): void {
    if (this.cancelled) return;
    this.cancelled = true;
    const listeners = [...this.listeners];
    this.listeners.clear();
    callAll(listeners, undefined);
  }

  dispose(): void {
    this.listeners.clear();
  }
}

/** A token that is never cancelled. */
export const neverCancelled: CancellationToken = {
  isCancellationRequested: false,
  onCancellationRequested: () => toDisposable(() => undefined),
};

export function throwIfCancelled(token: CancellationToken): void {
  if (token.isCancellationRequested) throw new CancellationError();
}
