// Saying no: what the workspace does not say, and what no workspace is asked.

import type { Intent } from '../search/question.ts';
import type { Hit } from '../search/retrieve.ts';
import { cite } from './snippet.ts';
import type { ChatEvent, DeclineReason } from '../model/types.ts';

type Declined = Extract<ChatEvent, { kind: 'declined' }>;

/** Lines of a place that is shown although it is no answer. */
const nearestLines = 6;

export function decline(reason: DeclineReason, text: string, nearest: Declined['nearest'] = []): Declined {
  return { kind: 'declined', reason, text, nearest };
}

/** This workspace does not say; `hits` come closest. */
export function declineUnknown(question: string, hits: readonly Hit[]): Declined {
  const nearest = hits.slice(0, 3).map(hit => cite(hit, question, nearestLines));
  const text =
    nearest.length === 0
      ? 'This workspace does not say: none of these words stand in it.'
      : 'This workspace does not seem to say. The nearest places, which may have nothing to do with it:';
  return decline('not-in-workspace', text, nearest);
}

export function declineUnfit(what: Extract<Intent, { kind: 'unfit' }>['what']): Declined {
  const purpose = 'I look things up in the code of this workspace.';
  const text = {
    arithmetic: `That is not what I am for: I do not calculate. ${purpose}`,
    'small-talk': `That is not what I am for. ${purpose} Ask where something is, what it does or how it is used.`,
    general: `That is not what I am for: I know nothing of the world. ${purpose}`,
  }[what];
  return decline('not-a-question-about-code', text);
}
