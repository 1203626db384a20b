// The editor's end of chat: asks the engine and passes on what its answer is made of. Every answer ends, at the latest
// when there is no engine any more that could go on with it.

import type { CancellationToken } from '../../base/cancellation.ts';
import { CancellationError } from '../../base/cancellation.ts';
import { errorMessage } from '../../base/logger.ts';
import { ConnectionError } from '../../base/requests/connect.ts';
import type { ChatEvent, ChatRequest } from '../../chat/model/types.ts';
import type { ChatWriter } from '../protocol/chatWriter.ts';
import type { EngineClient, EngineState } from './client.ts';

export type ChatEngine = Pick<EngineClient, 'state' | 'calls' | 'isDisposed'>;

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
  for await (const event of eventsOf(client, request, cancellation, writer)) onEvent(event);
}

async function* eventsOf(
  client: ChatEngine,
  request: ChatRequest,
  cancellation: CancellationToken,
  writer: ChatWriter | undefined,
): AsyncGenerator<ChatEvent, void> {
  const { calls } = client;
  try {
    if (cancellation.isCancellationRequested) yield { kind: 'stopped' };
    else if (calls === undefined)
      yield { kind: 'failed', message: `there is no answer now: ${whyNot(client.state)}` };
    else yield* calls.ask({ request, writer }, cancellation);
  } catch (error) {
    if (error instanceof CancellationError || client.isDisposed) yield { kind: 'stopped' };
    else if (error instanceof ConnectionError)
      yield { kind: 'failed', message: `the answer was cut off: ${whyNot(client.state)}` };
    else yield { kind: 'failed', message: errorMessage(error) };
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
