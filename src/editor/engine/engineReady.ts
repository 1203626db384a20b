// Waits for an engine that is starting, so that a question asked too early is answered late rather than refused.

import type { CancellationToken } from '../../base/cancellation.ts';
import { DisposableStore, toDisposable } from '../../base/disposable.ts';
import type { EngineClient } from '../../worker/client/client.ts';

const patienceMs = 20_000;

/** Resolves when the engine is ready, will not become so, or did not in time; `onWait` is called if it waits at all. */
export async function untilReady(
  client: Pick<EngineClient, 'state' | 'onDidChangeState'>,
  cancellation: CancellationToken,
  onWait: () => void,
): Promise<void> {
  const isStarting = (): boolean => client.state.kind === 'loading' || client.state.kind === 'restarting';
  if (!isStarting()) return;
  onWait();
  const owned = new DisposableStore();
  try {
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, patienceMs);
      owned.add(
        toDisposable(() => {
          clearTimeout(timer);
        }),
      );
      owned.add(
        client.onDidChangeState(() => {
          if (!isStarting()) resolve();
        }),
      );
      owned.add(cancellation.onCancellationRequested(resolve));
    });
  } finally {
    owned.dispose();
  }
}
