// Messages between threads and pages: let through as they are, or refused by an error that names the field.

import * as v from 'valibot';
import type { Api } from '../../../src/base/requests/api.ts';
import { answerSchema, callSchema, parse } from '../../../src/base/requests/port.ts';
import { chatHostApi, chatPageApi } from '../../../src/pages/chat/api.ts';
import { trainingHostApi, trainingPageApi } from '../../../src/pages/training/api.ts';
import { editorApi } from '../../../src/worker/protocol/editorApi.ts';
import { engineApi, engineEvents } from '../../../src/worker/protocol/engineApi.ts';
import { enginePageApi, enginePageHostApi } from '../../../src/worker/protocol/enginePageApi.ts';
import { hostApi } from '../../../src/worker/protocol/hostApi.ts';
import { trainingApi } from '../../../src/worker/protocol/trainingApi.ts';
import type { FuzzTarget } from '../target.ts';
import { schemaTarget } from '../target.ts';

const apis: readonly Api[] = [
  ...[hostApi, chatPageApi, chatHostApi, trainingPageApi, trainingHostApi],
  ...[enginePageApi, enginePageHostApi],
  ...[engineApi, engineEvents, editorApi, trainingApi],
];

/** Every input and output of the API's methods. */
const payloadsOf = ({ methods }: Api): v.GenericSchema =>
  v.union(
    Object.values(methods).flatMap(({ input, output }) => (output === undefined ? [input] : [input, output])),
  );

export const messageTargets: readonly FuzzTarget[] = [
  ...Object.entries({
    'calls of a request': callSchema,
    'answers to a request': answerSchema,
    ...Object.fromEntries(apis.map(api => [`what ${api.name} is asked and answers`, payloadsOf(api)])),
  }).map(([name, schema]) =>
    schemaTarget(
      name,
      schema,
      message => parse(schema, message, 'the message'),
      error => /^the message is malformed: .+: ./s.test(error.message),
    ),
  ),
];
