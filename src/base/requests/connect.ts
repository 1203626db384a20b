// The calling side of an API: typed calls with cancellation, time-outs, and an end when the other side dies.

import type * as v from 'valibot';
import type { CancellationToken } from '../cancellation.ts';
import { CancellationError, neverCancelled } from '../cancellation.ts';
import type { Disposable } from '../disposable.ts';
import { DisposableStore, toDisposable } from '../disposable.ts';
import { errorMessage } from '../logger.ts';
import { UserError } from '../userError.ts';
import type { AnyMethod, Api, Calls } from './api.ts';
import type { AnswerMessage, CallMessage, Port } from './port.ts';
import { answerSchema, idIn, isOf, parse } from './port.ts';

/** The other side is gone or silent; the message says why. */
export class ConnectionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConnectionError';
  }
}

export interface Connection<A extends Api> extends Disposable {
  readonly calls: Calls<A>;
  /** Calls that the other side has not finished; a cancelled one counts until it has. */
  readonly pendingCalls: number;
}

interface CallActivity {
  readonly kind: 'posted' | 'finished';
  readonly method: string;
  /** Calls of that method that are then pending. */
  readonly pendingCalls: number;
}

export interface ConnectOptions {
  /** Called after a call was posted and after the other side finished one. */
  readonly onActivity?: (activity: CallActivity) => void;
  /** Called with the fault of a message that cannot be read; the calls it may answer reject. */
  readonly onMalformed?: (fault: string) => void;
}

/**
 * Calls the API that the other side of `port` serves. A call rejects with the error of its handler (a UserError stays one),
 * with a CancellationError once `token` is cancelled, and with a ConnectionError when the port closes, the connection is
 * disposed of, the other side stays silent for the method's `timeoutMs` or its answer is malformed. What the port cannot
 * carry rejects with the port's error. Leaving a stream early cancels it.
 */
export function connect<A extends Api>(api: A, port: Port, options: ConnectOptions = {}): Connection<A> {
  const caller = new Caller(api, port, options);
  const calls = Object.fromEntries(
    Object.entries(api.methods).map(([name, method]) => [name, callOf(caller, name, method)]),
  );
  return {
    calls: calls as Calls<A>,
    get pendingCalls() {
      return caller.pending.size;
    },
    dispose() {
      caller.close('the connection was closed');
    },
  };
}

const answerKinds: ReadonlySet<string> = new Set(['item', 'answer', 'failed']);

interface PendingCall {
  readonly method: string;
  /** Takes items, then one answer or error. */
  readonly receive: (event: CallEvent) => void;
  /** Restarted by every item. */
  readonly silence: Disposable & { restart(): void };
}

type CallEvent =
  | { readonly kind: 'item' | 'answer'; readonly output?: unknown }
  | { readonly kind: 'error'; readonly error: Error };

class Caller {
  readonly pending = new Map<number, PendingCall>();
  private readonly owned = new DisposableStore();
  private readonly api: Api;
  private readonly port: Port;
  private readonly options: ConnectOptions;
  private lastId = 0;
  private closedBy: string | undefined;

  constructor(api: Api, port: Port, options: ConnectOptions) {
    this.api = api;
    this.port = port;
    this.options = options;
    this.owned.add(
      port.onMessage(message => {
        if (isOf(api.name, answerKinds, message)) this.hear(message);
      }),
    );
    this.owned.add(
      port.onDidClose(reason => {
        this.close(reason);
      }),
    );
  }

  /** Disposing the result stops listening; the other side is sent a cancellation if it has not finished. */
  start(name: string, method: AnyMethod, input: unknown, receive: PendingCall['receive']): Disposable {
    if (this.closedBy !== undefined) throw new ConnectionError(this.closedBy);
    const id = ++this.lastId;
    const end = (error: Error): void => {
      receive({ kind: 'error', error });
    };
    const silence = silenceTimer(method.options?.timeoutMs, seconds => {
      end(new ConnectionError(`${this.api.name}: no answer to ${name} for ${seconds} s`));
    });
    this.pending.set(id, { method: name, receive, silence });
    try {
      this.post({ api: this.api.name, kind: 'call', id, method: name, input });
    } catch (error) {
      this.pending.delete(id);
      throw error;
    }
    silence.restart();
    this.noteActivity('posted', name);
    return toDisposable(() => {
      silence.dispose();
      if (this.pending.has(id)) this.post({ api: this.api.name, kind: 'cancel', id });
    });
  }

  fire(method: string, input: unknown): void {
    if (this.closedBy === undefined) this.post({ api: this.api.name, kind: 'event', method, input });
  }

  close(reason: string): void {
    if (this.closedBy !== undefined) return;
    this.closedBy = reason;
    this.owned.dispose();
    this.fail([...this.pending.keys()], reason);
  }

