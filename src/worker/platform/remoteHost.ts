// Files, locks, the disk's rules and an endpoint's answers from the extension host, for an engine that has none of its own:
// `hostApi` as Storage, ReadDiskRules and AskEndpoint, and the other way round.

import type { Disposable } from '../../base/disposable.ts';
import { DisposableStore } from '../../base/disposable.ts';
import type { Lock, Locks, Storage } from '../../base/files.ts';
import type { Calls, Handlers } from '../../base/requests/api.ts';
import { connect } from '../../base/requests/connect.ts';
import type { Port } from '../../base/requests/port.ts';
import { serve } from '../../base/requests/serve.ts';
import type { AskEndpoint } from '../../chat/writers/endpointWriter.ts';
import type { ReadDiskRules } from '../engine/engineHome.ts';
import { hostApi } from '../protocol/hostApi.ts';

/** What the extension host does for such an engine. */
export interface RemoteHost {
  readonly storage: Storage;
  readonly diskRules: ReadDiskRules;
  /** Given where the engine may not reach the network itself. */
  readonly askEndpoint?: AskEndpoint | undefined;
}

/** As the engine reaches it. */
export type ReachedHost = RemoteHost & { readonly askEndpoint: AskEndpoint };

export interface ServeHostOptions {
  /** Called with what no caller hears of. */
  readonly onError: (message: string) => void;
  /** No message holds more of a file than this. */
  readonly pieceBytes?: number;
}

/** The engine's end. */
export function remoteHost(port: Port): ReachedHost {
  const { calls } = connect(hostApi, port);
  return {
    storage: storageOver(calls),
    async diskRules(place) {
      const { ignoreCase, outer } = await calls.diskRules(place);
      return { ignoreCase, outer: outer ?? undefined };
    },
    askEndpoint: (endpoint, messages, cancellation) =>
      calls.ask({ endpoint, messages: [...messages] }, cancellation),
  };
}

/**
 * The extension host's end: answers until it is disposed of or the port closes, and then releases the locks that the
 * engine held.
 */
export function serveHost(port: Port, host: RemoteHost, options: ServeHostOptions): Disposable {
  const owned = new DisposableStore();
  const locks = owned.add(new HeldLocks(host.storage.locks));
  owned.add(
    port.onDidClose(() => {
      owned.dispose();
    }),
  );
  owned.add(serve(hostApi, port, handlersOf(host, locks, options.pieceBytes ?? Infinity), options.onError));
  return owned;
}

function storageOver(calls: Calls<typeof hostApi>): Storage {
  return {
    files: {
      read: place => wholeFile(calls.read(place)),
      write: (place, bytes) => calls.write({ place, bytes }),
      list: place => calls.list(place),
      exists: place => calls.exists(place),
      rename: (place, to) => calls.rename({ place, to }),
      remove: place => calls.remove(place),
    },
    locks: {
      async acquire(place) {
        const id = await calls.lock(place);
        if (id === null) return undefined;
        return { isHeld: () => calls.isLockHeld(id), release: () => calls.unlock(id) };
      },
      isHeld: place => calls.isLocked(place),
    },
  };
}

function handlersOf(host: RemoteHost, locks: HeldLocks, pieceBytes: number): Handlers<typeof hostApi> {
  const { files } = host.storage;
  return {
    async *read(place) {
      const bytes = await files.read(place);
      if (bytes !== undefined) yield* piecesOf(bytes, pieceBytes);
    },
    write: async ({ place, bytes }) => files.write(place, bytes),
    list: async place => [...(await files.list(place))],
    exists: place => files.exists(place),
    rename: async ({ place, to }) => files.rename(place, to),
    remove: async place => files.remove(place),
    lock: place => locks.acquire(place),
    unlock: async id => locks.release(id),
    isLockHeld: id => locks.isHeld(id),
    isLocked: place => host.storage.locks.isHeld(place),
    async diskRules(place) {
      const { ignoreCase, outer } = await host.diskRules(place);
      if (outer === undefined) return { ignoreCase, outer: null };
      return { ignoreCase, outer: { ...outer, files: outer.files.map(file => ({ ...file })) } };
    },
    ask({ endpoint, messages }, token) {
      if (host.askEndpoint === undefined) throw new Error('this engine is to ask the endpoint itself');
      return host.askEndpoint(endpoint, messages, token);
    },
  };
}

/** Locks that are held for an engine. Once disposed of it holds none, not even one that was being acquired. */
class HeldLocks implements Disposable {
  private readonly locks: Locks;
  private readonly held = new Map<number, Lock>();
  private lastId = 0;
  private isDisposed = false;

  constructor(locks: Locks) {
    this.locks = locks;
  }

  async acquire(place: string): Promise<number | null> {
    const lock = await this.locks.acquire(place);
    if (lock === undefined) return null;
    const id = ++this.lastId;
    this.held.set(id, lock);
    if (this.isDisposed) await this.release(id);
    return id;
  }

  /** A lock that cannot be released stays here, to be tried again. */
  async release(id: number): Promise<void> {
    await this.held.get(id)?.release();
    this.held.delete(id);
  }

  async isHeld(id: number): Promise<boolean> {
    return (await this.held.get(id)?.isHeld()) ?? false;
  }

  dispose(): void {
    this.isDisposed = true;
    for (const id of [...this.held.keys()]) this.release(id).catch(() => undefined);
  }
}

interface Piece {
  readonly bytes: Uint8Array;
  /** Bytes of the file that follow. */
  readonly restBytes: number;
}

function* piecesOf(bytes: Uint8Array, pieceBytes: number): Generator<Piece> {
  let at = 0;
  do {
    const piece = ownBytes(bytes.subarray(at, at + pieceBytes));
    at += piece.byteLength;
    yield { bytes: piece, restBytes: bytes.byteLength - at };
  } while (at < bytes.byteLength);
}

/** Undefined where there is no piece. A file of one piece is not copied. */
async function wholeFile(pieces: AsyncIterable<Piece>): Promise<Uint8Array | undefined> {
  let file: Uint8Array | undefined;
  for await (const { bytes, restBytes } of pieces) {
    if (file === undefined && restBytes === 0) file = bytes;
    else {
      file ??= new Uint8Array(bytes.byteLength + restBytes);
      file.set(bytes, file.byteLength - restBytes - bytes.byteLength);
    }
  }
  return file;
}

/** Bytes whose buffer can be given away: a part of a buffer is copied, for others may hold the rest. */
function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) return new Uint8Array(buffer);
  return new Uint8Array(bytes);
}
