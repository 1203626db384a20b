// The engine's entry in a worker of a browser. Its first message says where files are; what follows are the engine's.

import { startEngine } from './engineHost.ts';
import type { FilePort } from './remoteFiles.ts';
import { remoteFiles } from './remoteFiles.ts';
import { webHome } from './webHome.ts';

/** What the extension host says first. */
export interface WebWorkerStart {
  readonly files: FilePort;
  /** The place of the extension's folder. */
  readonly extension: string;
}

interface WorkerScope {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  postMessage(message: unknown): void;
}

declare const self: WorkerScope;

self.onmessage = event => {
  const { files, extension } = event.data as WebWorkerStart;
  const receive = startEngine(webHome(remoteFiles(files), extension), message => {
    self.postMessage(message);
  });
  self.onmessage = ({ data }) => {
    receive(data);
  };
};
