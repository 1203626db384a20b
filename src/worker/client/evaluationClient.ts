// The editor's end of an evaluation: asks the engine for it, passes on what is being done, and ends when the engine
// answers, or when there is no engine any more that could.

import type { CancellationToken } from '../../base/cancellation.ts';
import { CancellationError } from '../../base/cancellation.ts';
import { ConnectionError } from '../../base/requests/connect.ts';
import type { EvaluationReport, EvaluationRequest } from '../protocol/evaluation.ts';
import type { EngineClient, EngineState } from './client.ts';

export type EvaluationEngine = Pick<EngineClient, 'state' | 'calls'>;

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
  const { calls } = client;
  if (calls === undefined) throw new Error(`nothing can be evaluated now: ${whyNot(client.state)}`);
  let report: EvaluationReport | undefined;
  try {
    for await (const update of calls.evaluate(request, cancellation)) {
      if (update.kind === 'report') report = update.report;
      else onProgress(update.what);
    }
  } catch (error) {
    if (error instanceof CancellationError) return undefined;
    if (error instanceof ConnectionError)
      throw new Error(`the evaluation was cut off: ${whyNot(client.state)}`, { cause: error });
    throw error;
  }
  return report;
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
