// The answering side of an API: parses each call, runs its handler and posts what it gives.

import { CancellationError, CancellationSource } from '../cancellation.ts';
import type { Disposable } from '../disposable.ts';
import { DisposableStore } from '../disposable.ts';
import { errorMessage } from '../logger.ts';
import { UserError } from '../userError.ts';
import type { AnyMethod, Api, Handlers } from './api.ts';
import type { AnswerMessage, CallMessage, Port } from './port.ts';
import { callSchema, idIn, isOf, parse } from './port.ts';

/**
 * Answers the calls of `api` that come in at `port` until it is disposed of or the port closes; calls that run then are
 * cancelled. Handlers run concurrently. What a handler throws is the caller's error. `onError` gets what no caller hears of:
 * malformed messages and the errors of event handlers.
 */
export function serve<A extends Api>(
  api: A,
  port: Port,
  handlers: Handlers<A>,
  onError: (message: string) => void,
): Disposable {
  return new Server(api, port, handlers, onError);
}

const callKinds: ReadonlySet<string> = new Set(['call', 'cancel', 'event']);

type AnyHandler = (input: unknown, token: CancellationSource['token']) => unknown;

class Server implements Disposable {
  private readonly api: Api;
  private readonly port: Port;
  private readonly handlers: Readonly<Record<string, unknown>>;
  private readonly onError: (message: string) => void;
  private readonly running = new Map<number, CancellationSource>();
  private readonly owned = new DisposableStore();

  constructor(
    api: Api,
    port: Port,
    handlers: Readonly<Record<string, unknown>>,
    onError: (message: string) => void,
  ) {
    this.api = api;
    this.port = port;
    this.handlers = handlers;
    this.onError = onError;
    this.owned.add(
      port.onMessage(message => {
        if (isOf(api.name, callKinds, message)) this.receive(message);
      }),
    );
    this.owned.add(
      port.onDidClose(() => {
        this.dispose();
      }),
    );
  }

  dispose(): void {
    this.owned.dispose();
    for (const source of this.running.values()) source.cancel();
    this.running.clear();
  }

  private receive(raw: unknown): void {
    let message: CallMessage;
    try {
      message = parse(callSchema, raw, `a call of ${this.api.name}`);
    } catch (error) {
      this.refuse(raw, errorMessage(error));
      return;
    }
    if (message.kind === 'cancel') this.running.get(message.id)?.cancel();
    else if (message.kind === 'event') void this.runEvent(message);
    else void this.runCall(message);
  }

  /** Answers a malformed message if somebody waits for an answer to it. */
  private refuse(raw: unknown, message: string): void {
    const id = idIn(raw);
    if (id === undefined) this.onError(message);
    else this.answer({ api: this.api.name, kind: 'failed', id, message, reason: 'fault' });
  }

  private async runEvent({ method, input }: Extract<CallMessage, { kind: 'event' }>): Promise<void> {
    try {
      const { definition, handler } = this.find(method);
      await handler(parse(definition.input, input, `the input of ${method}`), new CancellationSource().token);
    } catch (error) {
      this.onError(`${this.api.name}: ${method}: ${errorMessage(error)}`);
    }
  }

  private async runCall({ id, method, input }: Extract<CallMessage, { kind: 'call' }>): Promise<void> {
    const { name: api } = this.api;
    const source = new CancellationSource();
    this.running.set(id, source);
    try {
      const { definition, handler } = this.find(method);
      const transfer = (output: unknown) => definition.options?.transfer?.(output) ?? [];
      const result = handler(parse(definition.input, input, `the input of ${method}`), source.token);
      if (definition.kind === 'stream') {
        for await (const output of result as AsyncIterable<unknown>) {
          if (source.token.isCancellationRequested) throw new CancellationError();
          this.answer({ api, kind: 'item', id, output }, transfer(output));
        }
        this.answer({ api, kind: 'answer', id, output: undefined });
      } else {
        const output = await result;
        this.answer({ api, kind: 'answer', id, output }, transfer(output));
      }
    } catch (error) {
      this.answer({ api, kind: 'failed', id, message: errorMessage(error), reason: reasonOf(error) });
    } finally {
      this.running.delete(id);
    }
  }

  private find(name: string): { readonly definition: AnyMethod; readonly handler: AnyHandler } {
    const definition = Object.hasOwn(this.api.methods, name) ? this.api.methods[name] : undefined;
    if (definition === undefined) throw new Error(`${this.api.name} has no method ${name}`);
    return { definition, handler: this.handlers[name] as AnyHandler };
  }

  private answer(message: AnswerMessage, transfer: readonly ArrayBuffer[] = []): void {
    if (!this.owned.isDisposed) this.port.post(message, transfer);
  }
}

function reasonOf(error: unknown): 'cancelled' | 'user' | 'fault' {
  if (error instanceof CancellationError) return 'cancelled';
  return error instanceof UserError ? 'user' : 'fault';
}
