// VS Code's storage with checksums: what the editor keeps there lies on a disk too, and numbers have no spelling that is
// wrong.

import type { Memento } from 'vscode';
import { recordOf, recordValue } from '../../base/checkedRecord.ts';
import type { Logger } from '../../base/logger.ts';

/** The same storage. A value that is damaged reads as absent, and is warned of once. */
export function checkedState(state: Memento, logger: Logger): Memento {
  const warned = new Set<string>();
  return {
    keys: () => state.keys(),
    get<T>(key: string, fallback?: T): T | undefined {
      const stored: unknown = state.get(key);
      if (stored === undefined) return fallback;
      const value = recordValue(stored);
      if (value === undefined && !warned.has(key)) {
        warned.add(key);
        logger.warn(`what VS Code stored as ${key} is damaged or of another version, and starts anew`);
      }
      return value === undefined ? fallback : (value as T);
    },
    async update(key, value: unknown) {
      // A copy, as it would come back after a restart: what is changed later is not what was stored.
      const copy: unknown = value === undefined ? undefined : JSON.parse(JSON.stringify(value));
      await state.update(key, copy === undefined ? undefined : recordOf(copy));
    },
  };
}
