// The page's end of its boundary with the extension. What the extension serves and the page serves share one port.

import { Emitter } from '../base/event.ts';
import type { Port } from '../base/requests/port.ts';

export interface Channel {
  /** To the extension. It never closes: the page ends with it. */
  readonly port: Port;
  /** Keeps a value for this page over reloads and while it is hidden. */
  keep(value: unknown): void;
  /** What was last kept; unchecked, for it may be of another version. */
  kept(): unknown;
}

/** What VS Code gives a page, once. */
declare function acquireVsCodeApi(): {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(value: unknown): void;
};

/** Opens the boundary; call it once. */
export function openChannel(): Channel {
  const api = acquireVsCodeApi();
  const incoming = new Emitter<unknown>();
  window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    incoming.fire(data);
  });
  return {
    port: {
      post: message => {
        api.postMessage(message);
      },
      onMessage: incoming.event,
      onDidClose: new Emitter<string>().event,
    },
    kept: () => api.getState(),
    keep: value => {
      api.setState(value);
    },
  };
}

/** A message that does not fit is dropped, so that a page of another version never half-understands the extension. */
export function reportDropped(message: string): void {
  console.error(`TinyMemory: ${message}`);
}
