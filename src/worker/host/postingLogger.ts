// A logger whose lines are messages to the editor.

import type { Logger } from '../../base/logger.ts';
import type { FromWorker } from '../protocol/messages.ts';

/** Lines go out through `post`. */
export function postingLogger(post: (message: FromWorker) => void): Logger {
  const at = (level: Extract<FromWorker, { kind: 'log' }>['level']) => (message: string) => {
    post({ kind: 'log', level, message });
  };
  return { trace: at('trace'), debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
