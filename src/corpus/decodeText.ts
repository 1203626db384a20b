// Bytes of a file to text, or the finding that they are none. UTF-8 with or without a byte order mark, UTF-16 with one;
// other encodings are not guessed at.

/**
 * The text without its byte order mark. `binary`: NUL bytes or too many control characters; `not-text`: not valid in
 * its encoding beyond a few characters, which stand as U+FFFD then.
 */
export function decodeText(bytes: Uint8Array): { text: string } | 'binary' | 'not-text' {
  const encoding = encodingOf(bytes);
  if (encoding === undefined) return 'binary';
  if (encoding === 'utf-8' && bytes.includes(0)) return 'binary';
  if (encoding !== 'utf-8' && bytes.byteLength % 2 !== 0) return 'not-text';
  // The decoder takes off the byte order mark.
  const text = new TextDecoder(encoding).decode(bytes);
  if (isDamaged(text) && !isValid(bytes, encoding)) return 'not-text';
  return controlCharacters(text) > text.length * maxControlShare ? 'binary' : { text };
}

/** A few characters of another encoding, such as names in comments, spoil no source. */
const maxDamaged = 8;
const maxDamagedShare = 0.01;
const maxControlShare = 0.01;

function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | undefined {
  const [first, second, third, fourth] = bytes;
  // UTF-32, little-endian, opens like UTF-16 does.
  if (first === 0xff && second === 0xfe) return third === 0 && fourth === 0 ? undefined : 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

function isDamaged(text: string): boolean {
  const damaged = text.match(/\ufffd/g)?.length ?? 0;
  return damaged > maxDamaged || damaged > text.length * maxDamagedShare;
}

/** A valid text may hold U+FFFD itself. */
function isValid(bytes: Uint8Array, encoding: string): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** All but tab, line ends, form feed and escape, which stand in texts. */
function controlCharacters(text: string): number {
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  return text.match(/[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]/g)?.length ?? 0;
}
