// The editor's end of chat: asks the engine and passes on what its answer is made of. Every answer ends, at the latest
// when there is no engine any more that could go on with it.

import type { CancellationToken } from '../../base/cancellation.ts';
import { DisposableStore } from '../../base/disposable.ts';
import type { ChatEvent, ChatRequest } from '../../chat/model/types.ts';
import type { ChatWriter } from '../protocol/chatMessages.ts';
import type { EngineClient, EngineState } from './client.ts';

export type ChatEngine = Pick<EngineClient, 'state' | 'onDidChangeState' | 'onDidReceive' | 'send'>;

let lastId = 0;

/**
 * Asks the engine of `client`. `onEvent` is called for each event, the last of which is `done`, `stopped` or `failed`;
 * then the promise resolves. Never rejects, unless `onEvent` throws.
 */
export async function ask(
  client: ChatEngine,
  request: ChatRequest,
  onEvent: (event: ChatEvent) => void,
  cancellation: CancellationToken,
  writer?: ChatWriter,
): Promise<void> {
  const id = ++lastId;
  const owned = new DisposableStore();
  try {
    await new Promise<void>((resolve, reject) => {
      const pass = (event: ChatEvent): void => {
        try {
          onEvent(event);
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
        if (event.kind === 'done' || event.kind === 'stopped' || event.kind === 'failed') resolve();
      };
      owned.add(
        client.onDidReceive(message => {
          if (message.kind === 'chatEvent' && message.id === id) pass(message.event);
        }),
      );
      owned.add(
        client.onDidChangeState(state => {
          // An engine that goes on elsewhere goes on with this too.
          if (state.kind !== 'ready')
            pass({ kind: 'failed', message: `the answer was cut off: ${whyNot(state)}` });
        }),
      );
      if (cancellation.isCancellationRequested) {
        pass({ kind: 'stopped' });
        return;
      }
      if (!client.send({ kind: 'ask', id, request, writer })) {
        pass({ kind: 'failed', message: `there is no answer now: ${whyNot(client.state)}` });
        return;
      }
      owned.add(
        cancellation.onCancellationRequested(() => {
          client.send({ kind: 'cancelAsk', id });
        }),
      );
    });
  } finally {
    owned.dispose();
  }
}

function whyNot(state: EngineState): string {
  switch (state.kind) {
    case 'stopped':
      return 'the engine is not running; run "TinyMemory: Toggle Suggestions" to start it';
    case 'loading':
    case 'restarting':
    case 'ready':
      return 'the engine is starting; ask again in a moment';
    case 'failed':
      return `the engine failed (${state.message}); run "TinyMemory: Restart Engine"`;
    default:
      return state satisfies never;
  }
}
