// How long the engine's client waits for what, and how often it starts a dying engine again.

import type { RestartPolicy } from './restartBudget.ts';

export interface EngineLimits {
  /** How long a request waits for the model to load before it gives up as `engine-not-ready`. */
  readonly readyWaitMs: number;
  /** Silence for so long, while a request is unanswered, counts as a hang. */
  readonly requestTimeoutMs: number;
  /** The same while the model loads: a slow graphics adapter on a busy machine takes minutes for its first answer. */
  readonly loadTimeoutMs: number;
  readonly restarts: RestartPolicy;
}

export const engineLimits: EngineLimits = {
  readyWaitMs: 20_000,
  requestTimeoutMs: 30_000,
  loadTimeoutMs: 300_000,
  // The window is longer than all restarts together may take where each ends in a hang or in a load that does not end.
  restarts: { delaysMs: [100, 1_000, 5_000], windowMs: 1_500_000 },
};
