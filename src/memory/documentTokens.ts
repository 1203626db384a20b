// What memory is given of a document: what stands before the cursor, and what stands after it.

import type { TextAfter } from './textAfter.ts';

/** Of a document that is being written. */
export interface DocumentTokens {
  /** Up to the cursor. */
  readonly document: readonly number[];
  readonly after?: TextAfter | undefined;
}
