// What a writer is handed, after the filter that guards memory and training: with an endpoint, it leaves the machine. What
// was withheld is said, so that a poor answer can be understood.

import { counted } from '../../base/counted.ts';
import { codeSpan } from '../../base/markdownText.ts';
import { admitText } from '../../corpus/admit.ts';
import { placeholder, redact } from '../../corpus/redact.ts';
import { isSecretPath } from '../../corpus/secretFiles.ts';
import type { Citation } from '../model/types.ts';

export interface Outgoing {
  readonly question: string;
  readonly excerpts: readonly Citation[];
  /** Paths of excerpts that are left out whole. */
  readonly leftOut: readonly string[];
}

/** The question and the excerpts without secrets. Each excerpt keeps its lines, as places count by them. */
export function withoutSecrets(question: string, excerpts: readonly Citation[]): Outgoing {
  const isWithheld = ({ path, text }: Citation): boolean => isSecretPath(path) || holdsKey(text);
  return {
    question: holdsKey(question) ? placeholder : redact(question).text,
    excerpts: excerpts
      .filter(excerpt => !isWithheld(excerpt))
      .map(excerpt => ({ ...excerpt, text: redact(excerpt.text, excerpt.path).text })),
    leftOut: excerpts.filter(isWithheld).map(({ path }) => path),
  };
}

/** What is withheld from a writer of that name, as Markdown; '' where nothing is. */
export function withheldText({ question, excerpts, leftOut }: Outgoing, writer: string): string {
  const count = [question, ...excerpts.map(({ text }) => text)]
    .map(text => text.split(placeholder).length - 1)
    .reduce((sum, each) => sum + each, 0);
  const secrets = count === 0 ? [] : [`${counted(count, 'secret')}, where it reads ${codeSpan(placeholder)}`];
  const files = [...new Set(leftOut)].map(path => `all of ${codeSpan(path)}, which may hold secrets`);
  const withheld = [...secrets, ...files];
  return withheld.length === 0 ? '' : `Withheld from ${codeSpan(writer)}: ${withheld.join('; ')}.\n\n`;
}

/** A private key is no line to be replaced: nothing around it goes out either. */
function holdsKey(text: string): boolean {
  const admission = admitText('excerpt.txt', text, { maxFileBytes: Infinity });
  return admission.kind === 'left-out' && admission.reason === 'secret';
}
