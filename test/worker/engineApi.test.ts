// What crosses the worker's boundary: whole values come through as they are, others are refused by their field.

import { deepStrictEqual, match, throws } from 'node:assert/strict';
import type { GenericSchema } from 'valibot';
import { parse } from '../../src/base/requests/port.ts';
import { noCompletionReasons } from '../../src/complete/types.ts';
import { editorApi } from '../../src/worker/protocol/editorApi.ts';
import { engineApi } from '../../src/worker/protocol/engineApi.ts';
import { completionOf, engineOptions, report, requestFor } from './support/fakeWorker.ts';

const { load, complete, ask } = engineApi.methods;
const { log } = editorApi.methods;
const request = requestFor('let a\0 = "\ud83d');

/** It comes through unchanged, also cloned; where `expected` is given, the error names the value and matches. */
function check(schema: GenericSchema, message: unknown, expected?: RegExp): void {
  const cloned: unknown = structuredClone(message);
  if (expected === undefined) {
    deepStrictEqual(parse(schema, cloned, 'the value here'), message);
    return;
  }
  throws(
    () => parse(schema, cloned, 'the value here'),
    (error: unknown) => {
      match(String(error), /the value here is malformed: /);
      match(String(error), expected);
      return true;
    },
  );
}

describe('worker/engineApi', () => {
  it('lets questions and what answers are made of through, and refuses others by their field', () => {
    const asked = { text: 'where?', references: [], languageServer: [], history: [] };
    const endpoint = { kind: 'endpoint', url: 'http://127.0.0.1:1', model: 'm', key: null };
    const question = (changed: object, writer: unknown = endpoint) => ({
      request: { ...asked, ...changed },
      writer,
    });
    check(ask.input, question({}));
    check(ask.input, { request: asked });
    check(ask.input, question({ command: 'train' }), /request\.command/);
    check(ask.input, question({ references: [{ kind: 'file' }] }), /request\.references\.0\.path/);
    check(ask.input, question({ text: ['where?'] }), /request\.text/);
    check(ask.input, question({}, { ...endpoint, key: 7 }), /writer\.key/);
    check(ask.input, question({}, { kind: 'telepathy' }), /writer\.kind/);
    check(ask.output, { kind: 'token', text: 'a', confidence: null });
    check(ask.output, { kind: 'author', author: { kind: 'nobody' } }, /author\.kind/);
    check(ask.output, { kind: 'declined', reason: 'mood', text: '', nearest: [] }, /reason/);
    check(ask.output, { kind: 'snippet', citation: { path: 'a' } }, /citation/);
  });

  it('lets whole values through', () => {
    check(load.input, engineOptions);
    check(complete.input, request);
    check(engineApi.methods.prefetch.input, { ...request, trigger: 'invoke' });
    check(load.output, { ...report, warnings: ['slow'] });
    check(complete.output, completionOf('a'));
    for (const level of ['trace', 'debug', 'info', 'warn', 'error']) check(log.input, { level, message: '' });
    const timings = { totalMs: 1, runs: 0, tokens: 0 };
    for (const reason of noCompletionReasons) check(complete.output, { kind: 'none', reason, timings });
  });

  it('names the first wrong field', () => {
    const window = { ...request.window, eol: '\r' };
    check(complete.input, undefined, /value: /);
    check(load.input, {}, /modelFolder: /);
    check(complete.input, { ...request, window }, /window\.eol: /);
    check(complete.input, { ...request, trigger: '' }, /trigger/);
    check(complete.input, { ...request, maxTokens: NaN }, /maxTokens/);
    check(log.input, { level: 'loud', message: '' }, /level/);
    const result = { ...completionOf('a'), items: [{ text: 'a', replaceAfter: 0 }] };
    check(complete.output, result, /items\.0\.probability/);
    const none = { kind: 'none', reason: 'tired', timings: { totalMs: 1, runs: 0, tokens: 0 } };
    check(complete.output, none, /reason/);
  });
});
