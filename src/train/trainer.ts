// The training loop: steps over rows of the workspace, a look at the validation rows now and then, a checkpoint at each
// look, and an end when the time is used up or the validation rows say that more would not help. What it computes
// depends on its arguments alone; when it may run, its host decides before each step.

import type { Row } from './rows.ts';
import { learningRate } from './schedule.ts';
import type { TrainingProgress } from './progress.ts';
import { noProgress, withPoint } from './progress.ts';

/** What is trained; `createTrainingStep` makes one. Losses are in nats a token. */
export interface Learner<State> {
  /** One step of the optimizer on all rows. A loss or norm that is not finite leaves the weights as they were. */
  step(rows: readonly Row[], rate: number): Promise<{ readonly loss: number; readonly gradientNorm: number }>;
  /** The mean loss of the rows' tokens that count, and how many those are. */
  evaluate(rows: readonly Row[]): Promise<{ readonly loss: number; readonly tokens: number }>;
  /** All that the next steps depend on; it does not change with them. */
  state(): Promise<State>;
  restore(state: State): Promise<void>;
}

export interface TrainingData {
  /** Deterministic; the rows of an epoch may differ from those of another. */
  readonly rowsOf: (epoch: number) => readonly Row[];
  readonly validation: readonly Row[];
  /** Differs where the rows differ. */
  readonly fingerprint: string;
}

export interface TrainingPlan {
  readonly peakRate: number;
  readonly rowsPerStep: number;
  /** As many steps as fit into the time, over so many epochs at most; or a number of steps. */
  readonly budget: { readonly activeMs: number; readonly maxEpochs: number } | { readonly steps: number };
}

/** A training that can go on later: progress, the learner's state, and the state at the best check. */
export interface Checkpoint<State> {
  readonly progress: TrainingProgress;
  readonly state: State;
  readonly best: { readonly step: number; readonly loss: number; readonly state: State };
}

export interface TrainerHost<State> {
  /**
   * Asked before each step; resolves when it may run, false to end here with what was learnt. May throw, a
   * CancellationError say: then the training ends without a result.
   */
  mayGoOn(): Promise<boolean>;
  /** After each step. */
  onStep(progress: TrainingProgress): void;
  /** After each look at the validation rows; the next step waits for it. */
  onCheck(checkpoint: Checkpoint<State>): Promise<void>;
}

type TrainingEnd =
  /** The time, or the steps, are used up. */
  | 'finished'
  /** The validation rows have not got better for a while. */
  | 'no-longer-improves'
  /** A loss was not finite. */
  | 'exploded'
  /** The host wished it. */
  | 'stopped';

/** The learner is left in the state of the best check. */
export interface TrainingResult {
  readonly end: TrainingEnd;
  readonly progress: TrainingProgress;
  readonly best: { readonly step: number; readonly loss: number };
}

/** Checks in a whole training, and steps between two at least: a check costs about as much as four steps. */
const checkCount = 12;
const minSteps = 10;
/**
 * It ends when so many checks have brought nothing better and the last is so far above the best. Less is no sign: what a
 * high rate costs, its fall gives back.
 */
const patience = 3;
const risenRatio = 1.02;
/** Steps that are timed to plan the rest. */
const timedSteps = 6;
/** A loss so far above that of the start is no noise any more. */
const explodedRatio = 3;

