// Takes secrets out of a text before it goes anywhere: tokens of known formats, passwords in addresses, and random
// literals that are assigned to names such as `apiKey` or `password`. Lines and quotes stay as they are, so that line
// numbers hold and the code around a secret can still be learnt.

import { baseName } from './fileTree.ts';
import { endingOf } from './fileKind.ts';
import { isUuid, looksRandom } from './randomness.ts';
import { isStandIn, redactKnownFormats } from './secretFormats.ts';
import { suspicionOf } from './suspiciousNames.ts';
import type { Suspicion } from './suspiciousNames.ts';

export const placeholder = '<redacted>';

export interface Redacted {
  readonly text: string;
  /** Secrets replaced. */
  readonly count: number;
}

/**
 * The text without its secrets; the same object where it has none. Redacting twice changes nothing more. `path` decides
 * whether values without quotes are looked at, as in YAML and shell. Private keys are not handled here, as a file with
 * one is left out whole (see `admit`).
 */
export function redact(text: string, path = ''): Redacted {
  const known = redactKnownFormats(text, placeholder);
  const unquoted = hasUnquotedValues(path);
  let count = known.count;
  let previous = '';
  // Most lines name nothing suspicious, and are not looked at again.
  const lines = known.text.split('\n').map(line => {
    const before = previous;
    previous = line;
    if (!suspiciousLine.test(line) && !suspiciousLine.test(before)) return line;
    if (line.length > maxLineLength) return line;
    const quoted = redactLiterals(line, before);
    const result = unquoted ? redactUnquoted(quoted) : quoted;
    count += result.count;
    return result.text;
  });
  return count === 0 ? { text, count } : { text: lines.join('\n'), count };
}

/** Longer lines are data; the known formats were looked for in them all the same. */
const maxLineLength = 4000;
const suspiciousLine = /secret|passw|pwd|passphrase|token|key|credential|auth|salt/i;

const literal = /(["'`])((?:(?!\1)[^\\]|\\.){0,600}?)\1/g;
/** What may stand between a name and its value: a closing quote or bracket, a type, an operator, a fallback. */
const nameBefore =
  /([\w$.-]{2,80})["'`]?\]?\s{0,20}(?:\?|!)?(?::\s{0,5}[\w&<>[\] |.]{1,40})?\s{0,20}(=>|:=|={1,3}|!={1,2}|:|,|\(|\|\||\?\?)\s{0,20}(?:[bruf]{1,2}|@|\(|\[)?\s{0,4}$/i;

function redactLiterals(line: string, lineBefore: string): Redacted {
  let count = 0;
  const text = line.replace(literal, (whole: string, quote: string, value: string, at: number) => {
    const onLine = line.slice(Math.max(0, at - maxNameDistance), at);
    // A value on a line of its own belongs to the name at the end of the line before.
    const ownLine = /^\s*[bruf]{0,2}$/i.test(onLine);
    if (ownLine && !/[=:(]\s*$/.test(lineBefore)) return whole;
    const before = ownLine ? `${lineBefore.trimEnd().slice(-maxNameDistance)} ` : onLine;
    const found = nameBefore.exec(before);
    if (found === null) return whole;
    const [, name = '', operator = ''] = found;
    const isAssigned = (operator !== ',' && operator !== '(') || definition.test(before);
    const suspicion = suspicionOf(name);
    // An argument beside a suspicious name is less surely its value: `getToken('primary')`, `f(password, 'utf8')`.
    if (!isSecret(value, isAssigned || suspicion === 'none' ? suspicion : 'weak')) return whole;
    count++;
    return `${quote}${placeholder}${quote}`;
  });
  return { text, count };
}

const maxNameDistance = 160;
/** `define('DB_PASSWORD', …)`: calls that name and set at once. */
const definition = /\b(?:define|setenv|putenv|setdefault|setProperty)\(\s*["'][\w.-]+["']\s*,\s*$/i;

/** `password: hunter2`, `export API_TOKEN=…`, `ENV KEY …` to the end of the value. */
const unquotedValue =
  /^(\s*(?:-\s+)?(?:export\s+|ENV\s+|ARG\s+|set\s+)?)([\w.-]{3,80})(\s*[:=]\s*|\s+(?=\S+$))([^\s"'`#;,]{6,600})(?=\s*(?:[#;].*)?\r?$)/;

function redactUnquoted({ text: line, count }: Redacted): Redacted {
  const found = unquotedValue.exec(line);
  if (found === null) return { text: line, count };
  const [whole, lead = '', name = '', operator = '', value = ''] = found;
  if (!isSecret(value, suspicionOf(name))) return { text: line, count };
  const text = `${lead}${name}${operator}${placeholder}${line.slice(whole.length)}`;
  return { text, count: count + 1 };
}

function hasUnquotedValues(path: string): boolean {
  const name = baseName(path).toLowerCase();
  return unquotedEndings.has(endingOf(name)) || /^(?:dockerfile|containerfile|\.env.*)$/.test(name);
}

const unquotedEndings = new Set(
  'yml yaml ini cfg conf config cnf properties env example sample template dist toml sh bash zsh fish ps1 bat cmd mk tf dockerfile'.split(
    ' ',
  ),
);

function isSecret(value: string, suspicion: Suspicion): boolean {
  if (suspicion === 'none' || value.length < 6 || value === placeholder || isStandIn(value)) return false;
  if (/\s|\$\{|\{\{|%[sdv(]|#\{|\\[nrtu]/.test(value)) return false;
  if (suspicion === 'weak') return looksRandom(value) && !isUuid(value);
  return isUuid(value) || looksRandom(value, 12) || isPassword(value);
}

/** Letters with digits or signs among them, as a password is written and a word or an identifier is not. */
function isPassword(value: string): boolean {
  if (value.length < 6 || value.length > 128 || /^[./~]|:\/\/|\/.*\/|[()]/.test(value)) return false;
  // Scripts without letter case are running text.
  if (algorithm.test(value) || /\p{Lo}/u.test(value)) return false;
  // Long and without signs it is an identifier; a long random one is found by its looks.
  if (value.length > 24 && !/[!@#$%^&*+?=]/.test(value)) return false;
  const letters = /[a-z]/i.test(value);
  return letters && (/\d/.test(value) ? /^[^\s,]+$/.test(value) : /[!@#$%^&*+?]/.test(value));
}

const algorithm =
  /^(?:sha|md|aes|hmac|rsa|hs|rs|es|ps|ed|utf|base|oauth|argon|bcrypt|scrypt|pbkdf|v)[-_]?\d/i;
