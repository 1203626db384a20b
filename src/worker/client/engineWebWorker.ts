// Starts the engine in a worker of a browser. Its script is read as any file and run from memory: nothing is fetched.

import { placeIn } from '../../base/files.ts';
import type { Logger } from '../../base/logger.ts';
import { errorMessage } from '../../base/logger.ts';
import { readAhead } from '../../base/readAhead.ts';
import type { PlainMessagePort } from '../../base/requests/messagePort.ts';
import { messagePort } from '../../base/requests/messagePort.ts';
import { configFile, otherFiles, weightsFile } from '../../model/folderLayout.ts';
import type { EngineWorker, StartWorker } from './engineWorker.ts';
import type { WebWorkerStart } from '../protocol/hostApi.ts';
import type { RemoteHost } from '../platform/remoteHost.ts';
import { serveHost } from './serveHost.ts';

interface WebWorker {
  postMessage(message: unknown, transfer: readonly object[]): void;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onmessageerror: (() => void) | null;
  onerror: ((event: { readonly message?: string }) => void) | null;
  terminate(): void;
}

declare const Worker: new (url: string, options: { readonly name: string }) => WebWorker;
declare const MessageChannel: new () => {
  readonly port1: PlainMessagePort;
  readonly port2: PlainMessagePort;
};

/** A StartWorker for the bundled engine of the extension in the folder `extension`, which gets at the files of `host`. */
export function engineWebWorker(host: RemoteHost, extension: string, logger: Logger): StartWorker {
  let address: Promise<string> | undefined;
  const read = async (): Promise<string> => {
    const place = placeIn(extension, 'dist/web/engine.js');
    const script = await host.storage.files.read(place);
    if (script === undefined) throw new Error(`${place} is missing; install the extension anew`);
    return URL.createObjectURL(new Blob([new Uint8Array(script)], { type: 'text/javascript' }));
  };
  return () => {
    // One that could not be read is tried again at the next start.
    address ??= read().catch((error: unknown) => {
      address = undefined;
      throw error;
    });
    return startWhenRead(address, host, extension, logger);
  };
}

/** What an engine reads first, unless it is another model's, the slowest first. */
const startFiles = [
  `models/bundled/${weightsFile}`,
  'dist/runtime/ort-wasm-simd-threaded.wasm.gz',
  ...[configFile, ...otherFiles].map(name => `models/bundled/${name}`),
];

/** By then the engine has asked for all that it will. */
const readAheadKeptMs = 15_000;

/** The host, which has read by then what the engine will ask for first. */
function readingAhead(host: RemoteHost, extension: string): RemoteHost {
  const places = startFiles.map(name => placeIn(extension, name));
  const files = readAhead(host.storage.files, places, readAheadKeptMs);
  return { ...host, storage: { ...host.storage, files } };
}

function startWhenRead(
  address: Promise<string>,
  host: RemoteHost,
  extension: string,
  logger: Logger,
): EngineWorker {
  const listeners = new Map<string, (value: never) => void>();
  const tell = (event: string, value: unknown): void => {
    (listeners.get(event) as ((value: unknown) => void) | undefined)?.(value);
  };
  const { port1, port2 } = new MessageChannel();
  let worker: WebWorker | undefined;
  const served = serveHost(messagePort(port1), readingAhead(host, extension), {
    onError(message) {
      logger.error(`engine: ${message}`);
    },
  });
  let isEnded = false;
  const early: unknown[] = [];
  const start = async (): Promise<void> => {
    const script = await address;
    if (isEnded) return;
    worker = new Worker(script, { name: 'tinymemory-engine' });
    worker.onmessage = ({ data }) => {
      tell('message', data);
    };
    worker.onmessageerror = () => {
      tell('messageerror', new Error('the message could not be copied'));
    };
    worker.onerror = ({ message }) => {
      tell('error', new Error(message ?? 'the script of the worker does not run here'));
    };
    const first: WebWorkerStart = { host: port2, extension, isForWebGpuAlone: false };
    worker.postMessage(first, [port2]);
    for (const message of early) worker.postMessage(message, []);
  };
  start().catch((error: unknown) => {
    tell('error', new Error(errorMessage(error)));
  });
  return {
    postMessage(message) {
      if (worker === undefined) early.push(message);
      else worker.postMessage(message, []);
    },
    on: (event: string, listener: (value: never) => void) => listeners.set(event, listener),
    terminate() {
      isEnded = true;
      worker?.terminate();
      served.dispose();
      port1.close();
      return Promise.resolve(0);
    },
  };
}
