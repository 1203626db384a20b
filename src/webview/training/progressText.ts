// A training's progress in words and figures: for the training view, and for the editor's terminal, notification and
// status bar.

import type { TrainingProgress } from '../../train/progress.ts';
import type { PauseReason } from '../../worker/pauseReasons.ts';
import type { TrainingMode } from '../../worker/trainingReport.ts';

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

/** Milliseconds of training that are left, without pauses; undefined while it is too early to say. */
export function timeLeftMs({ share, activeMs }: TrainingProgress): number | undefined {
  return share < leastShare ? undefined : (activeMs * (1 - share)) / share;
}

/** Before it, what is left is a guess. */
const leastShare = 0.01;

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

export const pauseTexts: Readonly<Record<PauseReason, string>> = {
  user: 'paused',
  battery: 'paused: the machine runs on battery',
  busy: 'paused: other programs keep the machine busy',
};
