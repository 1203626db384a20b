// Writes rules.json and LICENSE of this folder from a checkout of gitleaks, and says which rules were left out:
// `npx tsx src/corpus/gitleaks/generate.ts CHECKOUT`. Run it to take over a newer version; nothing else edits them.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import * as v from 'valibot';
import type { AllowlistData, RuleData, RulesFile } from './rulesFile.ts';
import { translate } from './translate.ts';

/** Rules that redaction has better ones for, with the reason. */
const leftOut: Readonly<Record<string, string>> = {
  'generic-api-key': 'names of secrets are judged word by word in suspiciousNames.ts',
  'private-key': 'keyBlocks.ts also finds keys that are cut into strings',
  'curl-auth-header': 'its quantifiers are nested; commands.ts reads command lines',
  'curl-auth-user': 'its quantifiers are nested; commands.ts reads command lines',
  'kubernetes-secret-yaml': 'its quantifiers are nested; kubernetes.ts reads the document',
  'pkcs12-file': 'speaks of a path; secretFiles.ts refuses it',
  jwt: 'secretFormats.ts finds every token that begins with an object',
  'jwt-base64': 'secretFormats.ts finds every token that begins with an object',
};

/** Patterns that `translate` refuses, by their own text, with ones that find as much and cannot be slow. */
const rewritten = new Map([
  [
    String.raw`\bsntrys_eyJpYXQiO[a-zA-Z0-9+/]{10,200}(?:LCJyZWdpb25fdXJs|InJlZ2lvbl91cmwi|cmVnaW9uX3VybCI6)[a-zA-Z0-9+/]{10,200}={0,2}_[a-zA-Z0-9+/]{43}(?:[^a-zA-Z0-9+/]|\z)`,
    String.raw`\bsntrys_eyJpYXQiO[a-zA-Z0-9+/]{36,416}={0,2}_[a-zA-Z0-9+/]{43}(?![a-zA-Z0-9+/])`,
  ],
  [
    String.raw`(?i)[\w.-]{0,50}?(?:yandex)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(t1\.[A-Z0-9a-z_-]+[=]{0,2}\.[A-Z0-9a-z_-]{86}[=]{0,2})(?:[\x60'"\s;]|\\[nr]|$)`,
    String.raw`\b(t1\.[A-Z0-9a-z_-]+={0,2}\.[A-Z0-9a-z_-]{86}={0,2})`,
  ],
  [
    String.raw`^\$\{\{[ \t]*(?:(?:env|github|secrets|vars)(?:\.[A-Za-z]\w+)+[\w "'&./=|]*)[ \t]*}}$`,
    String.raw`^\$\{\{[ \t]*(?:env|github|secrets|vars)\.[\w "'&./=|]+}}$`,
  ],
]);

function javaScript(pattern: string): ReturnType<typeof translate> {
  return translate(rewritten.get(pattern) ?? pattern);
}

const allowlist = v.object({
  regexTarget: v.optional(v.picklist(['match', 'line'])),
  condition: v.optional(v.picklist(['AND', 'OR'])),
  regexes: v.optional(v.array(v.string()), []),
  stopwords: v.optional(v.array(v.string()), []),
  paths: v.optional(v.array(v.string()), []),
});
const config = v.object({
  allowlist,
  rules: v.array(
    v.object({
      id: v.string(),
      regex: v.optional(v.string()),
      path: v.optional(v.string()),
      entropy: v.optional(v.number()),
      secretGroup: v.optional(v.number()),
      keywords: v.optional(v.array(v.string()), []),
      allowlists: v.optional(v.array(allowlist), []),
    }),
  ),
});
type Rule = v.InferOutput<typeof config>['rules'][number];

function ruleOf({ id, regex = '', path, entropy, secretGroup, keywords, allowlists }: Rule): RuleData {
  const { source, maxLength } = javaScript(regex);
  if (keywords.length === 0) throw new Error(`${id} has no keyword: say how it is to be found`);
  // gitleaks asks for a keyword anywhere in the text. Where each match holds one, it need only be looked for nearby.
  const isNear = keywords.every(keyword => regex.toLowerCase().replaceAll('\\', '').includes(keyword));
  return {
    id,
    source,
    keywords: keywords.map(keyword => keyword.toLowerCase()),
    reach: isNear && hasOneCore(regex) ? maxLength : 0,
    ...(secretGroup === undefined ? {} : { group: secretGroup }),
    ...(entropy === undefined ? {} : { entropy }),
    ...(path === undefined ? {} : { path: javaScript(path).source }),
    ...(allowlists.length === 0 ? {} : { allow: allowlists.map(allowOf) }),
  };
}

/** Alternatives at the top may lack the keyword; inside a group of names they are the keywords. */
function hasOneCore(regex: string): boolean {
  let depth = 0;
  for (const part of regex.match(/\\.|\[(?:\\.|[^\]\\])*\]|[()|]/g) ?? []) {
    if (part === '(') depth++;
    if (part === ')') depth--;
    if (part === '|' && depth === 0) return false;
  }
  return true;
}

function allowOf({
  regexTarget,
  condition,
  regexes,
  stopwords,
  paths,
}: v.InferOutput<typeof allowlist>): AllowlistData {
  return {
    target: regexTarget ?? 'secret',
    all: condition === 'AND',
    patterns: regexes.map(regex => javaScript(regex).source),
    stopwords: stopwords.map(word => word.toLowerCase()),
    paths: paths.map(path => javaScript(path).source),
  };
}

function generate(checkout: string): void {
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', checkout, ...args], { encoding: 'utf8', maxBuffer: 1e8 });
  const parsed = v.parse(config, parse(git('show', 'HEAD:config/gitleaks.toml')));
  const rules: RuleData[] = [];
  const reasons: Record<string, string> = {};
  for (const rule of parsed.rules) {
    const reason = leftOut[rule.id];
    if (reason === undefined) rules.push(ruleOf(rule));
    else reasons[rule.id] = reason;
  }
  const file: RulesFile = {
    source: 'https://github.com/gitleaks/gitleaks, config/gitleaks.toml',
    version: git('describe', '--tags').trim(),
    commit: git('rev-parse', 'HEAD').trim(),
    licence: 'MIT, see LICENSE in this folder',
    leftOut: reasons,
    // The paths of the general list are lock files and folders that the corpus never reads.
    allow: allowOf({ ...parsed.allowlist, paths: [] }),
    rules,
  };
  writeFileSync(new URL('rules.json', import.meta.url), `${JSON.stringify(file, null, 1)}\n`);
  writeFileSync(new URL('LICENSE', import.meta.url), git('show', 'HEAD:LICENSE'));
  console.log(`${rules.length} rules written, ${Object.keys(reasons).length} left out`);
}

const [, , checkout] = process.argv;
if (checkout === undefined) throw new Error('name a checkout of gitleaks');
generate(checkout);
