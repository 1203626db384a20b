// Who writes an answer in words of its own: a larger model on this machine, or an endpoint that the user typed.

import type { CancellationToken } from '../../base/cancellation.ts';
import type { Author } from '../model/types.ts';

export interface PromptMessage {
  readonly role: 'system' | 'user';
  readonly content: string;
}

export interface AnswerWriter {
  readonly author: Author;
  /** Said while nothing has come yet. */
  readonly progress: string;
  /** Whether the messages leave room for an answer. */
  fits(messages: readonly PromptMessage[]): boolean;
  /** The answer's text, piece by piece. Throws a CancellationError, or an Error for the user. */
  write(messages: readonly PromptMessage[], cancellation: CancellationToken): AsyncIterable<string>;
}
