// Bytes of a file to text, or the finding that they are none. Unicode first; then the encoding that the editor is set
// to; then what a detector (jschardet, which VS Code uses too) is sure of. What cannot be read for sure stays out:
// U+FFFD, or letters of a wrong alphabet, would come back as suggestions.

import { chardet } from 'jschardet';
import { encodingLabel } from './encodings.ts';

export type Decoded =
  | {
      readonly kind: 'text';
      /** Without its byte order mark; line ends are `\n`. Lines that could not be read are empty. */
      readonly text: string;
      /** Label of the WHATWG's Encoding Standard. */
      readonly encoding: string;
      readonly unreadableLines: number;
      /** The line end that the file has. */
      readonly lineEnd: '\n' | '\r\n';
    }
  /** `binary`: NUL bytes or too many control characters; `unknown-encoding`: text, but nobody knows in which. */
  | { readonly kind: 'binary' | 'unknown-encoding' };

/** `configured` is the editor's `files.encoding`, by VS Code's name; `utf8` and names unknown here say nothing. */
export function decodeText(bytes: Uint8Array, configured?: string): Decoded {
  const unicode = unicodeOf(bytes);
  if (unicode === 'binary') return { kind: 'binary' };
  if (unicode !== undefined) return textIn(unicode, bytes);
  const valid = strictly('utf-8', bytes);
  if (valid !== undefined) return finished(valid, 'utf-8');
  const named = encodingLabel(configured);
  const asNamed = named === undefined ? undefined : strictly(named, bytes);
  if (named !== undefined && asNamed !== undefined) return finished(asNamed, named);
  if (isDamagedUtf8(bytes)) return textIn('utf-8', bytes);
  const sample = linesOutsideAscii(bytes);
  for (const label of [detected(sample), isWestern(sample) ? 'windows-1252' : undefined]) {
    const text = label === undefined ? undefined : strictly(label, bytes);
    if (label !== undefined && text !== undefined && !oddCharacters.test(text)) return finished(text, label);
  }
  return textIn('utf-8', bytes);
}

/** Controls of ISO 8859 that no text holds, and what is for private use. */
const oddCharacters = /[\x80-\x84\x86-\x9f\ue000-\uf8ff]/;
const maxControlShare = 0.01;
/** So many lines of a file may be unreadable, or this share of them. */
const maxUnreadableLines = 8;
const maxUnreadableShare = 0.05;

/** The text in an encoding, without the lines that are not valid in it. */
function textIn(encoding: string, bytes: Uint8Array): Decoded {
  return finished(new TextDecoder(encoding).decode(bytes), encoding);
}

function finished(decoded: string, encoding: string): Decoded {
  const text = decoded.includes('\r') ? decoded.replace(/\r\n?/g, '\n') : decoded;
  if (controlCharacters(text) > text.length * maxControlShare) return { kind: 'binary' };
  const lineEnd = decoded.includes('\r\n') ? '\r\n' : '\n';
  if (!text.includes('\ufffd')) return { kind: 'text', text, encoding, lineEnd, unreadableLines: 0 };
  let unreadableLines = 0;
  const lines = text.split('\n').map(line => {
    if (!line.includes('\ufffd')) return line;
    unreadableLines++;
    return '';
  });
  return unreadableLines > Math.max(1, Math.min(maxUnreadableLines, lines.length * maxUnreadableShare))
    ? { kind: 'unknown-encoding' }
    : { kind: 'text', text: lines.join('\n'), encoding, lineEnd, unreadableLines };
}

/** Undefined where the bytes are not valid in the encoding. The byte order mark is taken off. */
function strictly(encoding: string, bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    if (encoding !== 'windows-1252') return text;
    // Node 20 and 22 take it for ISO 8859-1 (nodejs/node#56542).
    return text.replace(/[\x80-\x9f]/g, control => westernSigns[control.charCodeAt(0) - 0x80] ?? control);
  } catch {
    return undefined;
  }
}

/** What windows-1252 has in place of the controls from 0x80; a blank where it has nothing. */
const westernSigns = Array.from('€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ', sign =>
  sign === ' ' ? undefined : sign,
);

