// A webview as a port for requests.

import type { Webview } from 'vscode';
import type { DisposableStore } from '../../base/disposable.ts';
import { Emitter } from '../../base/event.ts';
import type { Port } from '../../base/requests/port.ts';

/** The owner of the webview disposes of `owned` with it, so the port itself never closes. */
export function webviewPort(webview: Webview, owned: DisposableStore): Port {
  const incoming = owned.add(new Emitter<unknown>());
  owned.add(
    webview.onDidReceiveMessage((message: unknown) => {
      incoming.fire(message);
    }),
  );
  return {
    post(message) {
      void webview.postMessage(message);
    },
    onMessage: incoming.event,
    onDidClose: owned.add(new Emitter<string>()).event,
  };
}