  private fail(ids: readonly number[], reason: string): void {
    for (const id of ids) this.finish(id, { kind: 'error', error: new ConnectionError(reason) });
  }

  private finish(id: number, event: CallEvent): void {
    const call = this.pending.get(id);
    if (call === undefined) return;
    this.pending.delete(id);
    call.silence.dispose();
    call.receive(event);
  }

  /** An answer came whose output does not fit. */
  malformed(fault: string): ConnectionError {
    this.options.onMalformed?.(fault);
    return new ConnectionError(fault);
  }

  private noteActivity(kind: CallActivity['kind'], method: string): void {
    const { onActivity } = this.options;
    if (onActivity === undefined) return;
    let pendingCalls = 0;
    for (const call of this.pending.values()) if (call.method === method) pendingCalls++;
    onActivity({ kind, method, pendingCalls });
  }

  private post(message: CallMessage): void {
    this.port.post(message);
  }

  private hear(raw: unknown): void {
    let message: AnswerMessage;
    try {
      message = parse(answerSchema, raw, `an answer of ${this.api.name}`);
    } catch (error) {
      // Where the message does not say which call it answers, none of them can rely on an answer any more.
      const id = idIn(raw);
      const ids = id === undefined ? [...this.pending.keys()] : [id];
      const methods = new Set(ids.flatMap(failed => this.pending.get(failed)?.method ?? []));
      this.fail(ids, errorMessage(error));
      for (const failed of ids) this.post({ api: this.api.name, kind: 'cancel', id: failed });
      for (const method of methods) this.noteActivity('finished', method);
      this.options.onMalformed?.(errorMessage(error));
      return;
    }
    const call = this.pending.get(message.id);
    if (call === undefined) return;
    if (message.kind === 'item') {
      call.silence.restart();
      call.receive(message);
      return;
    }
    this.finish(message.id, message.kind === 'failed' ? { kind: 'error', error: errorOf(message) } : message);
    this.noteActivity('finished', call.method);
  }
}

function callOf(caller: Caller, name: string, method: AnyMethod): unknown {
  switch (method.kind) {
    case 'request':
      return (input: unknown, token = neverCancelled) => answerTo(caller, name, method, input, token);
    case 'stream':
      return (input: unknown, token = neverCancelled) => eventsOf(caller, name, method, input, token);
    case 'event':
      return (input: unknown) => {
        caller.fire(name, input);
      };
    default:
      return method.kind satisfies never;
  }
}

async function answerTo(
  caller: Caller,
  name: string,
  method: AnyMethod,
  input: unknown,
  token: CancellationToken,
): Promise<unknown> {
  for await (const output of eventsOf(caller, name, method, input, token)) return output;
  throw new ConnectionError(`${name} ended without an answer`);
}

/** The parsed outputs of a call: the items of a stream, or the one answer of a request. */
async function* eventsOf(
  caller: Caller,
  name: string,
  method: AnyMethod,
  input: unknown,
  token: CancellationToken,
): AsyncGenerator<unknown, void> {
  if (token.isCancellationRequested) throw new CancellationError();
  const heard: CallEvent[] = [];
  let wake: (() => void) | undefined;
  const receive = (event: CallEvent): void => {
    heard.push(event);
    wake?.();
  };
  const owned = new DisposableStore();
  try {
    owned.add(caller.start(name, method, input, receive));
    owned.add(
      token.onCancellationRequested(() => {
        // Cancellation overtakes what has arrived but was not read.
        heard.length = 0;
        receive({ kind: 'error', error: new CancellationError() });
      }),
    );
    for (;;) {
      const event = heard.shift();
      if (event === undefined) await new Promise<void>(resolve => (wake = resolve));
      else if (event.kind === 'error') throw event.error;
      else if (event.kind === 'item' || method.kind === 'request') {
        yield outputOf(caller, name, method, event.output);
      } else return;
    }
  } finally {
    owned.dispose();
  }
}

function outputOf(caller: Caller, name: string, method: AnyMethod, output: unknown): unknown {
  try {
    return parse(method.output as v.GenericSchema, output, `the answer to ${name}`);
  } catch (error) {
    throw caller.malformed(errorMessage(error));
  }
}

function silenceTimer(
  timeoutMs: number | undefined,
  onSilence: (seconds: number) => void,
): PendingCall['silence'] {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;
  return {
    restart() {
      clearTimeout(timer);
      if (timeoutMs === undefined || isOver) return;
      timer = setTimeout(() => {
        onSilence(timeoutMs / 1000);
      }, timeoutMs);
    },
    dispose() {
      isOver = true;
      clearTimeout(timer);
    },
  };
}

function errorOf({ message, reason }: Extract<AnswerMessage, { kind: 'failed' }>): Error {
  switch (reason) {
    case 'cancelled':
      return new CancellationError();
    case 'user':
      return new UserError(message);
    case 'fault':
      return new Error(message);
    default:
      return reason satisfies never;
  }
}
