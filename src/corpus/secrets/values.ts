// Whether a value that stands where a secret belongs is one: a key drawn at random, or a password that somebody or a
// generator made up; not a template, a reference, a word that says "put yours here", or code.

import type { Suspicion } from './names.ts';
import { isUuid, looksRandom } from './randomness.ts';

/** Whether `value` is a secret if it is the value of a name of this suspicion. */
export function isSecretValue(whole: string, suspicion: Suspicion): boolean {
  const value = whole.slice(schemeLength(whole));
  if (suspicion === 'none' || value.length < 6 || isStandIn(value) || isTemplate(value)) return false;
  if (/^(?:\\x[\da-f]{2}){8,}$/i.test(value)) return suspicion === 'strong';
  if (/\s|\\[nrtu]/.test(value)) return isSalt(value);
  if (suspicion === 'weak')
    return (looksRandom(value) || isSalt(value)) && !isUuid(value) && !schemed.test(value);
  return isUuid(value) || looksRandom(value, 12) || isPassword(value);
}

/** Characters before the secret itself that say how it is written: `Basic `, `base64:`, `0x`. */
export function schemeLength(value: string): number {
  return /^(?:base64:|0x|(?:bearer|basic|token)\s|\{[A-Z0-9]{3,10}\})/i.exec(value)?.[0].length ?? 0;
}

/**
 * Whether this is a password for its place alone, as in `curl -u name:…`: also one of letters only, but no word that
 * stands for a password.
 */
export function isGivenPassword(value: string): boolean {
  return value.length >= 4 && !isStandIn(value) && !isTemplate(value) && !isReference(value);
}

/** What stands where a secret belongs: a template, a variable, stars, or a word that says "put yours here". */
export function isStandIn(value: string): boolean {
  return (
    wrapped.test(value) ||
    /\$\(|\{[\w .-]*\}|<[\w .|-]+>|<redacted>/.test(value) ||
    /^%?[*x.•_-]+%?$/i.test(value) ||
    /^(?:your|my)[A-Z]/.test(value) ||
    /EXAMPLE(?:KEY)?$/.test(value) ||
    standInPrefix.test(value) ||
    standInWord.test(value)
  );
}

/** `$NAME`, `${…}`, `%NAME%`, `{…}`, `<…>`, `[…]`, `(…)`, `@NAME@`, `&anchor`, `#fff`. */
const wrapped =
  /^(?:\$\{?[\w.:-]+\}?|%\w+%|\{.*\}|<.*>|\[[^\]]*\]|\([^)]*\)|@[\w.]+@?|[&*!]\w+;?|#[\da-f]{3,8})$/i;
const standInPrefix =
  /^(?:your|my|the|some|any|an?|example|sample|dummy|fake|mock|test|change|insert|enter|replace|placeholder|redacted)(?:[-_. ]|$)/i;
const standInWord =
  /^(?:pass(?:word|wd|phrase)?|pwd|pw|secret|token|key|user(?:name)?|admin|root|guest|none|null|undefined|true|false|default|changeme|changeit|postgres|mysql|redis|foo|bar|baz|foobar|abc|qwerty|letmein|example|dummy|fake|mock|test|testing|string|value|demo|hello|world)[\d!]*$/i;

function isTemplate(value: string): boolean {
  return /\$\{\w|\{\{|#\{\w|%\(\w|^%[sdv]|%[sdv]$|%[sdv]\W?%[sdv]/.test(value);
}

const schemed = /^(?:vault|ssm|arn|secretref|op|env|file|data|var|local|module|kms|aws|gcp|projects)[:./]/i;

/** Names of things elsewhere: paths, addresses, members, calls, words with hyphens. */
function isReference(value: string): boolean {
  return (
    /^\.{0,2}\/\w|^~\/|^[a-z][\w+.-]{1,20}:\/\/|\/.*\//i.test(value) ||
    schemed.test(value) ||
    /^(?:[a-z]+|\d+)(?:[-_](?:[a-z]+|\d+)){2,}$/.test(value) ||
    /^[a-z_]\w*(?:(?:\.|::|->|\?\.)[a-z_]\w*)+$/i.test(value) ||
    /^[\w.$]+\(.*\);?$|^[\w.$]{2,}\([\w.,$]*;?$|^\w+\[\w+\][),;]*$|=>|^\^|\\[dwsb]|&&|\|\||^[.#][a-z]+(?:-[a-z]+\d?)*$|^[a-z]*\[[\w-]+[~|^$*]?=/i.test(
      value,
    )
  );
}

/** Letters with digits or symbols among them, as a password is written and a word or an identifier is not. */
function isPassword(value: string): boolean {
  // Scripts without letter case are running text.
  if (value.length > 128 || algorithm.test(value) || /\p{Lo}/u.test(value) || isReference(value))
    return false;
  const classes = [/[a-z]/, /[A-Z]/, /\d/, /[^\w\s.-]/].filter(one => one.test(value)).length;
  if (!/[a-z]/i.test(value) || new Set(value).size < 5) return false;
  const signs = value.replace(/[\w.-]/g, '').length;
  // Long and without symbols it is an identifier; a long random one is found by its looks.
  if (signs === 0) return value.length <= 24 && /\d/.test(value);
  if (value.length > 24) return classes >= 3 && signs >= 2 && looksRandom(value.replace(/[^\w]/g, ''), 12);
  return /\d/.test(value) || /[!@#$%^&*+?]/.test(value);
}

const algorithm =
  /^(?:sha|md|aes|hmac|rsa|hs|rs|es|ps|ed|utf|base|oauth|argon|bcrypt|scrypt|pbkdf|v)[-_]?\d/i;

/** Many symbols of all kinds and few blanks, as WordPress's salts: running text has neither. */
function isSalt(value: string): boolean {
  if (value.length < 32 || value.length > 128) return false;
  const signs = value.replace(/[\w\s]/g, '').length;
  const blanks = value.length - value.replace(/\s/g, '').length;
  return signs >= value.length / 5 && blanks <= value.length / 8 && /\d/.test(value) && /[a-z]/i.test(value);
}
