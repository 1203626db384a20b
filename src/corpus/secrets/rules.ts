// Runs our own rules and gitleaks' over a text: each pattern only near the keywords that it needs,
// and only what is random enough and on no list of exceptions counts.

import rulesFile from './gitleaks/rules.json' with { type: 'json' };
import type { AllowlistData, RulesFile } from './gitleaks/rulesFile.ts';
import { entropyBits } from './randomness.ts';
import { commandRules } from './commands.ts';
import { formatRules } from './formats.ts';
import { jsonWebKeyRules } from './keyBlocks.ts';
import type { OwnRule } from './ownRule.ts';

/** A stretch of a text: from `start` up to `end`. */
export interface SecretSpan {
  readonly start: number;
  readonly end: number;
}

const gitleaks: RulesFile = rulesFile as RulesFile;

interface Rule extends Omit<OwnRule, 'path' | 'allow'> {
  readonly pattern: RegExp;
  readonly path: RegExp | undefined;
  readonly allow: readonly Allowlist[];
}

interface Allowlist extends Omit<AllowlistData, 'patterns' | 'paths'> {
  readonly patterns: readonly RegExp[];
  readonly paths: readonly RegExp[];
}

/** Compiled one by one when first needed: most are never. */
const compiled = new Map<OwnRule, Rule>();
const generalAllow = allowlist(gitleaks.allow);

const allRules: readonly OwnRule[] = [...formatRules, ...commandRules, ...jsonWebKeyRules, ...gitleaks.rules];

/** What `findByRules` wants to know the places of, lower case; each belongs to the rule of the same index. */
export const ruleKeywords: readonly { readonly word: string; readonly rule: number }[] = allRules.flatMap(
  ({ keywords }, rule) => keywords.map(word => ({ word, rule })),
);

/** Where a keyword of a rule stands in the text. */
export type KeywordPlace = SecretSpan;

/** The secrets that rules find; `places` gives, by index of a rule, where its keywords stand in the text. */
export function findByRules(
  text: string,
  path: string,
  places: ReadonlyMap<number, readonly KeywordPlace[]>,
): SecretSpan[] {
  const spans: SecretSpan[] = [];
  for (const [index, found] of places) {
    const data = allRules[index];
    if (data === undefined) continue;
    const rule = compile(data);
    if (rule.path?.test(path) === false) continue;
    for (const match of matchesOf(rule, text, found)) {
      const span = secretOf(match, rule);
      if (span === undefined) continue;
      const secret = text.slice(span.start, span.end);
      if (!isAllowed(match, secret, text, path, rule)) spans.push(span);
    }
  }
  return spans;
}

/** Matches with their indices in the text. */
function* matchesOf(rule: Rule, text: string, places: readonly KeywordPlace[]): Generator<RegExpExecArray> {
  const { pattern } = rule;
  if (rule.isHead === true) {
    let seen = 0;
    for (const { start } of places) {
      if (start < seen) continue;
      pattern.lastIndex = start;
      const match = pattern.exec(text);
      if (match === null) continue;
      seen = pattern.lastIndex;
      yield match;
    }
    return;
  }
  for (const { start, end } of windows(places, rule.reach, text.length)) {
    // A match that begins in the window may end behind it; the search for a beginning must not.
    const part = end === text.length ? text : text.slice(0, end);
    pattern.lastIndex = start;
    for (let match = pattern.exec(part); match !== null; match = pattern.exec(part)) yield match;
  }
}

/** Around the keywords as far as a match reaches, one more on each side for what looks about, joined where they meet. */
function windows(places: readonly KeywordPlace[], reach: number, length: number): SecretSpan[] {
  if (reach === 0) return [{ start: 0, end: length }];
  const joined: { start: number; end: number }[] = [];
  for (const place of places) {
    const start = Math.max(0, place.end - reach - 1);
    const end = Math.min(length, place.start + reach + 1);
    const last = joined.at(-1);
    if (last !== undefined && start <= last.end) last.end = end;
    else joined.push({ start, end });
  }
  return joined;
}

/** Where in its input the match's secret is, if it is random enough. */
function secretOf(match: RegExpExecArray, { group, entropy, accepts }: Rule): SecretSpan | undefined {
  const [all, ...groups] = match.indices ?? [];
  const found = group === undefined ? (groups.find(isFilled) ?? all) : groups[group - 1];
  if (!isFilled(found)) return undefined;
  const [start, end] = found;
  const secret = match.input.slice(start, end);
  if (entropy !== undefined && entropyBits(secret) <= entropy) return undefined;
  return accepts?.(secret, match) === false ? undefined : { start, end };
}

/** Groups that took no part are undefined, though the type does not say so. */
function isFilled(indices: readonly [number, number] | undefined): indices is readonly [number, number] {
  return indices !== undefined && indices[1] > indices[0];
}

function isAllowed(match: RegExpExecArray, secret: string, text: string, path: string, rule: Rule): boolean {
  return [generalAllow, ...rule.allow].some(({ target, all, patterns, stopwords, paths }) => {
    const subject = { secret, match: match[0], line: '' }[target] || lineAt(text, match.index);
    const lower = secret.toLowerCase();
    const verdicts = [
      ...(patterns.length === 0 ? [] : [patterns.some(pattern => pattern.test(subject))]),
      ...(stopwords.length === 0 ? [] : [stopwords.some(word => lower.includes(word))]),
      ...(paths.length === 0 ? [] : [paths.some(pattern => pattern.test(path))]),
    ];
    return verdicts.length > 0 && (all ? verdicts.every(Boolean) : verdicts.some(Boolean));
  });
}

function lineAt(text: string, at: number): string {
  const end = text.indexOf('\n', at);
  return text.slice(text.lastIndexOf('\n', at - 1) + 1, end === -1 ? undefined : end);
}

function compile(data: OwnRule): Rule {
  let rule = compiled.get(data);
  if (rule === undefined) {
    const { source, path, allow = [], ...rest } = data;
    rule = {
      ...rest,
      source,
      pattern: new RegExp(source, rest.isHead === true ? 'dy' : 'dg'),
      path: path === undefined ? undefined : new RegExp(path),
      allow: allow.map(allowlist),
    };
    compiled.set(data, rule);
  }
  return rule;
}

function allowlist({ patterns, paths, ...rest }: AllowlistData): Allowlist {
  return {
    ...rest,
    patterns: patterns.map(source => new RegExp(source)),
    paths: paths.map(source => new RegExp(source)),
  };
}
