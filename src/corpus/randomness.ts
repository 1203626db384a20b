// Tells random strings (keys, tokens) from what people write (identifiers, paths, words, messages) without a
// dictionary: people write runs of letters that can be spoken, random strings hold few of them.

/**
 * Whether a literal looks drawn at random: at least `minLength` characters of a token's alphabet, of which no more than
 * half lie in speakable runs, and more than one class of characters. UUIDs do; URLs, paths, times and names of constants
 * do not.
 */
export function looksRandom(text: string, minLength = 16): boolean {
  if (text.length < minLength || text.length > maxLength) return false;
  if (!/^[\w+/=.~:!@#$%^&*-]+$/.test(text) || /:\/\/|^[./~]|\.\.|^[a-z]+:/i.test(text)) return false;
  if (!hasTwoClasses(text) || isConstantName(text) || isTimestamp(text)) return false;
  return speakableShare(text) <= 0.5 && entropyBits(text) >= minEntropyBits(text);
}

export function isUuid(text: string): boolean {
  return /^\{?[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\}?$/i.test(text);
}

/** Longer ones are data rather than a key: pictures, certificates, test vectors. */
const maxLength = 512;

/** A key drawn from letters alone has both cases; one of digits alone is a number, not a key. */
function hasTwoClasses(text: string): boolean {
  const letters = /[a-z]/i.test(text);
  return letters && (/\d/.test(text) || (/[a-z]/.test(text) && /[A-Z]/.test(text)));
}

/** `TR31_M3_KEY`, in which digits are many but parts are few and short. */
function isConstantName(text: string): boolean {
  return /^[A-Z][A-Z\d]{0,15}(?:_[A-Z\d]{1,15})+$/.test(text);
}

function isTimestamp(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-][\d:]+)?$/.test(text);
}

/** The share of characters in runs that can be spoken: `Token`, `HTTP`, `response`, but not `xKq7`. */
function speakableShare(text: string): number {
  let spoken = 0;
  for (const [run] of text.matchAll(/[A-Z]?[a-z]{2,}|[A-Z]{3,}/g)) {
    if (run.length >= 3 && /[aeiouy]/i.test(run) && !/[^aeiouy]{5}|[aeiou]{4}|[jqz][^aeiouy]{2}/i.test(run)) {
      spoken += run.length;
    }
  }
  return spoken / text.length;
}

/** Shannon entropy of the text's own characters, in bits per character. */
function entropyBits(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** Sixteen hexadecimal digits drawn at random have 3.1 bits on average, `0123456789abcdef` has 4, `aaaa0000` has 1. */
function minEntropyBits(text: string): number {
  return /^[\da-f]+$/i.test(text) ? 2.6 : 3;
}
