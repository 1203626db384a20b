// /write, /complete, /doc and /fix: the network writes, with memory, token by token, each with the probability that it
// gives it. What it is given is the text of the editor up to the place; what it is asked for stands there as a comment.

import type { CancellationToken } from '../base/cancellation.ts';
import { decline } from './decline.ts';
import type { ChatSources } from './retrieve.ts';
import type { ChatEvent, ChatRequest } from './types.ts';
import { planWriting } from './writingPlan.ts';
import type { WriterParts } from './writtenTokens.ts';
import { writtenTokens } from './writtenTokens.ts';

export async function* write(
  request: ChatRequest,
  sources: ChatSources | undefined,
  parts: WriterParts,
  cancellation: CancellationToken,
): AsyncGenerator<ChatEvent, void, undefined> {
  const plan = await planWriting(request, sources);
  if ('reason' in plan) {
    yield decline(plan.reason, plan.text);
    return;
  }
  yield { kind: 'author', author: { kind: 'model', name: parts.modelName } };
  yield { kind: 'markdown', text: `${plan.announcement}\n\n` };
  yield { kind: 'code', languageId: plan.window.languageId, target: plan.target };
  if (plan.before !== '') yield { kind: 'token', text: plan.before, confidence: null };
  let written = '';
  for await (const token of writtenTokens(plan, parts, cancellation)) {
    written += token.text;
    yield { kind: 'token', ...token };
  }
  if (plan.after !== '' && written.trim() !== '') yield { kind: 'token', text: plan.after, confidence: null };
  if (written.trim() === '') yield decline('nothing-generated', 'The network has nothing to write here.');
  else
    yield {
      kind: 'markdown',
      text: '\nA small network wrote this: read it before you use it. Tokens that it was unsure of are shaded.\n',
    };
}
