// Files, locks, the disk's rules and an endpoint's answers from the extension host, for an engine that has none of its own.
// Requests are matched with their answers by number. What is read is handed over, not copied; a large file travels in pieces where messages must be small.

import type { GenericSchema, InferOutput } from 'valibot';
import { number, object, safeParse } from 'valibot';
import { CancellationSource, throwIfCancelled } from '../base/cancellation.ts';
import type { Disposable } from '../base/disposable.ts';
import type { Lock, Storage } from '../base/files.ts';
import { errorMessage } from '../base/logger.ts';
import type { AskEndpoint } from '../chat/endpointWriter.ts';
import type { ReadDiskRules } from './engineHome.ts';
import { parseMessage } from './messages.ts';
import type { HostAnswer, HostPort, HostRequest } from './hostMessages.ts';
import { hostAnswerSchema, hostRequestSchema } from './hostMessages.ts';

type Unnumbered<T> = T extends unknown ? Omit<T, 'id'> : never;

/** What the extension host does for such an engine. */
export interface RemoteHost {
  readonly storage: Storage;
  readonly diskRules: ReadDiskRules;
  /** Given where the engine may not reach the network itself. */
  readonly askEndpoint?: AskEndpoint | undefined;
}

/** As the engine reaches it. */
export type ReachedHost = RemoteHost & { readonly askEndpoint: AskEndpoint };

/** The engine's end. */
export function remoteHost(port: HostPort): ReachedHost {
  const pending = new Map<number, (answer: HostAnswer) => void>();
  const files = new Map<number, PiecedFile>();
  let lastId = 0;
  port.onmessage = ({ data }) => {
    const answer = parsedOr(data, hostAnswerSchema, 'the engine', message => {
      // Which request it answers may not be known: then none of them can rely on an answer any more.
      for (const id of numberOf(data) ?? [...pending.keys()]) {
        pending.get(id)?.({ kind: 'failed', id, message });
        pending.delete(id);
        files.delete(id);
      }
    });
    if (answer === undefined) return;
    const { id } = answer;
    if (answer.kind === 'piece') {
      files.set(id, (files.get(id) ?? new PiecedFile(answer)).with(answer.bytes));
      return;
    }
    const whole = answer.kind === 'content' ? files.get(id)?.with(answer.bytes).bytes : undefined;
    files.delete(id);
    pending.get(id)?.(whole === undefined ? answer : { kind: 'content', id, bytes: whole });
    if (answer.kind !== 'said') pending.delete(id);
  };
  const ask = async <K extends HostAnswer['kind']>(
    request: Unnumbered<PlaceRequest>,
    kind: K,
  ): Promise<Extract<HostAnswer, { kind: K }>> => {
    const id = ++lastId;
    const answer = await new Promise<HostAnswer>(resolve => {
      pending.set(id, resolve);
      port.postMessage({ ...request, id });
    });
    if (isOfKind(answer, kind)) return answer;
    throw new Error(
      answer.kind === 'failed' ? answer.message : `${request.kind} was answered by ${answer.kind}`,
    );
  };
  const storage: Storage = {
    files: {
      read: async place => (await ask({ kind: 'read', place }, 'content')).bytes ?? undefined,
      async write(place, bytes) {
        await ask({ kind: 'write', place, bytes }, 'done');
      },
      list: async place => (await ask({ kind: 'list', place }, 'entries')).entries,
      exists: async place => (await ask({ kind: 'exists', place }, 'verdict')).is,
      async rename(place, to) {
        await ask({ kind: 'rename', place, to }, 'done');
      },
      async remove(place) {
        await ask({ kind: 'remove', place }, 'done');
      },
    },
    locks: {
      async acquire(place) {
        if (!(await ask({ kind: 'lock', place }, 'verdict')).is) return undefined;
        return {
          isHeld: async () => (await ask({ kind: 'isLockOwn', place }, 'verdict')).is,
          async release() {
            await ask({ kind: 'unlock', place }, 'done');
          },
        };
      },
      isHeld: async place => (await ask({ kind: 'isLocked', place }, 'verdict')).is,
    },
  };
  return {
    storage,
    async diskRules(place) {
      const { ignoreCase, outer } = await ask({ kind: 'diskRules', place }, 'rules');
      return { ignoreCase, outer: outer ?? undefined };
    },
    async *askEndpoint(endpoint, messages, cancellation) {
      const id = ++lastId;
      const answers = new ReadableStream<HostAnswer>({
        start(controller) {
          pending.set(id, controller.enqueue.bind(controller));
        },
      });
      const stop = (): void => {
        port.postMessage({ kind: 'stopAsking', id: ++lastId, asked: id } satisfies HostRequest);
      };
      const subscription = cancellation.onCancellationRequested(stop);
      try {
        throwIfCancelled(cancellation);
        port.postMessage({ kind: 'ask', id, endpoint, messages: [...messages] } satisfies HostRequest);
        for await (const answer of answers) {
          throwIfCancelled(cancellation);
          if (answer.kind === 'failed') throw new Error(answer.message);
          if (answer.kind === 'done') return;
          if (answer.kind === 'said') yield answer.text;
        }
      } finally {
        subscription.dispose();
        if (pending.delete(id)) stop();
      }
    },
  };
}

