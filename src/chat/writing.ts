// /write, /complete, /doc and /fix: the network writes, with memory, token by token, each with the probability that it
// gives it. What it is given is the text of the editor up to the place; what it is asked for stands there as a comment.

import type { CancellationToken } from '../base/cancellation.ts';
import type { PromptBuilder } from '../complete/context.ts';
import { placeOf } from '../complete/draft.ts';
import { leadingWhiteSpace } from '../complete/indentation.ts';
import type { Vocabulary } from '../infer/generate.ts';
import { generate } from '../infer/generate.ts';
import type { Predictor } from '../infer/predictor.ts';
import { decodeBytes } from '../tokenizer/tokenizer.ts';
import { decline } from './decline.ts';
import type { ChatSources } from './retrieve.ts';
import type { ChatEvent, ChatRequest } from './types.ts';
import type { Assignment } from './writingPlan.ts';
import { planWriting } from './writingPlan.ts';
import { writtenEnd } from './writtenEnd.ts';

export interface WriterParts {
  readonly predictor: Predictor;
  readonly vocabulary: Vocabulary;
  readonly prompts: PromptBuilder;
  readonly modelName: string;
}

/** Tokens left for what is written. */
const mostTokens = 320;

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

/** The tokens of the text that belongs to the assignment; a character is never cut in the middle of its bytes. */
async function* writtenTokens(
  { window, end }: Assignment,
  { predictor, vocabulary, prompts }: WriterParts,
  cancellation: CancellationToken,
): AsyncGenerator<{ readonly text: string; readonly confidence: number }, void, undefined> {
  const budget = Math.max(64, predictor.contextTokens - mostTokens);
  const prompt = prompts.build(window, budget);
  const request = {
    place: placeOf(window, prompt),
    typed: prompt.typed,
    maxTokens: Math.max(1, Math.min(mostTokens, predictor.contextTokens - prompt.tokens.length)),
    sampling: { kind: 'greedy' },
  } as const;
  const baseIndent = leadingWhiteSpace(window.prefix.slice(window.prefix.lastIndexOf('\n') + 1));
  let bytes = '';
  let given = 0;
  let confidence = 1;
  for await (const token of generate(predictor, vocabulary, request, cancellation)) {
    bytes += token.bytes;
    confidence = Math.min(confidence, token.probability);
    const text = decodeBytes(bytes);
    if (text.endsWith('\ufffd')) continue;
    const stop = end === 'line' ? lineEnd(text) : writtenEnd(text, baseIndent);
    const upTo = stop ?? text.length;
    if (upTo > given) yield { text: text.slice(given, upTo), confidence };
    if (stop !== undefined) return;
    given = Math.max(given, text.length);
    confidence = 1;
  }
}

function lineEnd(text: string): number | undefined {
  const at = text.indexOf('\n');
  return at === -1 ? undefined : at;
}
