// A worker that does what the test says, and the requests that tests send it.

import { EventEmitter } from 'node:events';
import * as v from 'valibot';
import type { Logger } from '../../../src/base/logger.ts';
import type { Api } from '../../../src/base/requests/api.ts';
import type { AnswerMessage } from '../../../src/base/requests/port.ts';
import { answerSchema, callSchema, parse } from '../../../src/base/requests/port.ts';
import type { CompletionRequest, CompletionResult } from '../../../src/complete/types.ts';
import type { EngineWorker } from '../../../src/worker/client/engineWorker.ts';
import { editorApi } from '../../../src/worker/protocol/editorApi.ts';
import { engineApi, engineEvents } from '../../../src/worker/protocol/engineApi.ts';
import type { EngineReport } from '../../../src/worker/protocol/engineOptions.ts';
import { trainingApi } from '../../../src/worker/protocol/trainingApi.ts';

export const report: EngineReport = {
  modelName: 'fake',
  parameters: 1,
  contextTokens: 16,
  home: 'a test',
  device: 'wasm',
  why: 'it is the only one',
  threads: 1,
  loadMs: 1,
  warnings: [],
};

export const engineOptions = { modelFolder: 'models', trainings: null, runtimeFolder: 'runtime', threads: 0 };

export function requestFor(prefix: string): CompletionRequest {
  return {
    window: {
      uri: 'file:///a.ts',
      path: 'a.ts',
      languageId: 'typescript',
      version: 1,
      eol: '\n',
      indentation: { kind: 'spaces', size: 2 },
      prefix,
      suffix: '',
      startLine: 0,
    },
    trigger: 'automatic',
    alternatives: 1,
    showThreshold: 0,
    maxTokens: 8,
    multiLine: true,
  };
}

export function completionOf(text: string): CompletionResult {
  return {
    kind: 'completion',
    items: [{ text, replaceAfter: 0, probability: 0.5 }],
    source: 'network',
    timings: { totalMs: 1, runs: 1, tokens: 1 },
  };
}

/** What each method of a worker takes. */
type Inputs = MethodInputs<typeof engineApi> & MethodInputs<typeof trainingApi>;
type MethodInputs<A extends Api> = {
  [K in keyof A['methods']]: v.InferOutput<A['methods'][K]['input']>;
};

/** What a worker answers. */
type Outputs = MethodOutputs<typeof engineApi> & MethodOutputs<typeof trainingApi>;
type MethodOutputs<A extends Api> = {
  [K in keyof A['methods']]: A['methods'][K] extends { readonly output: infer Out extends v.GenericSchema }
    ? v.InferOutput<Out>
    : never;
};

type Events = MethodInputs<typeof editorApi> & MethodInputs<typeof engineEvents>;

interface Received<Input = unknown> {
  /** The method, or `cancel`. */
  readonly kind: string;
  readonly id: number;
  readonly api: string;
  readonly input: Input;
}

export class FakeWorker extends EventEmitter implements EngineWorker {
  /** Calls, events and cancellations. */
  readonly received: Received[] = [];
  /** What the client answered to calls of the worker. */
  readonly answers: AnswerMessage[] = [];
  terminated = false;

  postMessage(message: unknown): void {
    const clone: unknown = structuredClone(message);
    const answer = v.safeParse(answerSchema, clone);
    if (answer.success) {
      this.answers.push(answer.output);
      return;
    }
    const call = parse(callSchema, clone, 'a call of the fake worker');
    if (call.kind === 'cancel') {
      this.received.push({ kind: 'cancel', id: call.id, api: call.api, input: undefined });
      return;
    }
    const { api, method } = call;
    const known = [engineApi, trainingApi].find(({ name }) => name === api)?.methods as Api['methods'];
    const definition = known[method];
    if (definition === undefined) throw new Error(`no method ${method}`);
    const input: unknown = parse(definition.input, call.input, `the input of ${method}`);
    this.received.push({ kind: method, id: call.kind === 'call' ? call.id : 0, api, input });
  }

  terminate(): Promise<number> {
    this.terminated = true;
    queueMicrotask(() => this.emit('exit', 1));
    return Promise.resolve(1);
  }

  /** Tells the client, which hears it at once. */
  say<K extends keyof Events>(method: K, input: Events[K]): void {
    const api = method in engineEvents.methods ? engineEvents : editorApi;
    this.emit('message', { api: api.name, kind: 'event', method, input });
  }

  /** Calls the client; what it answers is in `answers`. */
  ask(id: number, method: keyof Events, input: unknown): void {
    this.emit('message', { api: editorApi.name, kind: 'call', id, method, input });
  }

  /** Gives an item of the latest call of a stream. Resolves when the client has heard it, as of all below. */
  item<K extends keyof Outputs>(method: K, output: Outputs[K]): Promise<void> {
    return this.reply(method, { kind: 'item', output });
  }

  /** Answers the latest call of the method. */
  give<K extends keyof Outputs>(method: K, output: Outputs[K] | undefined): Promise<void> {
    return this.reply(method, { kind: 'answer', output });
  }

  /** Fails the latest call of the method. */
  fail(
    method: keyof Outputs,
    message: string,
    reason: 'user' | 'cancelled' | 'fault' = 'fault',
  ): Promise<void> {
    return this.reply(method, { kind: 'failed', message, reason });
  }

  /** Answers the load. */
  load(): Promise<void> {
    return this.give('load', report);
  }

  /** Answers the latest request. */
  answer(text: string): Promise<void> {
    return this.give('complete', completionOf(text));
  }

  last<K extends keyof Inputs>(method: K): Received<Inputs[K]>;
  last(method: 'cancel'): Received;
  last(method: string): Received {
    const found = this.received.findLast(({ kind }) => kind === method);
    if (found === undefined) throw new Error(`no ${method} was received`);
    return found;
  }

  /** Sends what may be malformed. */
  async reply(method: keyof Inputs, what: object): Promise<void> {
    const { api, id } = this.last(method);
    this.emit('message', { api, id, ...what });
    await new Promise(setImmediate);
  }
}

/** A logger that keeps its lines as `level: message`. */
export function recordingLogger(): Logger & { readonly lines: string[] } {
  const lines: string[] = [];
  const at = (level: string) => (message: string) => {
    lines.push(`${level}: ${message}`);
  };
  return {
    lines,
    trace: at('trace'),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
  };
}
