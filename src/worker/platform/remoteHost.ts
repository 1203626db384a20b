// Files, locks, the disk's rules and an endpoint's answers from the extension host, for an engine that has none of its own:
// `hostApi` as Storage, ReadDiskRules and AskEndpoint. `client/serveHost.ts` is the other end.

import type { Storage } from '../../base/files.ts';
import type { Calls } from '../../base/requests/api.ts';
import { connect } from '../../base/requests/connect.ts';
import type { Port } from '../../base/requests/port.ts';
import type { AskEndpoint } from '../../chat/endpoint/endpointWriter.ts';
import type { ReadDiskRules } from '../engine/engineHome.ts';
import type { FilePiece } from '../protocol/hostApi.ts';
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

/** Undefined where there is no piece. A file of one piece is not copied. */
async function wholeFile(pieces: AsyncIterable<FilePiece>): Promise<Uint8Array | undefined> {
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
