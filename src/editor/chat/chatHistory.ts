// Keeps the conversation of a workspace in VS Code's storage of that workspace: bounded, checked when it is read, and gone
// when it is cleared.

import * as v from 'valibot';
import type { Memento } from 'vscode';
import type { Logger } from '../../base/logger.ts';
import { errorMessage } from '../../base/logger.ts';
import type { Turn } from '../../pages/chat/conversation.ts';
import { turnSchema } from '../../pages/chat/conversation.ts';

/** The oldest turns go first. VS Code warns of states beyond half a megabyte. */
export const historyLimits = { turns: 60, chars: 300_000 } as const;

const key = 'tinymemory.chat';
const storedSchema = v.array(turnSchema);

export class ChatHistory {
  private readonly state: Memento;
  private readonly logger: Logger;

  constructor(state: Memento, logger: Logger) {
    this.state = state;
    this.logger = logger;
  }

  /** The turns kept. What cannot be read is left out, with a warning; an answer that was cut off counts as stopped. */
  load(): readonly Turn[] {
    const parsed = v.safeParse(storedSchema, this.state.get(key) ?? []);
    if (!parsed.success) {
      this.logger.warn(`chat: the history cannot be read and starts anew: ${v.summarize(parsed.issues)}`);
      return [];
    }
    return parsed.output.map(turn => (turn.status === 'running' ? { ...turn, status: 'stopped' } : turn));
  }

  /** Never rejects: a history that cannot be written is a warning. */
  async save(turns: readonly Turn[]): Promise<void> {
    try {
      const kept = withinLimits(turns);
      await this.state.update(key, kept.length === 0 ? undefined : kept);
    } catch (error) {
      this.logger.warn(`chat: the history cannot be written: ${errorMessage(error)}`);
    }
  }
}

/** The newest turns that fit; one that is too long for what is left is passed over. */
export function withinLimits(turns: readonly Turn[]): readonly Turn[] {
  let chars = 0;
  const fits = (turn: Turn): boolean => {
    const { length } = JSON.stringify(turn);
    if (chars + length > historyLimits.chars) return false;
    chars += length;
    return true;
  };
  return turns.slice(-historyLimits.turns).reverse().filter(fits).reverse();
}
