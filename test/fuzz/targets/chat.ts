// Questions, what endpoints send, and what is written.

import { deepStrictEqual, match, ok } from 'node:assert/strict';
import { neverCancelled } from '../../../src/base/cancellation.ts';
import { addressOf } from '../../../src/chat/model/address.ts';
import { inert, summaryOf } from '../../../src/chat/search/prose.ts';
import { inContext } from '../../../src/chat/search/conversation.ts';
import { inEnglish } from '../../../src/chat/search/questionLanguage.ts';
import { intentOf } from '../../../src/chat/search/question.ts';
import { questionTerms } from '../../../src/chat/search/questionTerms.ts';
import { rankingParameters } from '../../../src/chat/search/rank.ts';
import { WordVocabulary } from '../../../src/chat/search/vocabulary.ts';
import { identifiersOf, partsOf, stemOf } from '../../../src/chat/search/words.ts';
import { endpointWriter } from '../../../src/chat/endpoint/endpointWriter.ts';
import { serverSentData } from '../../../src/chat/endpoint/serverSentData.ts';
import { writtenEnd } from '../../../src/chat/writing/writtenEnd.ts';
import { goesRound } from '../../../src/chat/writing/writtenQuality.ts';
import { freshPart } from '../../../src/chat/writing/writtenRepeats.ts';
import { withoutPrivate } from '../../../src/editor/engine/recentProblems.ts';
import { parseQuestion } from '../../../src/pages/chat/question.ts';
import { completingAt } from '../../../src/webview/chat/completion.ts';
import type { TextSource } from '../inputs.ts';
import { code, prose, utf8 } from '../samples.ts';
import type { FuzzTarget } from '../target.ts';
import { bytesTarget, textTarget } from '../target.ts';

const questions: TextSource = {
  samples: [
    'where is foo defined?',
    'who calls readFile()',
    '/explain @"a b.ts" #selection now',
    'what is 3 + 4?',
    'how does it work',
  ],
  tokens: [
    ...[
      'where is ',
      'who calls ',
      'what is ',
      'explain ',
      'how does ',
      'it',
      'used',
      'work',
      '?',
      '()',
      '`',
      '/find ',
      '@',
      '@"',
    ],
    ...[
      '#selection',
      'foo.bar',
      'fooBar',
      '3',
      '+',
      ' ',
      '\n',
      'translate ',
      'hello',
      'class ',
      '::',
      '.',
      '"',
    ],
  ],
};

const events: TextSource = {
  samples: [
    'data: {"choices":[{"delta":{"content":"Hello"}}]}\n\ndata: {"choices":[{"delta":{}}]}\n\ndata: [DONE]\n\n',
    ': ping\r\n\r\nevent: x\r\ndata: {"choices":[\r\ndata: {"message":{"content":"a"}}]}\r\n\r\n',
    '{"choices":[{"message":{"content":"whole"}}]}',
    'data: {"error":{"message":"overloaded"}}\n\n',
  ],
  tokens: [
    'data: ',
    'data',
    ':',
    'event: ',
    'id: \0',
    'retry: 1',
    '\n',
    '\r',
    '\r\n',
    '\n\n',
    '{',
    '}',
    '[',
    ']',
    '"',
    '"content":',
    '[DONE]',
    ',',
    '\ufeff',
  ],
};

async function dataOf(pieces: readonly Uint8Array[]): Promise<readonly string[]> {
  async function* body(): AsyncGenerator<Uint8Array> {
    await Promise.resolve();
    yield* pieces;
  }
  const found: string[] = [];
  for await (const data of serverSentData(body())) found.push(data);
  return found;
}

/** Each event is the same wherever the network cuts the bytes. */
async function checkEvents(bytes: Uint8Array): Promise<void> {
  const whole = await dataOf([bytes]);
  const at = Math.floor(bytes.length / 2);
  deepStrictEqual(await dataOf([bytes.subarray(0, at), bytes.subarray(at)]), whole);
  const single = Array.from(bytes.subarray(0, 200), byte => Uint8Array.of(byte));
  deepStrictEqual(await dataOf([...single, bytes.subarray(200)]), whole);
}

/** Asks an endpoint whose answer this is; the errors are for the user. */
async function checkAnswer(bytes: Uint8Array, type: string, status: number): Promise<void> {
  const known = globalThis.fetch;
  globalThis.fetch = () =>
    Promise.resolve(new Response(new Uint8Array(bytes), { status, headers: { 'content-type': type } }));
  try {
    const writer = endpointWriter({ url: 'http://127.0.0.1:1/v1', model: 'm', key: null });
    for await (const text of writer.write([{ role: 'user', content: 'a' }], neverCancelled)) ok(text !== '');
  } catch (error) {
    ok(error instanceof Error);
    match(error.message, /^127\.0\.0\.1:1 |^the endpoint sent an event without end$/);
  } finally {
    globalThis.fetch = known;
  }
}

export const chatTargets: readonly FuzzTarget[] = [
  textTarget('questions', questions, text => {
    intentOf(text);
    intentOf(text, 'explain');
    inContext(text, [{ question: text, answer: text }], () => true);
    inEnglish(text);
    const words = { nearWords: () => [], vocabulary: new WordVocabulary(), weightOf: () => 1 };
    questionTerms(text, words, rankingParameters);
  }),
  textTarget('the box of the chat page', questions, text => {
    const { files } = parseQuestion(text);
    for (const file of files) ok(file !== '');
    const completing = completingAt(text, text.length);
    if (completing !== undefined) ok(completing.start >= 0 && completing.start <= text.length);
  }),
  textTarget(
    'words',
    { samples: code.samples, tokens: [...code.tokens, 'ing', 'URL', 'HTTPServer', 'ÄÖ'] },
    text => {
      for (const identifier of identifiersOf(text)) {
        ok(text.includes(identifier));
        for (const part of partsOf(identifier)) stemOf(part);
      }
    },
  ),
  textTarget('prose of a comment', prose, text => {
    ok(summaryOf(text).length <= 300 + 20, 'a summary is longer than it may be');
    inert(text);
  }),
  bytesTarget('server-sent events', events.samples.map(utf8), checkEvents),
  textTarget('lines of server-sent events', events, text => checkEvents(utf8(text))),
  textTarget('what an endpoint streams', events, text => checkAnswer(utf8(text), 'text/event-stream', 200)),
  textTarget('what an endpoint answers whole', events, text =>
    checkAnswer(utf8(text), 'application/json', text.length % 3 === 0 ? 429 : 200),
  ),
  textTarget(
    'addresses',
    {
      samples: ['http://127.0.0.1:11434/v1', 'https://[::1]:8/x?y#z'],
      tokens: ['http://', 'https:', '//', ':', '@', '[', ']', '%', '/', '?', 'a', '1'],
    },
    text => {
      const url = addressOf(text);
      if (url !== undefined) match(url.protocol, /^https?:$/);
    },
  ),
  textTarget('written code', code, text => {
    const end = writtenEnd(text, '  ');
    if (end !== undefined) ok(end >= 0 && end <= text.length);
    freshPart(text.slice(0, 1_000), '');
    goesRound(text);
  }),
  textTarget(
    'messages without what is private',
    {
      samples: ['cannot read /home/me/secret dir/a.ts: "x" failed'],
      tokens: ['/', '\\', '"', "'", '`', '“', '”', 'a.ts', ' ', 'tinymemory.x', '-', '\n'],
    },
    text => {
      const shown = withoutPrivate(text);
      ok(shown.length <= 300 && !/[/\\]/.test(shown), shown);
    },
  ),
];
