// Files of the extension host for an engine that has none of its own: a worker in a browser. Requests are matched with
// their answers by number. What is read is handed over, not copied.

import type { Files } from '../base/files.ts';
import { errorMessage } from '../base/logger.ts';
import type { FileAnswer, FileRequest } from './fileMessages.ts';
import { fileAnswerSchema, fileRequestSchema } from './fileMessages.ts';
import { parseMessage } from './messages.ts';

/** What is needed of a MessagePort. */
export interface FilePort {
  postMessage(message: unknown, transfer?: ArrayBuffer[]): void;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
}

type Unnumbered<T> = T extends unknown ? Omit<T, 'id'> : never;

/** The engine's end. */
export function remoteFiles(port: FilePort): Files {
  const pending = new Map<number, (answer: FileAnswer) => void>();
  let lastId = 0;
  port.onmessage = ({ data }) => {
    const answer = parseMessage(fileAnswerSchema, data, 'the engine');
    pending.get(answer.id)?.(answer);
    pending.delete(answer.id);
  };
  const ask = async <K extends FileAnswer['kind']>(
    request: Unnumbered<FileRequest>,
    kind: K,
  ): Promise<Extract<FileAnswer, { kind: K }>> => {
    const id = ++lastId;
    const answer = await new Promise<FileAnswer>(resolve => {
      pending.set(id, resolve);
      port.postMessage({ ...request, id });
    });
    if (isOfKind(answer, kind)) return answer;
    throw new Error(
      answer.kind === 'failed' ? answer.message : `${request.kind} was answered by ${answer.kind}`,
    );
  };
  return {
    read: async place => (await ask({ kind: 'read', place }, 'content')).bytes ?? undefined,
    async write(place, bytes) {
      await ask({ kind: 'write', place, bytes }, 'done');
    },
    list: async place => (await ask({ kind: 'list', place }, 'entries')).entries,
    exists: async place => (await ask({ kind: 'exists', place }, 'existence')).exists,
    async rename(place, to) {
      await ask({ kind: 'rename', place, to }, 'done');
    },
    async remove(place) {
      await ask({ kind: 'remove', place }, 'done');
    },
  };
}

/** The extension host's end: answers for as long as the port is open. */
export function serveFiles(port: FilePort, files: Files): void {
  port.onmessage = ({ data }) => {
    void serve(port, files, parseMessage(fileRequestSchema, data, 'the extension'));
  };
}

async function serve(port: FilePort, files: Files, request: FileRequest): Promise<void> {
  try {
    const answer = await answerOf(files, request);
    port.postMessage(answer, answer.kind === 'content' && answer.bytes !== null ? [answer.bytes.buffer] : []);
  } catch (error) {
    port.postMessage({ kind: 'failed', id: request.id, message: errorMessage(error) } satisfies FileAnswer);
  }
}

type Transferable<T> = T extends { readonly bytes: Uint8Array | null }
  ? Omit<T, 'bytes'> & { readonly bytes: Uint8Array<ArrayBuffer> | null }
  : T;

async function answerOf(files: Files, request: FileRequest): Promise<Transferable<FileAnswer>> {
  const { id, place } = request;
  switch (request.kind) {
    case 'read':
      return { kind: 'content', id, bytes: ownBytes(await files.read(place)) };
    case 'write':
      await files.write(place, request.bytes);
      return { kind: 'done', id };
    case 'list':
      return { kind: 'entries', id, entries: [...(await files.list(place))] };
    case 'exists':
      return { kind: 'existence', id, exists: await files.exists(place) };
    case 'rename':
      await files.rename(place, request.to);
      return { kind: 'done', id };
    case 'remove':
      await files.remove(place);
      return { kind: 'done', id };
    default:
      return request satisfies never;
  }
}

/** Bytes whose buffer can be given away: a part of a buffer is copied, for others may hold the rest. */
function ownBytes(bytes: Uint8Array | undefined): Uint8Array<ArrayBuffer> | null {
  if (bytes === undefined) return null;
  const { buffer, byteLength } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) return new Uint8Array(buffer);
  return new Uint8Array(bytes);
}

function isOfKind<K extends FileAnswer['kind']>(
  answer: FileAnswer,
  kind: K,
): answer is Extract<FileAnswer, { kind: K }> {
  return answer.kind === kind;
}
