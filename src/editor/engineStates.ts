// Tells the log, and where it matters the user, what becomes of the engine.

import { window } from 'vscode';
import type { Disposable } from '../base/disposable.ts';
import type { Logger } from '../base/logger.ts';
import type { EngineClient } from '../worker/client.ts';

/** `fallBack` is told of a failure first, and gives true where it does what is to be done about it. */
export function tellEngineStates(
  client: Pick<EngineClient, 'onDidChangeState'>,
  logger: Logger,
  fallBack: (problem: string) => boolean,
): Disposable {
  return client.onDidChangeState(state => {
    if (state.kind === 'ready') {
      const { modelName, device, threads, loadMs } = state.report;
      logger.info(`${modelName} ready in ${loadMs.toFixed(0)} ms on ${device}, threads: ${threads}`);
    } else if (state.kind === 'failed' && !fallBack(state.message)) {
      void window.showErrorMessage(`TinyMemory: ${state.message}`);
    }
  });
}
