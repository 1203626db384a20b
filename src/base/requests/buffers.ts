// The buffers in a message, to move them instead of copying them.

/** All buffers of a value that holds typed arrays in objects and lists. Shared memory is never among them. */
export function buffersIn(value: unknown): ArrayBuffer[] {
  const seen = new Set<object>();
  const found: ArrayBuffer[] = [];
  const visit = (part: unknown): void => {
    if (typeof part !== 'object' || part === null || seen.has(part)) return;
    seen.add(part);
    if (part instanceof ArrayBuffer) found.push(part);
    else if (ArrayBuffer.isView(part)) visit(part.buffer);
    else Object.values(part).forEach(visit);
  };
  visit(value);
  return found;
}
