// The engine's entry in a worker of a browser or of a webview. Its first message says where files are; what follows are
// the engine's.

import { messagePort } from '../base/requests/messagePort.ts';
import { startEngine } from './host/engineHost.ts';
import type { WebWorkerStart } from './protocol/hostApi.ts';
import { remoteHost } from './platform/remoteHost.ts';
import { webHome } from './platform/webHome.ts';

interface WorkerScope {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  postMessage(message: unknown): void;
}

declare const self: WorkerScope;

self.onmessage = event => {
  const { host, extension, isForWebGpuAlone } = event.data as WebWorkerStart;
  const post = self.postMessage.bind(self);
  const move = isForWebGpuAlone
    ? (why: string) => {
        post({ kind: 'homeLost', why });
      }
    : undefined;
  const receive = startEngine(webHome(remoteHost(messagePort(host)), extension, move), post);
  self.onmessage = ({ data }) => {
    receive(data);
  };
};
