// Registers commands by their identifiers. A command that fails tells the user why.

import { commands, window } from 'vscode';
import type { Disposable } from '../../base/disposable.ts';
import { DisposableStore } from '../../base/disposable.ts';
import type { Logger } from '../../base/logger.ts';
import { errorMessage } from '../../base/logger.ts';

export function registerHandlers(
  handlers: Readonly<Record<string, (argument: unknown) => unknown>>,
  logger: Logger,
): Disposable {
  const owned = new DisposableStore();
  for (const [id, handler] of Object.entries(handlers)) {
    owned.add(commands.registerCommand(id, (argument: unknown) => run(id, handler, argument, logger)));
  }
  return owned;
}

async function run(
  id: string,
  handler: (argument: unknown) => unknown,
  argument: unknown,
  logger: Logger,
): Promise<void> {
  try {
    await handler(argument);
  } catch (error) {
    logger.error(`${id}: ${errorMessage(error)}`);
    void window.showErrorMessage(`TinyMemory: ${errorMessage(error)}`);
  }
}
