// Secrets that a name gives away: the literal or bare value that an assignment, an argument, an attribute, a pair of
// `name` and `value` or an element gives to a name such as `apiKey` or `DB_PASSWORD`.

import type { Suspicion } from './names.ts';
import { suspicionOf } from './names.ts';
import type { SecretSpan } from './rules.ts';
import { isSecretValue, schemeLength } from './values.ts';
import { looksRandom } from './randomness.ts';

/** Words of names that may be secret, lower case. */
export const nameWords: readonly string[] =
  'secret pass pwd token key cred auth salt jwt cookie login licen mnemonic seed signature'.split(' ');

/** How values stand in a file: always in quotes, as in code, or also bare. */
export type Bareness = 'code' | 'bare';

/**
 * The secrets that follow names; `ends` says where in the text a word of `nameWords` ends, in ascending order. Every
 * name costs bounded time.
 */
export function findAssigned(text: string, bareness: Bareness, ends: readonly number[]): SecretSpan[] {
  const spans: SecretSpan[] = [];
  const words = new Words(text);
  let seen = 0;
  for (const end of ends) {
    if (end <= seen) continue;
    const name = nameAt(text, end);
    seen = name.end;
    const suspicion = knownSuspicionOf(text.slice(name.start, name.end));
    if (suspicion === 'none') continue;
    const values = valuesAfter({ text, name, suspicion, bareness, words });
    spans.push(...values);
    seen = values.at(-1)?.end ?? seen;
  }
  return spans;
}

interface Named {
  readonly text: string;
  readonly name: SecretSpan;
  readonly suspicion: Suspicion;
  readonly bareness: Bareness;
  readonly words: Words;
}

/** The same few names come again and again. */
const known = new Map<string, Suspicion>();

function knownSuspicionOf(name: string): Suspicion {
  let suspicion = known.get(name);
  if (suspicion === undefined) {
    if (known.size > 10_000) known.clear();
    known.set(name, (suspicion = suspicionOf(name.replace(/(?<![.-])[.-]+$/, ''))));
  }
  return suspicion;
}

const maxNameLength = 80;

/** The whole name around the word that ends at `at`. */
function nameAt(text: string, at: number): SecretSpan {
  let start = at;
  while (start > 0 && at - start < maxNameLength && isNamePart(text.charCodeAt(start - 1))) start--;
  let end = at;
  while (end < text.length && end - at < maxNameLength && isNamePart(text.charCodeAt(end))) end++;
  return { start, end };
}

/** `[\w$.-]` */
function isNamePart(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 36 ||
    code === 45 ||
    code === 46
  );
}

function valuesAfter(named: Named): SecretSpan[] {
  return quotedAfter(named) ?? elementAfter(named) ?? bareAfter(named) ?? bytesAfter(named) ?? [];
}

/** A default or the second half of a pair: `default="…"`, `"value": "…"`, `android:value="…"`. */
const pair = String.raw`(?:\\?["']?(?:android:)?(?:default(?:_?[vV]alue)?|value|Value)\\?["']?\s{0,3}[:=]\s{0,3})?`;
/**
 * What may stand between a name and its value: a closing quote or bracket, brackets of an array, a C# property's
 * accessors, a type, an operator or none, and what opens a literal.
 */