/** Trains, from a checkpoint on if one is given. Throws what the host or the learner throws. */
export async function train<State>(
  learner: Learner<State>,
  data: TrainingData,
  plan: TrainingPlan,
  host: TrainerHost<State>,
  resumed?: Checkpoint<State>,
): Promise<TrainingResult> {
  let progress = resumed?.progress ?? noProgress(data.fingerprint);
  let best = resumed?.best;
  if (resumed !== undefined) await learner.restore(resumed.state);
  if (progress.rowsFingerprint !== data.fingerprint) {
    progress = { ...progress, rowsFingerprint: data.fingerprint, epoch: progress.epoch + 1, row: 0 };
  }
  const clock = new ActiveClock(progress.activeMs);

  const check = async (): Promise<void> => {
    const { loss } = await learner.evaluate(data.validation);
    const { step } = progress;
    progress = { ...progress, activeMs: clock.lap(), checks: [...progress.checks, { step, loss }] };
    progress = replanned(progress, plan);
    const state = await learner.state();
    if (best === undefined || loss < best.loss) best = { step, loss, state };
    await host.onCheck({ progress, state, best });
  };
  const end = async (reason: TrainingEnd): Promise<TrainingResult> => {
    if (best === undefined) throw new Error('a training that was never checked has no result');
    await learner.restore(best.state);
    return { end: reason, progress, best: { step: best.step, loss: best.loss } };
  };

  if (best === undefined) await check();
  const explodedAt = 1 + explodedRatio * (progress.checks[0]?.loss ?? Infinity);
  let rows = data.rowsOf(progress.epoch);
  for (;;) {
    if (isPlanned(progress) && progress.step >= progress.plannedSteps) return end('finished');
    clock.lap(false);
    if (!(await host.mayGoOn())) {
      if (progress.checks.at(-1)?.step !== progress.step) await check();
      return end('stopped');
    }
    clock.lap(false);
    if (progress.row + plan.rowsPerStep > rows.length && progress.row > 0) {
      progress = { ...progress, epoch: progress.epoch + 1, row: 0 };
      rows = data.rowsOf(progress.epoch);
    }
    const batch = rows.slice(progress.row, progress.row + plan.rowsPerStep);
    const { loss, gradientNorm } = await learner.step(batch, learningRate(plan.peakRate, progress.share));
    if (!Number.isFinite(loss + gradientNorm) || loss > explodedAt) return end('exploded');
    progress = planned(after(progress, batch, loss, clock.lap()), plan, rows.length);
    host.onStep(progress);
    if (isPlanned(progress) && isCheckDue(progress)) {
      await check();
      if (noLongerImproves(progress)) return end('no-longer-improves');
    }
  }
}

function after(
  progress: TrainingProgress,
  batch: readonly Row[],
  loss: number,
  activeMs: number,
): TrainingProgress {
  const left = Math.max(1, progress.plannedSteps - progress.step);
  const step = progress.step + 1;
  return {
    ...progress,
    step,
    row: progress.row + batch.length,
    share: isPlanned(progress) ? Math.min(1, progress.share + (1 - progress.share) / left) : 0,
    tokens: progress.tokens + batch.reduce((sum, { mask }) => sum + mask.reduce((a, b) => a + b, 0), 0),
    activeMs,
    losses: withPoint(progress.losses, { step, loss }),
  };
}

function isPlanned({ plannedSteps }: TrainingProgress): boolean {
  return plannedSteps > 0;
}

/** Fixes the number of steps as soon as it is known. */
function planned(progress: TrainingProgress, plan: TrainingPlan, rowsInEpoch: number): TrainingProgress {
  if (isPlanned(progress)) return progress;
  const { budget, rowsPerStep } = plan;
  if ('steps' in budget) return { ...progress, plannedSteps: Math.max(progress.step, budget.steps) };
  const most = Math.max(1, Math.ceil((budget.maxEpochs * rowsInEpoch) / rowsPerStep));
  if (progress.step < timedSteps && progress.step < most) return progress;
  const stepMs = progress.activeMs / Math.max(1, progress.step);
  const fitting = Math.floor(budget.activeMs / stepMs);
  return { ...progress, plannedSteps: Math.max(progress.step, Math.min(most, fitting)) };
}

/** The machine may have become slower or faster: what fits into the time that is left, never more epochs. */
function replanned(progress: TrainingProgress, { budget }: TrainingPlan): TrainingProgress {
  if ('steps' in budget || !isPlanned(progress)) return progress;
  const left = budget.activeMs - progress.activeMs;
  const fitting = progress.step + Math.max(0, Math.floor(left / (progress.activeMs / progress.step)));
  return { ...progress, plannedSteps: Math.min(progress.plannedSteps, fitting) };
}

function isCheckDue({ step, plannedSteps, checks }: TrainingProgress): boolean {
  const every = Math.max(minSteps, Math.ceil(plannedSteps / checkCount));
  return step === plannedSteps || step - (checks.at(-1)?.step ?? 0) >= every;
}

function noLongerImproves({ checks, step, plannedSteps }: TrainingProgress): boolean {
  const losses = checks.map(({ loss }) => loss);
  const least = Math.min(...losses);
  const since = losses.length - 1 - losses.indexOf(least);
  return step < plannedSteps && since >= patience && (losses.at(-1) ?? 0) > risenRatio * least;
}

/** Sums up the time between laps that count. */
class ActiveClock {
  private startedMs = performance.now();
  private activeMs: number;

  constructor(activeMs: number) {
    this.activeMs = activeMs;
  }

  /** Ends a lap, which counts unless said otherwise. Gives the sum. */
  lap(counts = true): number {
    const nowMs = performance.now();
    if (counts) this.activeMs += nowMs - this.startedMs;
    this.startedMs = nowMs;
    return this.activeMs;
  }
}
