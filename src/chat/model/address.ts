// Addresses of endpoints, as users type them.

/** An address of the web without a user's name in it; undefined where the text is none. */
export function addressOf(text: string): URL | undefined {
  let url: URL;
  try {
    // Not canParse: Node's, once it is compiled, misreads what is not ASCII.
    url = new URL(text);
  } catch {
    return undefined;
  }
  return /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' ? url : undefined;
}

/** Whether what is sent there can be read on the way: another machine, without encryption. */
export function isReadableOnTheWay({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && !isLoopback(hostname);
}

/** Of this machine by its name or number; URLs write numbers in one way, `127.1` as `127.0.0.1`. */
function isLoopback(hostname: string): boolean {
  return (
    /^(?:.+\.)?localhost\.?$/i.test(hostname) ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname) ||
    /^\[::(?:1|ffff:7f[\da-f]{2}:[\da-f]{1,4})\]$/i.test(hostname)
  );
}
