// What is told of a training in notifications: that it runs, how it ended, and that one was interrupted. A training is
// never thrown away by one click.

import { commands, ProgressLocation, window } from 'vscode';
import type { Disposable } from '../base/disposable.ts';
import { DisposableStore } from '../base/disposable.ts';
import { decisionText } from '../webview/training/decisionText.ts';
import { duration, pauseTexts, percentDone, timeLeftMs } from '../webview/training/progressText.ts';
import type { TrainingState } from '../worker/trainingClient.ts';
import type { TrainingReport } from '../worker/trainingReport.ts';
import type { TrainingSession } from './trainingSession.ts';

type Session = Pick<TrainingSession, 'state' | 'onDidChange' | 'control'>;
type Running = Extract<TrainingState, { kind: 'running' }>;

/** Tells of every training from its start to its end. */
export function tellTrainings(session: Session): Disposable {
  const owned = new DisposableStore();
  let isTold = false;
  owned.add(
    session.onDidChange(state => {
      if (state.kind === 'running') {
        if (!isTold) void showProgress(session, owned);
        isTold = true;
        return;
      }
      isTold = false;
      if (state.kind === 'finished') void tellReport(state.report);
      else if (state.kind === 'failed') void tellFailure(state.message);
    }),
  );
  return owned;
}

/** What the notification says; no brackets, of which it would make links. */
export function progressMessage({ phase, progress, paused }: Running): string {
  if (paused !== undefined) return pauseTexts[paused];
  if (phase !== 'training' || progress === undefined) return phase.replaceAll(/[[\]]/g, '');
  const leftMs = timeLeftMs(progress);
  return `${percentDone(progress)} %${leftMs === undefined ? '' : `, ${duration(leftMs)} left`}`;
}

/** Asks what is to become of a training that runs when what showed it was closed. */
export async function askWhetherToEnd(session: Session, question: string): Promise<void> {
  if (session.state.kind !== 'running') return;
  const stop = 'Stop and Judge';
  const cancel = 'Throw It Away';
  const answer = await window.showWarningMessage(`TinyMemory: ${question}`, stop, cancel);
  if (answer === stop) session.control('stop');
  else if (answer === cancel) session.control('cancel');
}

/** Asks whether to go on with a training that was interrupted. */
export async function askWhetherToResume(): Promise<'resume' | 'discard' | undefined> {
  const resume = 'Resume Training';
  const discard = 'Discard It';
  const message =
    'TinyMemory: a training on this workspace was interrupted. What it has learnt so far is kept.';
  const answer = await window.showInformationMessage(message, resume, discard);
  return answer === resume ? 'resume' : answer === discard ? 'discard' : undefined;
}

async function showProgress(session: Session, owned: DisposableStore): Promise<void> {
  const options = {
    location: ProgressLocation.Notification,
    title: 'TinyMemory: training on this workspace',
    cancellable: true,
  };
  const ended = await window.withProgress(options, async (progress, cancellation) => {
    let shown = 0;
    return new Promise<'ended' | 'closed'>(resolve => {
      const changes = owned.add(
        session.onDidChange(state => {
          if (state.kind !== 'running') {
            changes.dispose();
            resolve('ended');
            return;
          }
          const percent = state.progress === undefined ? 0 : percentDone(state.progress);
          progress.report({ message: progressMessage(state), increment: percent - shown });
          shown = percent;
        }),
      );
      cancellation.onCancellationRequested(() => {
        changes.dispose();
        resolve('closed');
      });
    });
  });
  if (ended === 'closed') {
    await askWhetherToEnd(session, 'The training goes on. Should it end?');
  }
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
