// The engine's entry in a worker of a browser or of a webview. Its first message says where files are; what follows are
// the engine's.

import type { PlainMessagePort } from '../base/requests/messagePort.ts';
import { messagePort } from '../base/requests/messagePort.ts';
import { startEngine } from './host/engineHost.ts';
import { remoteHost } from './platform/remoteHost.ts';
import { webHome } from './platform/webHome.ts';
import type { WebWorkerStart } from './protocol/hostApi.ts';

/** A worker's scope is its port to its creator. */
declare const self: PlainMessagePort;

self.onmessage = event => {
  const { host, extension, isForWebGpuAlone } = event.data as WebWorkerStart;
  startEngine(webHome(remoteHost(messagePort(host)), extension, isForWebGpuAlone), messagePort(self));
};
