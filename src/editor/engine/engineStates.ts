// Tells the log, and where it matters the user, what becomes of the engine.

import { window } from 'vscode';
import type { Disposable } from '../../base/disposable.ts';
import type { Logger } from '../../base/logger.ts';
import type { EngineClient } from '../../worker/client/client.ts';

/** `fallBack` is told of a failure first, gives true where it does what is to be done about it, and never rejects. */
export function tellEngineStates(
  client: Pick<EngineClient, 'onDidChangeState'>,
  logger: Logger,
  fallBack: (problem: string) => Promise<boolean>,
): Disposable {
  const tellFailure = async (message: string): Promise<void> => {
    if (await fallBack(message)) return;
    await window.showErrorMessage(`TinyMemory: ${message}`);
  };
  let wasReady = false;
  return client.onDidChangeState(state => {
    const isNew = !wasReady;
    wasReady = state.kind === 'ready';
    if (state.kind === 'ready') {
      // The client itself logs a change of its device.
      if (!isNew) return;
      const { modelName, device, threads, loadMs } = state.report;
      logger.info(`${modelName} ready in ${loadMs.toFixed(0)} ms on ${device}, threads: ${threads}`);
    } else if (state.kind === 'failed') void tellFailure(state.message);
  });
}
