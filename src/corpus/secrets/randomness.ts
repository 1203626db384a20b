// Tells random strings (keys, tokens) from what people write (identifiers, paths, words, messages) without a
// dictionary: nearly all pairs of letters that people write are among the 170 commonest, a quarter of random ones are.

/**
 * Whether a literal looks drawn at random: at least `minLength` characters of a token's alphabet, of which few
 * lie in common pairs, and more than one class of characters. UUIDs do; URLs, paths, times and names of constants
 * do not.
 */
export function looksRandom(whole: string, minLength = 16): boolean {
  if (whole.length < minLength || whole.length > maxLength) return false;
  const text = whole.slice(0, sampleLength);
  if (!/^[\w+/=.~:!@#$%^&*-]+$/.test(text) || /:\/\/|^[.~]|\.\.|^[a-z]+:/i.test(text)) return false;
  if (!hasTwoClasses(text) || isConstantName(text) || isTimestamp(text)) return false;
  return commonPairShare(text) < 0.45 && entropyBits(text) >= minEntropyBits(text);
}

export function isUuid(text: string): boolean {
  return /^\{?[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\}?$/i.test(text);
}

/** Longer than any key is data: pictures, certificates, test vectors. An RSA key of 8,192 bits has 6,400 characters. */
const maxLength = 8000;
const sampleLength = 512;

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

/** Of the pairs of neighbouring letters and digits, the share that people write often; 1 where there are few pairs. */
function commonPairShare(text: string): number {
  let pairs = 0;
  let common = 0;
  for (let at = 1; at < text.length; at++) {
    const pair = text.slice(at - 1, at + 1).toLowerCase();
    if (!/^[a-z\d]{2}$/.test(pair)) continue;
    pairs++;
    if (commonPairs.has(pair)) common++;
  }
  return pairs < text.length / 2 ? 1 : common / pairs;
}

const commonPairs = new Set(
  (
    'th he in er an re nd at on nt ha es st en ed to it ou ea hi is or ti as te et ng of al de se le sa si ar ve ra ld ur ' +
    'ri ro ic ne co me io li el ll ce ta ma us om ch tr no ec ac la ho pe ca ul un ss so sh ge di em il ol id im op po ee ' +
    'pr rs ts ie am pa ni ct ad ai ag ab ay ke ey ck ty ry ly mo mp na lo bl ex ap pl fi fo wi wo ut ns nc ot ow ob bo ue ' +
    'su ui qu ir ev iv vi ef ep ff fr if ig ki lt mi oc od oo os ov pp rc rd rm rn rt sc sp tt tu uc um up ub by da do fe ' +
    'ga gr gu be bu cl cr cu ds eg ei fa fu go ks ok ph rl rv sk sl sy wa we ye'
  ).split(' '),
);

/** Shannon entropy of the text's own characters, in bits per character. */
export function entropyBits(text: string): number {
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
