// Secrets of Kubernetes: whatever a document of that kind holds under `data` and `stringData` is one, by whatever name.

import type { SecretSpan } from './rules.ts';

/** Values under `data:` and `stringData:` of each document of kind Secret, block scalars line by line. */
export function kubernetesSecrets(text: string): SecretSpan[] {
  if (!isSecretKind.test(text)) return [];
  const spans: SecretSpan[] = [];
  let start = 0;
  for (const document of text.split(/^---/m)) {
    if (isSecretKind.test(document)) {
      spans.push(...valuesOf(document).map(span => ({ start: start + span.start, end: start + span.end })));
    }
    start += document.length + 3;
  }
  return spans;
}

const isSecretKind = /^\s{0,20}kind:[ \t]{0,5}["']?Secret["']?[ \t]{0,20}\r?$/m;

function valuesOf(document: string): SecretSpan[] {
  const spans: SecretSpan[] = [];
  /** Indentation of `data:` while inside of it. */
  let data = -1;
  let at = 0;
  for (const line of document.split('\n')) {
    const indentation = line.length - line.trimStart().length;
    if (data >= 0 && line.trim() !== '' && indentation <= data) data = -1;
    if (data >= 0) {
      const value =
        /^(?:\s*["']?[\w./-]{1,200}["']?:(?:\s|$))?\s*(?:\||>)?[-+]?\s*["']?/.exec(line)?.[0].length ?? 0;
      const end = line.trimEnd().replace(/["']$/, '').length;
      if (end > value && !/\{\{|\$\{|^\s*#/.test(line)) spans.push({ start: at + value, end: at + end });
    } else if (/^\s*(?:data|stringData):\s*$/.test(line)) {
      data = indentation;
    }
    at += line.length + 1;
  }
  return spans;
}
