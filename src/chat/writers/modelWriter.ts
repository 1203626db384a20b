// A larger model on this machine as the writer of answers: its own template, the likeliest tokens, and an end where it
// begins to go round.

import type { CancellationToken } from '../../base/cancellation.ts';
import { withoutLoops } from '../../complete/repetition.ts';
import type { Vocabulary } from '../../infer/generate.ts';
import { generate } from '../../infer/generate.ts';
import type { Predictor } from '../../infer/predictor.ts';
import type { Tokenizer } from '../../tokenizer/tokenizer.ts';
import { decodeBytes } from '../../tokenizer/tokenizer.ts';
import type { ChatTemplate } from './chatTemplate.ts';
import type { AnswerWriter, PromptMessage } from './writer.ts';

export interface InstructModel {
  readonly name: string;
  readonly predictor: Predictor;
  readonly vocabulary: Vocabulary;
  readonly tokenizer: Tokenizer;
  readonly template: ChatTemplate;
}

/** Tokens of an answer at most, and the share of the context that is kept for it. */
const maxAnswerTokens = 384;
const answerShare = 0.25;

export function modelWriter({
  name,
  predictor,
  vocabulary,
  tokenizer,
  template,
}: InstructModel): AnswerWriter {
  const room = Math.min(maxAnswerTokens, Math.floor(answerShare * predictor.contextTokens));
  return {
    author: { kind: 'model', name },
    progress: `${name} reads the places`,
    fits: messages => template.encode(messages, tokenizer).length <= predictor.contextTokens - room,
    async *write(messages: readonly PromptMessage[], cancellation: CancellationToken) {
      const tokens = template.encode(messages, tokenizer);
      const prompt = tokens.slice(-(predictor.contextTokens - room));
      const request = {
        place: { key: 'chat', path: '', prompt, document: [] },
        typed: '',
        maxTokens: room,
        sampling: { kind: 'greedy' },
      } as const;
      let bytes = '';
      let said = '';
      for await (const token of generate(predictor, vocabulary, request, cancellation)) {
        bytes += token.bytes;
        const text = decodeBytes(bytes);
        if (text === '' || text.endsWith('\ufffd')) continue;
        bytes = '';
        said += text;
        if (withoutLoops(said, '') !== said) return;
        yield text;
      }
    },
  };
}
