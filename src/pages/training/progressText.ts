// A training's progress in words and figures: for the training view, and for the editor's terminal, notification and
// status bar.

import type { TrainingProgress } from '../../train/progress.ts';
import type { PauseReason } from '../../worker/protocol/pauseReasons.ts';
import type { TrainingMode } from '../../worker/protocol/trainingReport.ts';

/** What was asked for, as far as it is shown. */
export interface PlannedTraining {
  readonly mode: TrainingMode;
  readonly minutes: number;
  /** In place of the minutes. */
  readonly steps?: number | undefined;
}

export const modeNames: Readonly<Record<TrainingMode, string>> = {
  full: 'full fine-tuning',
  lora: 'LoRA',
  scratch: 'from scratch',
};

export function planText({ mode, minutes, steps }: PlannedTraining): string {
  return `${modeNames[mode]}, ${steps === undefined ? minutesText(minutes) : `${count(steps)} steps`}`;
}

export function minutesText(minutes: number): string {
  if (minutes >= 60 && minutes % 60 === 0) return minutes === 60 ? '1 hour' : `${minutes / 60} hours`;
  return minutes === 1 ? '1 minute' : `${minutes} minutes`;
}

/** With a capital. */
export function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** Whole percent, rounded down: 100 is all of it. */
export function percentDone({ share }: TrainingProgress): number {
  return Math.floor(100 * share);
}

/** A training that runs, as far as it is known. */
export interface RunningTraining {
  readonly phase: string;
  readonly paused?: PauseReason | null | undefined;
  readonly ending?: 'stop' | 'cancel' | null | undefined;
  readonly judging?: { readonly share: number; readonly elapsedMs: number } | null | undefined;
  readonly progress?: TrainingProgress | null | undefined;
}

/** What is being done, in a few words. */
export function doingText({ phase, paused, ending, judging }: RunningTraining): string {
  if (ending === 'cancel') return 'discarding what was learnt';
  if (judging != null) return `judging ${phase}`;
  if (ending === 'stop') return 'stopping after this step; then what was learnt is judged';
  return paused == null ? phase : pauseTexts[paused];
}

/** Of the training, or of its judging once that has begun. Whole percent, rounded down: 100 is all of it. */
export function percentOf({ judging, progress }: RunningTraining): number {
  if (judging != null) return Math.floor(100 * judging.share);
  return progress == null ? 0 : percentDone(progress);
}

/** As `3 min left`, without pauses, or `at most 10 min left` before there is anything to go by; '' where neither is known. */
export function leftText(run: RunningTraining, plan?: Pick<PlannedTraining, 'minutes' | 'steps'>): string {
  const { judging, progress, ending } = run;
  if (judging != null) {
    const leftMs = extrapolated(judging.share, judging.elapsedMs);
    return leftMs === undefined ? '' : `${duration(leftMs)} left`;
  }
  if (ending != null) return '';
  const leftMs = progress == null ? undefined : timeLeftMs(progress);
  if (leftMs !== undefined) return `${duration(leftMs)} left`;
  if (plan === undefined || plan.steps !== undefined) return '';
  return `at most ${duration(Math.max(0, plan.minutes * 60_000 - (progress?.activeMs ?? 0)))} left`;
}

/** Milliseconds of training that are left, without pauses; undefined while it is too early to say. */
function timeLeftMs({ share, activeMs }: TrainingProgress): number | undefined {
  return extrapolated(share, activeMs);
}

/** Before it, what is left is a guess. */
const minShare = 0.01;

function extrapolated(share: number, elapsedMs: number): number | undefined {
  return share < minShare ? undefined : (elapsedMs * (1 - share)) / share;
}

/** Tokens learnt a second, checks included; 0 before the first step. */
export function tokensPerSecond({ tokens, activeMs }: TrainingProgress): number {
  return activeMs === 0 ? 0 : (1000 * tokens) / activeMs;
}

/** As `12 s`, `3 min`, `1 h 20 min`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

/** With separators of thousands. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en');
}

/** The same in every language of the interface, as are the texts around it. */
export function lossText(loss: number): string {
  return loss.toFixed(3);
}

const pauseTexts: Readonly<Record<PauseReason, string>> = {
  user: 'paused',
  battery: 'paused: the machine runs on battery',
  busy: 'paused: other programs keep the machine busy',
};
