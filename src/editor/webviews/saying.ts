// What a page asks for and the extension does: an error is logged, and said to the user by the page.

import type { Logger } from '../../base/logger.ts';
import { errorMessage } from '../../base/logger.ts';

export interface SayingParts {
  /** Names the page in the log. */
  readonly page: string;
  readonly logger: Pick<Logger, 'warn'>;
  readonly notice: (text: string) => void;
}

/** A handler that does `act` and never rejects. */
export function saying<T>(
  { page, logger, notice }: SayingParts,
  name: string,
  act: (input: T) => Promise<unknown>,
): (input: T) => Promise<void> {
  return async input => {
    try {
      await act(input);
    } catch (error) {
      logger.warn(`${page}: ${name}: ${errorMessage(error)}`);
      notice(errorMessage(error));
    }
  };
}
