// Server-sent events (WHATWG HTML, 9.2) as far as chat completions use them: the data of each event. The parsing is
// eventsource-parser's; the bound on an event, and an answer that ends without its last blank line, are ours.

import { createParser } from 'eventsource-parser';

/** UTF-16 code units; a longer event is no answer of a model. */
const maxChars = 1_000_000;
/** Fed at once. The parser looks for both kinds of line end from each line on, as far as it was fed. */
const sliceChars = 8_192;

/** Throws an Error where an event grows beyond all bounds. */
export async function* serverSentData(
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<string, void, undefined> {
  let found: string[] = [];
  let overflow: Error | undefined;
  const parser = createParser({
    maxBufferSize: maxChars,
    onEvent: ({ data }) => found.push(data),
    onError: ({ type }) => {
      // Fields that are unknown, or make no sense, are passed over.
      if (type === 'max-buffer-size-exceeded') overflow = new Error('the endpoint sent an event without end');
    },
  });
  const take = (text: string): readonly string[] => {
    found = [];
    for (let at = 0; at < text.length && overflow === undefined; at += sliceChars)
      parser.feed(text.slice(at, at + sliceChars));
    return found;
  };
  const decoder = new TextDecoder();
  for await (const bytes of body) {
    yield* take(decoder.decode(bytes, { stream: true }));
    if (overflow !== undefined) throw overflow;
  }
  yield* take(`${decoder.decode()}\n\n`);
  if (overflow !== undefined) throw overflow;
}