/** A file that is put together as its pieces come. */
class PiecedFile {
  readonly bytes: Uint8Array;
  private length = 0;

  constructor({ bytes, restBytes }: Extract<HostAnswer, { kind: 'piece' }>) {
    this.bytes = new Uint8Array(bytes.byteLength + restBytes);
  }

  with(piece: Uint8Array | null): this {
    if (piece !== null) this.bytes.set(piece, this.length);
    this.length += piece?.byteLength ?? 0;
    return this;
  }
}

/**
 * The extension host's end: answers until it is disposed of, and then lets go of the locks that the engine held. No
 * message holds more of a file than `pieceBytes`.
 */
export function serveHost(port: HostPort, host: RemoteHost, pieceBytes = Infinity): Disposable {
  const held: Held = { locks: new Map(), isOver: false };
  const asking = new Map<number, CancellationSource>();
  port.onmessage = ({ data }) => {
    const request = parsedOr(data, hostRequestSchema, 'the extension', message => {
      // What has no number waits for no answer.
      for (const id of numberOf(data) ?? []) {
        port.postMessage({ kind: 'failed', id, message } satisfies HostAnswer);
      }
    });
    if (request === undefined) return;
    if (request.kind === 'ask') void answerAsked(port, host, asking, request);
    else if (request.kind === 'stopAsking') asking.get(request.asked)?.cancel();
    else void serve(port, host, held, request, pieceBytes);
  };
  return {
    dispose() {
      port.onmessage = null;
      held.isOver = true;
      for (const lock of held.locks.values()) lock.release().catch(() => undefined);
      held.locks.clear();
      for (const source of asking.values()) source.cancel();
    },
  };
}

async function answerAsked(
  port: HostPort,
  { askEndpoint }: RemoteHost,
  asking: Map<number, CancellationSource>,
  { id, endpoint, messages }: Extract<HostRequest, { kind: 'ask' }>,
): Promise<void> {
  const answer = (message: HostAnswer): void => {
    port.postMessage(message);
  };
  const source = new CancellationSource();
  asking.set(id, source);
  try {
    if (askEndpoint === undefined) throw new Error('this engine is to ask the endpoint itself');
    for await (const text of askEndpoint(endpoint, messages, source.token))
      answer({ kind: 'said', id, text });
    answer({ kind: 'done', id });
  } catch (error) {
    answer({ kind: 'failed', id, message: errorMessage(error) });
  } finally {
    asking.delete(id);
  }
}

/** What is answered at once. */
type PlaceRequest = Extract<HostRequest, { place: string }>;

/** Locks of the engine, by their places; once it is over, none is held for it any more. */
interface Held {
  readonly locks: Map<string, Lock>;
  isOver: boolean;
}