/** Of text with a byte order mark, or with the NUL bytes that UTF-16 has in ASCII; undefined where neither is there. */
function unicodeOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | 'binary' | undefined {
  const [first, second, third, fourth] = bytes;
  // UTF-32, little-endian, opens like UTF-16 does.
  if (first === 0xff && second === 0xfe) return third === 0 && fourth === 0 ? 'binary' : 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (!bytes.includes(0)) return undefined;
  if (bytes.byteLength % 2 !== 0) return 'binary';
  const nuls = [0, 0];
  const looked = Math.min(bytes.byteLength, 4096);
  for (let at = 0; at < looked; at++) {
    if (bytes[at] === 0) nuls[at % 2] = (nuls[at % 2] ?? 0) + 1;
  }
  const [even = 0, odd = 0] = nuls;
  const enough = looked / 4;
  if (even === 0 && odd >= enough) return 'utf-16le';
  return odd === 0 && even >= enough ? 'utf-16be' : 'binary';
}

/** UTF-8 with a few bytes amid it that are not: more sequences are whole than broken. */
function isDamagedUtf8(bytes: Uint8Array): boolean {
  let whole = 0;
  let broken = 0;
  for (let at = 0; at < bytes.byteLength;) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) {
      at++;
      continue;
    }
    const length =
      byte >= 0xc2 && byte < 0xe0 ? 2 : byte >= 0xe0 && byte < 0xf0 ? 3 : byte >= 0xf0 && byte < 0xf5 ? 4 : 1;
    let followed = 1;
    while (followed < length && ((bytes[at + followed] ?? 0) & 0xc0) === 0x80) followed++;
    if (length > 1 && followed === length) whole++;
    else broken++;
    at += followed;
  }
  return whole > broken;
}

/** More says nothing new. */
const sampleBytes = 16_384;

/** The lines that hold bytes outside ASCII, without their ends: what surrounds them would pass for English. */
function linesOutsideAscii(bytes: Uint8Array): Uint8Array {
  const sample = new Uint8Array(sampleBytes);
  let filled = 0;
  let start = 0;
  let isOutside = false;
  for (let at = 0; at <= bytes.byteLength && filled < sampleBytes; at++) {
    const byte = at < bytes.byteLength ? (bytes[at] ?? 0) : 0x0a;
    if (byte >= 0x80) isOutside = true;
    if (byte !== 0x0a && byte !== 0x0d) continue;
    if (isOutside) {
      const line = bytes.subarray(start, Math.min(at, start + sampleBytes - filled - 1));
      sample.set(line, filled);
      filled += line.byteLength;
      sample[filled++] = 0x0a;
    }
    start = at + 1;
    isOutside = false;
  }
  return sample.subarray(0, filled);
}

/** Confidence from which a finding counts, and how much more of it than the next one has. */
const minConfidence = 0.05;
const minLead = 1.5;

/** The encoding that the detector finds well ahead of all others; undefined where it is not sure. */
function detected(sample: Uint8Array): string | undefined {
  const found = chardet
    .detectAll(sample, { encodingEra: chardet.EncodingEra.MODERN_WEB, ignoreThreshold: true })
    .flatMap(({ encoding, confidence }) => {
      const label = encodingLabel(encoding ?? undefined);
      return label === undefined ? [] : [{ label, confidence }];
    });
  const [first] = found;
  if (first === undefined || first.confidence < minConfidence) return undefined;
  // Encodings that say the same here, such as both of KOI8, are no rivals.
  const text = strictly(first.label, sample);
  const next = found.find(({ label }) => strictly(label, sample) !== text);
  return first.confidence >= minLead * (next?.confidence ?? 0) ? first.label : undefined;
}

/** Bytes outside ASCII one at a time, as letters with accents and symbols such as © and “ are in Western texts. */
function isWestern(sample: Uint8Array): boolean {
  let run = 0;
  let longest = 0;
  for (const byte of sample) {
    run = byte >= 0x80 ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest <= 2;
}

/** All but tab, line ends, form feed and escape, which stand in texts. */
function controlCharacters(text: string): number {
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  return text.match(/[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]/g)?.length ?? 0;
}
