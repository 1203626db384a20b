// The messages and questions about a training: how it ended, that one was interrupted, and whether it is to end. A
// training is never discarded by one click.

import { commands, window } from 'vscode';
import type { Disposable } from '../../base/disposable.ts';
import { decisionText } from '../../pages/training/decisionText.ts';
import { duration } from '../../pages/training/progressText.ts';
import type { TrainingReport } from '../../worker/protocol/trainingReport.ts';
import type { TrainingSession } from './trainingSession.ts';

const discard = 'Discard';

type Session = Pick<TrainingSession, 'state' | 'control'>;

/** Tells how each training ended; that it runs, the status bar says. */
export function tellTrainings(session: Pick<TrainingSession, 'onDidChange'>): Disposable {
  return session.onDidChange(state => {
    if (state.kind === 'finished') void tellReport(state.report);
    else if (state.kind === 'failed') void tellFailure(state.message);
  });
}

/** Asks what is to become of a training that runs when what showed it was closed. */
export async function askWhetherToEnd(session: Session, question: string): Promise<void> {
  if (session.state.kind !== 'running') return;
  const stop = 'Stop and Judge';
  const answer = await window.showWarningMessage(`TinyMemory: ${question}`, stop, discard);
  if (answer === stop) session.control('stop');
  else if (answer === discard) session.control('cancel');
}

/** Asks whether a training, one that runs or one that was interrupted, is to be lost. */
export async function askWhetherToDiscard({ state }: Pick<Session, 'state'>): Promise<boolean> {
  const activeMs = state.kind === 'running' ? (state.progress?.activeMs ?? 0) : 0;
  const learnt = activeMs > 0 ? `What it learnt in ${duration(activeMs)}` : 'What it has learnt';
  const instead =
    state.kind === 'running' ? 'Stop and Judge keeps it if it is better.' : 'Resume Training continues it.';
  const detail = `${learnt} is deleted and cannot be brought back; the model in use stays as it is. ${instead}`;
  return (
    (await window.showWarningMessage('Discard this training?', { modal: true, detail }, discard)) === discard
  );
}

/** Asks whether to resume a training that was interrupted. */
export async function askWhetherToResume(): Promise<'resume' | 'discard' | undefined> {
  const resume = 'Resume';
  const message =
    'TinyMemory: a training on this workspace was interrupted. What it has learnt so far is kept.';
  const answer = await window.showInformationMessage(message, resume, discard);
  return answer === resume ? 'resume' : answer === discard ? 'discard' : undefined;
}

/** Asks whether to train while an evaluation runs. */
export async function askWhetherToTrainBeside(): Promise<boolean> {
  const train = 'Train Anyway';
  const detail =
    'Beside it a training makes both slower, and together they take more than a gigabyte of memory. The latency figures ' +
    'of the evaluation will be worse than usual.';
  const question = 'An evaluation on this workspace is running.';
  return (await window.showWarningMessage(question, { modal: true, detail }, train)) === train;
}

async function tellReport(report: TrainingReport): Promise<void> {
  const show = 'Show';
  const rollBack = 'Roll Back';
  const message = `TinyMemory: ${decisionText(report)}`;
  const answer = await window.showInformationMessage(message, ...(report.kept ? [show, rollBack] : [show]));
  if (answer === show) await commands.executeCommand('tinymemory.showTrainings', report.id);
  else if (answer === rollBack) await commands.executeCommand('tinymemory.rollBackTraining');
}

async function tellFailure(message: string): Promise<void> {
  const log = 'Show Log';
  const answer = await window.showErrorMessage(`TinyMemory: the training failed: ${message}`, log);
  if (answer === log) await commands.executeCommand('tinymemory.showLog');
}