async function serve(
  port: HostPort,
  host: RemoteHost,
  held: Held,
  request: PlaceRequest,
  pieceBytes: number,
): Promise<void> {
  try {
    const answer = await answerOf(host, held, request);
    if (answer.kind === 'content' && answer.bytes !== null)
      giveBytes(port, answer.id, answer.bytes, pieceBytes);
    else port.postMessage(answer);
  } catch (error) {
    const answer: HostAnswer = { kind: 'failed', id: request.id, message: errorMessage(error) };
    port.postMessage(answer);
  }
}

async function answerOf(host: RemoteHost, held: Held, request: PlaceRequest): Promise<HostAnswer> {
  const { files, locks } = host.storage;
  const { id, place } = request;
  switch (request.kind) {
    case 'read':
      return { kind: 'content', id, bytes: (await files.read(place)) ?? null };
    case 'write':
      await files.write(place, request.bytes);
      return { kind: 'done', id };
    case 'list':
      return { kind: 'entries', id, entries: [...(await files.list(place))] };
    case 'exists':
      return { kind: 'verdict', id, is: await files.exists(place) };
    case 'rename':
      await files.rename(place, request.to);
      return { kind: 'done', id };
    case 'remove':
      await files.remove(place);
      return { kind: 'done', id };
    case 'lock': {
      const lock = await locks.acquire(place);
      // It may have ended while the lock was being taken.
      if (held.isOver) await lock?.release();
      else if (lock !== undefined) held.locks.set(place, lock);
      return { kind: 'verdict', id, is: lock !== undefined };
    }
    case 'unlock':
      await held.locks.get(place)?.release();
      held.locks.delete(place);
      return { kind: 'done', id };
    case 'isLocked':
      return { kind: 'verdict', id, is: await locks.isHeld(place) };
    case 'isLockOwn':
      return { kind: 'verdict', id, is: (await held.locks.get(place)?.isHeld()) ?? false };
    case 'diskRules': {
      const { ignoreCase, outer } = await host.diskRules(place);
      const files = outer?.files.map(file => ({ ...file }));
      return {
        kind: 'rules',
        id,
        ignoreCase,
        outer: outer === undefined ? null : { ...outer, files: files ?? [] },
      };
    }
    default:
      return request satisfies never;
  }
}

function giveBytes(port: HostPort, id: number, bytes: Uint8Array, pieceBytes: number): void {
  const give = (part: Uint8Array, answer: (own: Uint8Array) => HostAnswer): void => {
    const own = ownBytes(part);
    port.postMessage(answer(own), [own.buffer]);
  };
  let at = 0;
  for (; bytes.byteLength - at > pieceBytes; at += pieceBytes) {
    const restBytes = bytes.byteLength - at - pieceBytes;
    give(bytes.subarray(at, at + pieceBytes), own => ({ kind: 'piece', id, bytes: own, restBytes }));
  }
  give(bytes.subarray(at), own => ({ kind: 'content', id, bytes: own }));
}

/** Bytes whose buffer can be given away: a part of a buffer is copied, for others may hold the rest. */
function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) return new Uint8Array(buffer);
  return new Uint8Array(bytes);
}

/** Undefined for what does not parse; `fail` is called with what is wrong with it. */
function parsedOr<S extends GenericSchema>(
  data: unknown,
  schema: S,
  side: string,
  fail: (message: string) => void,
): InferOutput<S> | undefined {
  try {
    return parseMessage(schema, data, side);
  } catch (error) {
    fail(errorMessage(error));
    return undefined;
  }
}

/** The number of a message that is otherwise wrong, in a list. */
function numberOf(data: unknown): readonly number[] | undefined {
  const parsed = safeParse(object({ id: number() }), data);
  return parsed.success ? [parsed.output.id] : undefined;
}

function isOfKind<K extends HostAnswer['kind']>(
  answer: HostAnswer,
  kind: K,
): answer is Extract<HostAnswer, { kind: K }> {
  return answer.kind === kind;
}
