// A logger whose lines go to the editor.

import type { Logger } from '../../base/logger.ts';
import type { Calls } from '../../base/requests/api.ts';
import type { editorApi } from '../protocol/editorApi.ts';

export function postingLogger({ log }: Pick<Calls<typeof editorApi>, 'log'>): Logger {
  const at = (level: keyof Logger) => (message: string) => {
    log({ level, message });
  };
  return { trace: at('trace'), debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
