// Messages across the worker's boundary: whole ones come through as they are, others are refused by their field.

import { deepStrictEqual, match, throws } from 'node:assert/strict';
import type { GenericSchema } from 'valibot';
import { noCompletionReasons } from '../../src/complete/types.ts';
import { fromWorkerSchema, parseMessage, toWorkerSchema } from '../../src/worker/protocol/messages.ts';
import { completionOf, engineOptions, report, requestFor } from './support/fakeWorker.ts';

const request = requestFor('let a\0 = "\ud83d');

/** It comes through unchanged, also cloned; where `expected` is given, the error names the side and matches. */
function check(schema: GenericSchema, message: unknown, expected?: RegExp): void {
  const cloned: unknown = structuredClone(message);
  if (expected === undefined) {
    deepStrictEqual(parseMessage(schema, cloned, 'here'), message);
    return;
  }
  throws(
    () => parseMessage(schema, cloned, 'here'),
    (error: unknown) => {
      match(String(error), /here received a malformed message: /);
      match(String(error), expected);
      return true;
    },
  );
}

describe('worker/messages', () => {
  it('lets questions and what answers are made of through, and refuses others by their field', () => {
    const asked = { text: 'where?', references: [], languageServer: [], history: [] };
    const endpoint = { kind: 'endpoint', url: 'http://127.0.0.1:1', model: 'm', key: null };
    const ask = (changed: object, writer: unknown = endpoint) => ({
      ...{ kind: 'ask', id: 1, request: { ...asked, ...changed } },
      writer,
    });
    check(toWorkerSchema, ask({}));
    check(toWorkerSchema, { kind: 'ask', id: 1, request: asked });
    check(toWorkerSchema, ask({ command: 'train' }), /request\.command/);
    check(toWorkerSchema, ask({ references: [{ kind: 'file' }] }), /request\.references\.0\.path/);
    check(toWorkerSchema, ask({ text: ['where?'] }), /request\.text/);
    check(toWorkerSchema, ask({}, { ...endpoint, key: 7 }), /writer\.key/);
    check(toWorkerSchema, ask({}, { kind: 'telepathy' }), /writer\.kind/);
    const event = (what: object) => ({ kind: 'chatEvent', id: 1, event: what });
    check(fromWorkerSchema, event({ kind: 'token', text: 'a', confidence: null }));
    check(fromWorkerSchema, event({ kind: 'author', author: { kind: 'nobody' } }), /event\.author\.kind/);
    check(
      fromWorkerSchema,
      event({ kind: 'declined', reason: 'mood', text: '', nearest: [] }),
      /event\.reason/,
    );
    check(fromWorkerSchema, event({ kind: 'snippet', citation: { path: 'a' } }), /event\.citation/);
  });

  it('lets whole messages through', () => {
    check(toWorkerSchema, { kind: 'load', id: 1, options: engineOptions });
    check(toWorkerSchema, { kind: 'complete', id: 2, request });
    check(toWorkerSchema, { kind: 'prefetch', request: { ...request, trigger: 'invoke' } });
    check(toWorkerSchema, { kind: 'cancel', id: 2 });
    check(fromWorkerSchema, { kind: 'loaded', id: 1, report: { ...report, warnings: ['slow'] } });
    check(fromWorkerSchema, { kind: 'completed', id: 2, result: completionOf('a') });
    check(fromWorkerSchema, { kind: 'failed', id: 2, message: 'no' });
    for (const level of ['trace', 'debug', 'info', 'warn', 'error']) {
      check(fromWorkerSchema, { kind: 'log', level, message: '' });
    }
    const timings = { totalMs: 1, runs: 0, tokens: 0 };
    for (const reason of noCompletionReasons) {
      check(fromWorkerSchema, { kind: 'completed', id: 2, result: { kind: 'none', reason, timings } });
    }
  });

  it('names the first wrong field', () => {
    const window = { ...request.window, eol: '\r' };
    check(toWorkerSchema, undefined, /message: /);
    check(toWorkerSchema, {}, /kind: /);
    check(toWorkerSchema, { kind: 'loaded', id: 1, report }, /kind: /);
    check(toWorkerSchema, { kind: 'cancel', id: '2' }, /id: /);
    check(
      toWorkerSchema,
      { kind: 'complete', id: 2, request: { ...request, window } },
      /request\.window\.eol: /,
    );
    check(
      toWorkerSchema,
      { kind: 'complete', id: 2, request: { ...request, trigger: '' } },
      /request\.trigger/,
    );
    check(
      toWorkerSchema,
      { kind: 'prefetch', request: { ...request, maxTokens: NaN } },
      /request\.maxTokens/,
    );
    check(fromWorkerSchema, { kind: 'log', level: 'loud', message: '' }, /level/);
    const result = { ...completionOf('a'), items: [{ text: 'a', replaceAfter: 0 }] };
    check(fromWorkerSchema, { kind: 'completed', id: 2, result }, /result\.items\.0\.probability/);
    const none = { kind: 'none', reason: 'tired', timings: { totalMs: 1, runs: 0, tokens: 0 } };
    check(fromWorkerSchema, { kind: 'completed', id: 2, result: none }, /result\.reason/);
  });
});
