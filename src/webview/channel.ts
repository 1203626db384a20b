// The page's end of its boundary with the extension: typed messages out, parsed messages in. A message of the wrong
// shape is told in the console and dropped, so that a page of another version never half-understands the extension.

import * as v from 'valibot';

export interface Channel<Out> {
  post(message: Out): void;
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

/** Opens the boundary; call it once. `receive` gets what fits `schema`. */
export function openChannel<Out, In>(
  schema: v.GenericSchema<unknown, In>,
  receive: (message: In) => void,
): Channel<Out> {
  const api = acquireVsCodeApi();
  window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    const parsed = v.safeParse(schema, data);
    if (parsed.success) receive(parsed.output);
    else console.error('TinyMemory: dropped a message of the wrong shape:', v.summarize(parsed.issues));
  });
  return {
    post: message => {
      api.postMessage(message);
    },
    kept: () => api.getState(),
    keep: value => {
      api.setState(value);
    },
  };
}
