// A rule of ours: as gitleaks' are, with a judgement in code where a pattern cannot say it.

import type { RuleData } from './gitleaks/rulesFile.ts';

export interface OwnRule extends RuleData {
  /** Whether each match begins with a keyword; `reach` then says nothing. */
  readonly isHead?: boolean;
  /** Whether what was found counts; `match` is all that the pattern matched, with its groups. */
  readonly accepts?: (secret: string, match: RegExpExecArray) => boolean;
}
