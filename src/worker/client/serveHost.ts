// The extension host's end of `hostApi`: serves its files, locks, disk rules and endpoint to an engine that has none of its
// own. `platform/remoteHost.ts` is the other end.

import type { Disposable } from '../../base/disposable.ts';
import { DisposableStore } from '../../base/disposable.ts';
import type { Lock, Locks } from '../../base/files.ts';
import type { Handlers } from '../../base/requests/api.ts';
import type { Port } from '../../base/requests/port.ts';
import { serve } from '../../base/requests/serve.ts';
import type { RemoteHost } from '../platform/remoteHost.ts';
import type { FilePiece } from '../protocol/hostApi.ts';
import { hostApi } from '../protocol/hostApi.ts';

export interface ServeHostOptions {
  /** Called with what no caller hears of. */
  readonly onError: (message: string) => void;
  /** No message holds more of a file than this. */
  readonly pieceBytes?: number;
}

/**
 * Answers until it is disposed of or the port closes, and then releases the locks that the
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

function* piecesOf(bytes: Uint8Array, pieceBytes: number): Generator<FilePiece> {
  let at = 0;
  do {
    const piece = ownBytes(bytes.subarray(at, at + pieceBytes));
    at += piece.byteLength;
    yield { bytes: piece, restBytes: bytes.byteLength - at };
  } while (at < bytes.byteLength);
}

/** Bytes whose buffer can be given away: a part of a buffer is copied, for others may hold the rest. */
function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) return new Uint8Array(buffer);
  return new Uint8Array(bytes);
}
