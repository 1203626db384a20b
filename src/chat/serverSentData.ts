// Server-sent events (WHATWG HTML, 9.2) as far as chat completions use them: the data of each event.

/** Longer events are no answer of a model. */
const mostChars = 1_000_000;

/** Throws an Error where an event does not end. */
export async function* serverSentData(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  let data: string[] = [];
  for await (const bytes of body) {
    rest += decoder.decode(bytes, { stream: true });
    if (rest.length > mostChars) throw new Error('the endpoint sent an event without an end');
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const value = /^data:? ?(.*)$/s.exec(line)?.[1];
      if (value !== undefined) data.push(value);
      if (line !== '' || data.length === 0) continue;
      yield data.join('\n');
      data = [];
    }
  }
  const last = /^data:? ?(.*)$/s.exec(rest.trimEnd())?.[1];
  if (last !== undefined) data.push(last);
  if (data.length > 0) yield data.join('\n');
}
