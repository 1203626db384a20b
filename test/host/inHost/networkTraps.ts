// Traps on every call by which JavaScript in Node can open a socket, ask for a name or start a process, for one
// thread. Threads report to each other over a BroadcastChannel, which opens no socket, so that the messages
// between an extension and its workers stay as they are.

import { BroadcastChannel, threadId } from 'node:worker_threads';
import { patchableFunctions, probes } from './socketCalls.ts';

/** A trapped call. */
export interface TrappedCall {
  readonly api: string;
  /** Node's thread id; 0 is the extension host's main thread. */
  readonly thread: number;
  readonly stack: string;
}

/** What the threads tell each other. */
type TrapMessage =
  | { readonly kind: 'installed'; readonly thread: number; readonly fired: readonly string[] }
  | { readonly kind: 'call'; readonly call: TrappedCall };

/** What one thread sees of all. */
export interface NetworkTraps {
  /** Calls trapped so far, of all threads, without those of probes. */
  readonly calls: readonly TrappedCall[];
  /**
   * By thread in which traps are installed: the names of the calls that were seen to be trapped there. Each thread
   * makes one call of each kind, none of which leaves it, before its own code begins; once busy with WebAssembly a
   * thread could not be asked any more.
   */
  readonly threads: ReadonlyMap<number, readonly string[]>;
}

/**
 * Installs the traps in this thread, once. A call is recorded and passed on, except where `mayPass` says no: then
 * it throws.
 */
export function installNetworkTraps(mayPass: (call: TrappedCall) => boolean): NetworkTraps {
  const calls: TrappedCall[] = [];
  const threads = new Map<number, readonly string[]>();
  let probing: Set<string> | undefined;

  const trap = (api: string) => {
    if (probing !== undefined) {
      probing.add(api);
      throw new Error(`${api} was trapped by a probe`);
    }
    const call = { api, thread: threadId, stack: deepStack() };
    calls.push(call);
    send({ kind: 'call', call });
    if (mayPass(call)) return;
    throw new Error(`${api} was trapped: nothing here may open a socket\n${call.stack}`);
  };

  for (const { api, owner, key } of patchableFunctions()) {
    const original: unknown = Reflect.get(owner, key);
    if (typeof original !== 'function') continue;
    const proxy = new Proxy(original, {
      apply(target, self, args) {
        trap(api);
        return Reflect.apply(target as (...args: unknown[]) => unknown, self, args);
      },
      construct(target, args, newTarget) {
        trap(api);
        return Reflect.construct(target, args, newTarget) as object;
      },
    });
    Object.defineProperty(owner, key, { value: proxy, configurable: true, writable: true, enumerable: true });
  }

  const fired: string[] = [];
  for (const { api, call } of probes()) {
    probing = new Set();
    try {
      call();
    } catch (error) {
      if (!String(error).includes('was trapped by a probe')) fired.push(`${api}: ${String(error)}`);
    }
    if (probing.has(api)) fired.push(api);
    probing = undefined;
  }
  threads.set(threadId, fired);

  const channel = new BroadcastChannel('tinymemory-network-traps');
  const send = (message: TrapMessage) => {
    channel.postMessage(message);
  };
  channel.onmessage = event => {
    const message = (event as { data: TrapMessage }).data;
    switch (message.kind) {
      case 'installed':
        threads.set(message.thread, message.fired);
        break;
      case 'call':
        calls.push(message.call);
        break;
      default:
        message satisfies never;
    }
  };
  // A worker that is otherwise done shall end.
  channel.unref();
  send({ kind: 'installed', thread: threadId, fired });
  return { calls, threads };
}

function deepStack(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 100;
  try {
    return new Error('call').stack ?? '';
  } finally {
    Error.stackTraceLimit = limit;
  }
}
