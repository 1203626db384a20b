// A worker that does what the test says, and the requests that tests send it.

import { EventEmitter } from 'node:events';
import type { Logger } from '../../../src/base/logger.ts';
import type { CompletionRequest, CompletionResult } from '../../../src/complete/types.ts';
import type { EngineWorker } from '../../../src/worker/client/engineWorker.ts';
import type { EngineReport, FromWorker, ToWorker } from '../../../src/worker/protocol/messages.ts';
import { parseMessage, toWorkerSchema } from '../../../src/worker/protocol/messages.ts';

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

export class FakeWorker extends EventEmitter implements EngineWorker {
  readonly received: ToWorker[] = [];
  terminated = false;

  postMessage(message: unknown): void {
    this.received.push(parseMessage(toWorkerSchema, structuredClone(message), 'the fake worker'));
  }

  terminate(): Promise<number> {
    this.terminated = true;
    queueMicrotask(() => this.emit('exit', 1));
    return Promise.resolve(1);
  }

  say(message: FromWorker): void {
    this.emit('message', message);
  }

  /** Answers the load. */
  load(): void {
    this.say({ kind: 'loaded', id: this.last('load').id, report });
  }

  /** Answers the latest request. */
  answer(text: string): void {
    this.emit('message', { kind: 'completed', id: this.last('complete').id, result: completionOf(text) });
  }

  last<K extends ToWorker['kind']>(kind: K): Extract<ToWorker, { kind: K }> {
    const found = this.received.findLast(message => message.kind === kind);
    if (found === undefined) throw new Error(`no ${kind} was received`);
    return found as Extract<ToWorker, { kind: K }>;
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