const gap = new RegExp(
  String.raw`(\\?["'\`]?\s?[\])]{0,2}[?!]?\s{0,20}(?:\[\d{0,5}\]\s{0,5}|\{\s{0,3}get;[^}\n]{0,40}\}\s{0,5})?(?::\s{0,5}(?:&'static )?[\w&<>[\]|. ]{1,40}?)??)` +
    String.raw`(=>|:=|\?=|={1,3}|!={1,2}|:|,|\(|\|\||\?\?|\|)?(\s{0,20})` +
    pair +
    String.raw`(?:(?:[bruf]{1,2}|@|\(|\[|&)\s{0,12}(?:[bruf]{1,2})?)?(\\?["'\`])`,
  'y',
);
/** `define('DB_PASSWORD', …)`: calls that name and set, or name and give a default, at once. */
const definition =
  /\b(?:define|setenv|putenv|getenv|get_env|env|environ\.get|config|setdefault|setProperty|set|add|fill|type|option|append|header|fetch|get|buildConfigField)\(?\s{0,5}(?:["'][\w.]{1,20}["']\s?,\s?)?["'][#.\w-]*$/i;

function quotedAfter(named: Named): SecretSpan[] | undefined {
  const { text, name, suspicion } = named;
  gap.lastIndex = name.end;
  const found = gap.exec(text);
  if (found === null) return undefined;
  const [, before = '', operator = '', blanks = '', quote = ''] = found;
  if (operator === '' && !mayLackOperator(named, before + blanks)) return undefined;
  const literal = literalAt(text, gap.lastIndex, quote);
  if (literal === undefined) return undefined;
  const value = text.slice(literal.start, literal.end);
  if (!isSecretValue(value, afterOperator(named, operator, suspicion))) return [];
  return [
    { start: literal.start + schemeLength(value), end: literal.end },
    ...joinedAfter(text, literal.end + quote.length),
  ];
}

/** `storePassword 'x'`, `#define API_KEY "x"`, `name="password" value="x"`: a strong name and blanks are enough. */
function mayLackOperator({ suspicion, text, name }: Named, between: string): boolean {
  if (!/\s$/.test(between)) return false;
  if (suspicion === 'strong') return true;
  return (
    /#\s{0,3}define\s{1,5}$/.test(text.slice(Math.max(0, name.start - 12), name.start)) ||
    /["']/.test(between)
  );
}

/** An argument beside a suspicious name is less surely its value: `getToken('primary')`, `f(password, 'utf8')`. */
function afterOperator({ text, name }: Named, operator: string, suspicion: Suspicion): Suspicion {
  if (operator !== ',' && operator !== '(') return suspicion;
  const before = text.slice(Math.max(0, name.start - 60), name.start);
  if (operator === ',' && (definition.test(before) || /["']$/.test(before))) return suspicion;
  const own = text.slice(name.start, name.end);
  return operator === '(' && /(?:^|\.)set[A-Z_]\w*$|^PASSWORD$|^(?:with|as)[A-Z]\w*$/.test(own)
    ? suspicion
    : 'weak';
}

const maxLiteralLength = 8192;
const literalEnd = new Map([
  ['"', /(?:[^"\\\n]|\\[^\n]){0,8192}?"/y],
  ["'", /(?:[^'\\\n]|\\[^\n]){0,8192}?'/y],
  ['`', /(?:[^`\\\n]|\\[^\n]){0,8192}?`/y],
]);

/** The inside of the literal whose quote ends at `start`. */
function literalAt(text: string, start: number, quote: string): SecretSpan | undefined {
  if (quote.length === 2) {
    const end = text.indexOf(quote, start);
    const isNear = end !== -1 && end - start <= maxLiteralLength && !text.slice(start, end).includes('\n');
    return isNear ? { start, end } : undefined;
  }
  const ending = literalEnd.get(quote);
  if (ending === undefined) return undefined;
  ending.lastIndex = start;
  return ending.test(text) ? { start, end: ending.lastIndex - 1 } : undefined;
}

/** Further literals of a key that is cut into several: `"…" +`, `"…" \` and, as C and Python join them, `"…" "…"`. */
function joinedAfter(text: string, from: number): SecretSpan[] {
  const spans: SecretSpan[] = [];
  const next = /\s{0,40}[+.\\]?\s{0,40}(["'])([\w+/=\\-]{16,200})\1/y;
  next.lastIndex = from;
  for (let found = next.exec(text); found !== null && spans.length < 200; found = next.exec(text)) {
    const [, , value = ''] = found;
    if (!looksRandom(value.replace(/\\[nr]$/, ''))) break;
    spans.push({ start: next.lastIndex - 1 - value.length, end: next.lastIndex - 1 });
  }
  return spans;
}

/** `<password>x</password>`, `<entry key="secret">x</entry>`, and what property lists and Spring make of a pair. */
const element =
  /\\?["']?\s{0,3}(?:[\w:-]{1,30}="[^"\n]{0,60}"\s{0,2}){0,3}>\s{0,40}(?:<\/key>\s{0,40}<string>|<value>\s{0,40})?([^<>\s]{6,2000})\s{0,40}<\//y;

function elementAfter({ text, name, suspicion }: Named): SecretSpan[] | undefined {
  element.lastIndex = name.end;
  const found = element.exec(text);
  const [whole, value = ''] = found ?? [];
  if (found === null || whole === undefined) return undefined;
  const start = found.index + whole.lastIndexOf(value);
  return isSecretValue(value, suspicion) ? [{ start, end: start + value.length }] : [];
}

const beforeBare =
  /\\?["'`]?[ \t]{0,10}(?:=>|[:?]?=|:)?[ \t]{0,10}(?=[^\s"'`])|["']?,?\s{1,40}value:[ \t]{1,5}/y;
/** Where words without quotes end. Many names may stand in one, whose end is looked for once. */
class Words {
  private readonly text: string;
  private end = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** The next blank, quote or end of the text, but no further than the longest value. Starts come in ascending order. */
  endOf(start: number): number {
    if (start < this.end) return this.end;
    const word = /[^\s"'`]{0,4000}/y;
    word.lastIndex = start;
    this.end = start + (word.exec(this.text)?.[0].length ?? 0);
    return this.end;
  }
}

/** A value without quotes, where the place says that it is one and no expression. */
function bareAfter(named: Named): SecretSpan[] | undefined {
  const { text, name, suspicion } = named;
  beforeBare.lastIndex = name.end;
  const between = beforeBare.exec(text)?.[0] ?? '';
  if (between === '') return undefined;
  const kind = bareKind(named, between);
  if (kind === 'none') return undefined;
  const start = name.end + between.length;
  const end = named.words.endOf(start);
  if (kind === 'line' && !isLineEnd.test(text.slice(end, end + 200))) return undefined;
  const rest = text.slice(start, end);
  const value = kind === 'word' || kind === 'line' ? rest : (kind.exec(rest)?.[0] ?? '');
  return isSecretValue(value, suspicion) ? [{ start, end: start + value.length }] : undefined;
}

/** A comment, a comma or nothing, or the quote of what holds the pair. */
const isLineEnd = /^[ \t]*(?:[#;,].*|\\)?(?:\r?\n|$)|^["'`]/;

/**
 * `word`: the value reaches to the next blank or quote; `line`: it must also be the last of its line; a pattern: as much
 * of the word as matches; `none`: this is no value.
 */
function bareKind(named: Named, between: string): 'word' | 'line' | RegExp | 'none' {
  const { text, name, suspicion, bareness } = named;
  const behind = text.slice(Math.max(0, name.start - 300), name.start);
  const before = behind.slice(behind.lastIndexOf('\n') + 1);
  const last = before.at(-1) ?? '';
  if (between === '=') {
    if (last === '?' || last === '&') return /^[^&#;,)|<>\\]+/;
    // In a string of its own, or behind other pairs of a connection string.
    if (/["'`;\s]/.test(last) && isConnection(before)) return last === ';' ? /^[^;]+/ : /^[^&;,)|<>\\]+/;
    if (/["'`]/.test(last) && bareness === 'code') return 'word';
    if (/(?:^|\s)(?:-e|--env|export|env|set|ENV|ARG)\s{1,3}["']?$/.test(before)) return 'word';
  }
  if (bareness === 'code' && !/^\s{0,80}(?:\/\/|#|\*|--|;|<!--)/.test(before)) return 'none';
  const own = text.slice(name.start, name.end);
  if (between === '=' && (/^[A-Z][A-Z\d_]*$/.test(own) || /\s$/.test(before))) return 'word';
  if (/^[ \t]+$/.test(between)) return suspicion === 'strong' && lead.test(before) ? 'line' : 'none';
  return lead.test(before) || suspicion === 'strong' ? 'line' : 'none';
}

/** Whether a string of other pairs goes before: `"Server=db;User Id=sa;`, `host=db user=app `, `jdbc:…?user=app&`. */
function isConnection(before: string): boolean {
  const inside = before.slice(Math.max(...['"', "'", '`', ','].map(sign => before.lastIndexOf(sign))) + 1);
  return connectionPart.test(inside);
}

const connectionPart =
  /\b(?:server|host(?:name)?|data source|addr(?:ess)?|dsn|driver|uid|user(?:name)?|user id|dbname|database(?:name)?|initial catalog|port)\s?=|\bjdbc:/i;
/** What may stand before a name at the beginning of a line. */
const lead = /^\s*(?:[-*|>$]\s+|\/\/\s*|#\s*)?(?:export\s+|ENV\s+|ARG\s+|set\s+|config\s+)?["'`]?$/;

/** The bytes of a key: `[0x1f, …]`, sixteen and more. */
const bytes =
  /["'\]]{0,2}\s{0,5}(?::\s{0,3}[\w<>[\] ;]{1,30})?[:=]\s{0,5}(?:[\w. ]{1,30}(?:\[\s{0,3}\d{0,4}\s{0,3}\]\s{0,3})?\(?)?\s{0,5}[[{(]\s{0,10}((?:(?:0x[\da-fA-F]{1,2}|\d{1,3})\s{0,20},\s{0,20}){15,600}(?:0x[\da-fA-F]{1,2}|\d{1,3}))/y;

function bytesAfter({ text, name }: Named): SecretSpan[] | undefined {
  bytes.lastIndex = name.end;
  const found = bytes.exec(text);
  const [, list = ''] = found ?? [];
  if (found === null || new Set(list.split(',').map(each => each.trim())).size < 12) return undefined;
  return [{ start: bytes.lastIndex - list.length, end: bytes.lastIndex }];
}
