// Ownership: whatever holds a listener, session, worker or timer is a Disposable, and a DisposableStore is
// what owns several of them. Structurally the same as VS Code's Disposable, without importing it.

export interface Disposable {
  dispose(): void;
}

/** Wraps a function as a Disposable that runs it once, however often it is disposed. */
export function toDisposable(onDispose: () => void): Disposable {
  let disposed = false;
  return {
    dispose() {
      if (disposed) return;
      disposed = true;
      onDispose();
    },
  };
}

/**
 * Owns Disposables and disposes them in reverse order of adding. All are disposed even when one throws;
 * the first error is then rethrown. What is added after disposal is disposed at once, so nothing can leak
 * through a late callback.
 */
export class DisposableStore implements Disposable {
  private readonly owned: Disposable[] = [];
  private disposed = false;

  get isDisposed(): boolean {
    return this.disposed;
  }

  add<T extends Disposable>(disposable: T): T {
    if (this.disposed) disposable.dispose();
    else this.owned.push(disposable);
    return disposable;
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    const errors: unknown[] = [];
    for (const disposable of this.owned.splice(0).reverse()) {
      try {
        disposable.dispose();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }
}
