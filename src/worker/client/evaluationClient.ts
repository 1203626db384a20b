// The editor's end of an evaluation: asks the engine for it, passes on what is being done, and ends when the engine
// answers, or when there is no engine any more that could.

import type { CancellationToken } from '../../base/cancellation.ts';
import { DisposableStore } from '../../base/disposable.ts';
import type { EngineClient, EngineState } from './client.ts';
import type { EvaluationReport, EvaluationRequest } from '../protocol/messages.ts';

export type EvaluationEngine = Pick<EngineClient, 'state' | 'onDidChangeState' | 'onDidReceive' | 'send'>;

let lastId = 0;

/**
 * Evaluates in the engine's worker. Gives undefined when it was cancelled; throws an Error for the user that says what
 * to do.
 */
export async function evaluateWorkspace(
  client: EvaluationEngine,
  request: EvaluationRequest,
  onProgress: (what: string) => void,
  cancellation: CancellationToken,
): Promise<EvaluationReport | undefined> {
  const id = ++lastId;
  const owned = new DisposableStore();
  try {
    return await new Promise<EvaluationReport | undefined>((resolve, reject) => {
      owned.add(
        client.onDidReceive(message => {
          if (!('id' in message) || message.id !== id) return;
          if (message.kind === 'evaluating') onProgress(message.what);
          else if (message.kind === 'evaluated') resolve(message.report);
          else if (message.kind === 'notEvaluated') {
            if (message.problem === null) resolve(undefined);
            else reject(new Error(message.problem));
          }
        }),
      );
      owned.add(
        client.onDidChangeState(state => {
          // An engine that goes on elsewhere goes on with this too.
          if (state.kind !== 'ready') reject(new Error(`the evaluation was cut off: ${whyNot(state)}`));
        }),
      );
      if (!client.send({ kind: 'evaluateWorkspace', id, request })) {
        throw new Error(`nothing can be evaluated now: ${whyNot(client.state)}`);
      }
      owned.add(
        cancellation.onCancellationRequested(() => {
          client.send({ kind: 'cancelEvaluation', id });
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
      return 'the engine is not running; switch suggestions on, then evaluate';
    case 'loading':
    case 'restarting':
    case 'ready':
      return 'the engine is starting; try again in a moment';
    case 'failed':
      return `the engine failed (${state.message}); run "TinyMemory: Restart Engine"`;
    default:
      return state satisfies never;
  }
}
