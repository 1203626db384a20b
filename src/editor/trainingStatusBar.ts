// The status bar item of a training that runs: how much is done, and how long it will take. A click opens the view.

import { MarkdownString, StatusBarAlignment, window } from 'vscode';
import type { Disposable } from '../base/disposable.ts';
import { DisposableStore } from '../base/disposable.ts';
import { duration, percentDone, timeLeftMs } from '../webview/training/progressText.ts';
import type { TrainingState } from '../worker/trainingClient.ts';
import { progressMessage } from './trainingNotifications.ts';
import type { TrainingSession } from './trainingSession.ts';

const links = {
  running: ['[Pause](command:tinymemory.pauseTraining)'],
  paused: ['[Go on](command:tinymemory.resumeTraining)'],
  both: [
    '[Stop and judge](command:tinymemory.stopTraining)',
    '[Cancel](command:tinymemory.cancelTraining)',
    '[Show](command:tinymemory.showTrainings)',
  ],
};
const linkedCommands = ['pause', 'resume', 'stop', 'cancel'].map(what => `tinymemory.${what}Training`);

export function trainingStatusBar(session: Pick<TrainingSession, 'state' | 'onDidChange'>): Disposable {
  const owned = new DisposableStore();
  const item = owned.add(window.createStatusBarItem('tinymemory.training', StatusBarAlignment.Right, 99));
  item.name = 'TinyMemory Training';
  item.command = 'tinymemory.showTrainings';
  owned.add(
    session.onDidChange(state => {
      if (state.kind !== 'running') {
        item.hide();
        return;
      }
      const message = progressMessage(state);
      item.text = statusText(state);
      item.accessibilityInformation = { label: `TinyMemory training: ${message}`, role: 'button' };
      const actions = state.paused === 'user' ? links.paused : links.running;
      const hover = new MarkdownString(
        `**Training on this workspace:** ${escapeMarkdown(message)}\n\n${[...actions, ...links.both].join(' | ')}`,
      );
      hover.isTrusted = { enabledCommands: [...linkedCommands, 'tinymemory.showTrainings'] };
      item.tooltip = hover;
      item.show();
    }),
  );
  return owned;
}

function statusText({ phase, progress, paused }: Extract<TrainingState, { kind: 'running' }>): string {
  if (progress === undefined) return '$(mortar-board) Training';
  if (paused === undefined && phase !== 'training') return '$(mortar-board) Judging the training';
  const percent = `${percentDone(progress)} %`;
  if (paused !== undefined) return `$(debug-pause) Training ${percent}`;
  const leftMs = timeLeftMs(progress);
  return `$(mortar-board) ${percent}${leftMs === undefined ? '' : `, ${duration(leftMs)} left`}`;
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~$&]/g, '\\$&');
}
