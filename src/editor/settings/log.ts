// Backs the layers' Logger with VS Code's log output channel, whose level the user sets by "Developer: Set Log
// Level" and whose times VS Code writes.

import type { LogOutputChannel } from 'vscode';
import type { Logger } from '../../base/logger.ts';

export function channelLogger(channel: LogOutputChannel): Logger {
  return {
    trace(message) {
      channel.trace(message);
    },
    debug(message) {
      channel.debug(message);
    },
    info(message) {
      channel.info(message);
    },
    warn(message) {
      channel.warn(message);
    },
    error(message) {
      channel.error(message);
    },
  };
}
