// Takes secrets out of a text before it goes anywhere: tokens of known formats, passwords in addresses and commands,
// and values of names such as `apiKey` or `password`. Lines and quotes stay as they are, so that line numbers hold and
// the code around a secret can still be learnt.

import { baseName } from './fileTree.ts';
import { extensionOf, isCode } from './fileKind.ts';
import type { Bareness } from './secrets/assigned.ts';
import { findAssigned, nameWords } from './secrets/assigned.ts';
import { KeywordScan } from './secrets/keywordScan.ts';
import { kubernetesSecrets } from './secrets/kubernetes.ts';
import type { KeywordPlace, SecretSpan } from './secrets/rules.ts';
import { findByRules, ruleKeywords } from './secrets/rules.ts';

/**
 * Stands wherever a secret was. Code that suggests or quotes recognises a redacted place by it, and never offers it as
 * something to type.
 */
export const placeholder = '<redacted>';

/** Grows with every change of what is redacted or refused, so that what was kept of texts before is read anew. */
export const filterVersion = 3;

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
  let current = text;
  let count = 0;
  for (let round = 1; ; round++) {
    const spans = findSecrets(current, path);
    if (spans.length === 0) return { text: current, count };
    count += spans.length;
    // What is gone can make something else look like a secret. Where that does not end soon, whole lines go.
    current = replaceSpans(current, round < 3 ? spans : spans.map(span => wholeLines(current, span)));
  }
}

const keywords = [...ruleKeywords.map(({ word }) => word), ...nameWords];
const scan = new KeywordScan(keywords);

/** In the order of the text, without overlaps; none lies within a placeholder. */
function findSecrets(text: string, path: string): SecretSpan[] {
  const places = new Map<number, KeywordPlace[]>();
  const names: number[] = [];
  for (const hit of scan.find(text)) {
    const rule = ruleKeywords[hit.word]?.rule;
    if (rule === undefined) {
      names.push(hit.end);
      continue;
    }
    const found = places.get(rule);
    if (found === undefined) places.set(rule, [hit]);
    else found.push(hit);
  }
  const spans = [
    ...findByRules(text, path, places),
    ...findAssigned(text, barenessOf(path), names),
    ...(/\.ya?ml$/i.test(path) ? kubernetesSecrets(text) : []),
  ];
  return joined(spans.filter(span => !isRedacted(text, span)));
}

function joined(spans: readonly SecretSpan[]): SecretSpan[] {
  const result: { start: number; end: number }[] = [];
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last !== undefined && start < last.end) last.end = Math.max(last.end, end);
    else result.push({ start, end });
  }
  return result;
}

/** Whether the span is no more than a placeholder or a part of one. */
function isRedacted(text: string, { start, end }: SecretSpan): boolean {
  if (end - start > placeholder.length) return false;
  const from = Math.max(0, end - placeholder.length);
  const at = text.slice(from, start + placeholder.length).indexOf(placeholder);
  return at !== -1 && from + at <= start;
}

function wholeLines(text: string, { start, end }: SecretSpan): SecretSpan {
  const next = text.indexOf('\n', end);
  return { start: text.lastIndexOf('\n', start - 1) + 1, end: next === -1 ? text.length : next };
}

function replaceSpans(text: string, spans: readonly SecretSpan[]): string {
  let result = '';
  let at = 0;
  for (const { start, end } of joined(spans)) {
    // Line ends stay, so that a secret of several lines leaves as many.
    result += text.slice(at, start) + text.slice(start, end).replace(/[^\r\n]+/g, placeholder);
    at = end;
  }
  return result + text.slice(at);
}

function barenessOf(path: string): Bareness {
  const name = baseName(path).toLowerCase();
  const isBare =
    bareEndings.has(extensionOf(name)) || /^(?:dockerfile|containerfile|makefile|\.env.*)$/.test(name);
  return isBare || (path !== '' && !isCode(path) && !/\.(?:json5?|jsonc)$/i.test(name)) ? 'bare' : 'code';
}

/** Languages of code in which a value stands without quotes. */
const bareEndings = new Set('sh bash zsh fish ps1 bat cmd mk tf dockerfile hcl'.split(' '));
