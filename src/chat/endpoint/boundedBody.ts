// The one reader of an endpoint's body: bounded in size after decompression, and ended by our own hand. Node's fetch holds
// its link from the abort signal to a running body weakly, so after a garbage collection an abort no longer reaches it.

/**
 * Pieces of the body as they come. Throws the signal's reason once it is aborted, and what `tooLong` makes where the body
 * exceeds `maxBytes`. The connection is let go of when the iteration ends, for whatever reason.
 */
export async function* bodyPieces(
  { body }: Response,
  signal: AbortSignal,
  maxBytes: number,
  tooLong: () => Error,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (body === null) return;
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader();
  const cancel = (): void => {
    // Rejects where the body has failed already, which the read has said.
    reader.cancel().catch(() => undefined);
  };
  signal.addEventListener('abort', cancel);
  try {
    for (let bytes = 0; ;) {
      signal.throwIfAborted();
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      if (done) return;
      bytes += value.byteLength;
      if (bytes > maxBytes) throw tooLong();
      yield value;
    }
  } finally {
    signal.removeEventListener('abort', cancel);
    cancel();
  }
}

/** The whole body as text. Throws as `bodyPieces` does. */
export async function bodyText(
  response: Response,
  signal: AbortSignal,
  maxBytes: number,
  tooLong: () => Error,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of bodyPieces(response, signal, maxBytes, tooLong))
    text += decoder.decode(bytes, { stream: true });
  return text + decoder.decode();
}

/** The beginning of the body as text, at most `maxBytes`; what follows is not read. */
export async function bodyStart(response: Response, signal: AbortSignal, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let [text, left] = ['', maxBytes];
  for await (const bytes of bodyPieces(response, signal, Infinity, () => new Error())) {
    text += decoder.decode(bytes.subarray(0, left), { stream: true });
    left -= bytes.byteLength;
    if (left <= 0) break;
  }
  return text;
}
