// Private keys as other formats than PEM hold them: PuTTY's files, also amid another file, and JSON Web Keys.

import type { OwnRule } from './ownRule.ts';
import { looksRandom } from './randomness.ts';

/** A header with key material after it; a source that only names the header holds no key. */
export function holdsPrivateKey(text: string): boolean {
  return privateKey.test(text) || holdsPuttyKey(text);
}

/** Up to a few armour headers, quotes, line ends (escaped ones too) and joins may stand before the base64. */
const privateKey =
  /-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:[^A-Za-z0-9]|\\[nr]|[A-Z][\w-]{2,20}: [^\n]{1,100}\n){0,200}?[A-Za-z0-9+/=]{40}/;
const puttyHeader = /PuTTY-User-Key-File-\d/;
const puttyKey = /Private-Lines: \d{1,4}[^A-Za-z0-9+/]{1,40}[A-Za-z0-9+/=]{40}/g;
/** UTF-16 code units from the header to the private lines. */
const puttyReach = 8_030;

function holdsPuttyKey(text: string): boolean {
  if (!puttyHeader.test(text)) return false;
  for (const { index } of text.matchAll(puttyKey))
    if (puttyHeader.test(text.slice(Math.max(0, index - puttyReach), index))) return true;
  return false;
}

/** The private members of a key: those of RSA and elliptic curves, and `k` of a symmetric one. */
export const jsonWebKeyRules: readonly OwnRule[] = [
  {
    id: 'JSON Web Key',
    keywords: ['kty'],
    reach: 8000,
    source: String.raw`["'{,\s](?:d|p|q|dp|dq|qi|k)\\?["']?\s{0,5}:\s{0,5}\\?["']([\w-]{20,2000})\\?["']`,
    accepts: value => looksRandom(value),
  },
];
