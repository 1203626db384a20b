// The boundary between the extension host and the page of a webview in which engines live. The page passes on what the two
// say to each other, each engine by its number, and knows none of its meaning.

import * as v from 'valibot';
import { defineApi, event } from '../../base/requests/api.ts';
import { answerSchema, callSchema } from '../../base/requests/port.ts';

const worker = v.number();

/** Served by the page. */
export const enginePageApi = defineApi('enginePage', {
  /** Starts an engine. `extension` is the place of the extension's folder. */
  start: event(
    v.object({
      worker,
      script: v.custom<Uint8Array<ArrayBuffer>>(value => value instanceof Uint8Array),
      extension: v.string(),
    }),
  ),
  message: event(v.object({ worker, message: v.unknown() })),
  /** To what the engine asked of the extension host. */
  answer: event(v.object({ worker, answer: answerSchema })),
  end: event(v.object({ worker })),
});

/** Served by the extension host. */
export const enginePageHostApi = defineApi('enginePageHost', {
  /** The page was loaded and has no engine. */
  ready: event(v.void()),
  message: event(v.object({ worker, message: v.unknown() })),
  /** What the engine asks of the extension host. */
  call: event(v.object({ worker, call: callSchema })),
  /** The engine does not run any more. */
  crashed: event(v.object({ worker, message: v.string() })),
});
