// Messages between threads and pages: let through as they are, or refused by an error that names the side.

import * as v from 'valibot';
import { answerSchema, callSchema, parse } from '../../../src/base/requests/port.ts';
import * as chatPage from '../../../src/pages/chat/messages.ts';
import * as trainingPage from '../../../src/pages/training/messages.ts';
import { hostApi } from '../../../src/worker/protocol/hostApi.ts';
import { fromWorkerSchema, parseMessage, toWorkerSchema } from '../../../src/worker/protocol/messages.ts';
import * as enginePage from '../../../src/worker/protocol/pageMessages.ts';
import type { FuzzTarget } from '../target.ts';
import { schemaTarget } from '../target.ts';

const messages: Readonly<Record<string, v.GenericSchema>> = {
  'messages to the engine': toWorkerSchema,
  'messages from the engine': fromWorkerSchema,
  'messages to the page of an engine': enginePage.toPageSchema,
  'messages from the page of an engine': enginePage.fromPageSchema,
  'messages to the chat page': chatPage.toPageSchema,
  'messages from the chat page': chatPage.fromPageSchema,
  'messages to the training page': trainingPage.toPageSchema,
  'messages from the training page': trainingPage.fromPageSchema,
};

const payloads = v.union(
  Object.values(hostApi.methods).flatMap(({ input, ...method }) =>
    'output' in method ? [input, method.output as v.GenericSchema] : [input],
  ),
);

export const messageTargets: readonly FuzzTarget[] = [
  ...Object.entries(messages).map(([name, schema]) =>
    schemaTarget(
      name,
      schema,
      message => parseMessage(schema, message, 'the fuzzer'),
      error => /^the fuzzer received a malformed message: \S+: ./.test(error.message),
    ),
  ),
  ...Object.entries({
    'calls of a request': callSchema,
    'answers to a request': answerSchema,
    'what the host is asked': payloads,
  }).map(([name, schema]) =>
    schemaTarget(
      name,
      schema,
      message => parse(schema, message, 'the message'),
      error => /^the message is malformed: \S+: ./.test(error.message),
    ),
  ),
];
