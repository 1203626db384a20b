// The status bar item of a training that runs: how much is done, and how long it will take. A click opens the view; the
// hover has what can be done about it.

import { MarkdownString, StatusBarAlignment, window } from 'vscode';
import type { Disposable } from '../../base/disposable.ts';
import { DisposableStore } from '../../base/disposable.ts';
import { escapedText } from '../../base/markdownText.ts';
import { doingText, leftText, percentOf } from '../../pages/training/progressText.ts';
import type { TrainingState } from '../../worker/client/trainingClient.ts';
import type { TrainingSession } from './trainingSession.ts';

type Running = Extract<TrainingState, { kind: 'running' }>;

const commandsOfHover = ['pause', 'resume', 'stop', 'discard'].map(what => `tinymemory.${what}Training`);

export function trainingStatusBar(session: Pick<TrainingSession, 'options' | 'onDidChange'>): Disposable {
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
      const left = leftText(state, session.options);
      const message = [`${percentOf(state)} %`, left, doingText(state)]
        .filter(part => part !== '')
        .join(', ');
      item.text = statusText(state, left);
      item.accessibilityInformation = { label: `TinyMemory training: ${message}`, role: 'button' };
      const hover = new MarkdownString(
        `**Training on this workspace:** ${escapedText(message)}\n\n${links(state).join(' | ')}`,
      );
      hover.isTrusted = {
        enabledCommands: [...commandsOfHover, 'tinymemory.trainAnyway', 'tinymemory.showTrainings'],
      };
      item.tooltip = hover;
      item.show();
    }),
  );
  return owned;
}

function links({ paused, ending, judging }: Running): readonly string[] {
  const links = ['[Show](command:tinymemory.showTrainings)'];
  if (ending === undefined && judging === undefined) {
    if (paused === 'user') links.push('[Resume](command:tinymemory.resumeTraining)');
    else links.push('[Pause](command:tinymemory.pauseTraining)');
    if (paused === 'busy' || paused === 'battery')
      links.push('[Train Anyway](command:tinymemory.trainAnyway)');
    links.push('[Stop and Judge](command:tinymemory.stopTraining)');
  }
  if (ending !== 'cancel') links.push('[Discard...](command:tinymemory.discardTraining)');
  return links;
}

function statusText(state: Running, left: string): string {
  const { progress, paused, ending, judging } = state;
  if (ending === 'cancel') return '$(mortar-board) Discarding the training';
  const percent = `${percentOf(state)} %${left === '' ? '' : `, ${left}`}`;
  if (judging !== undefined) return `$(mortar-board) Judging ${percent}`;
  if (ending === 'stop') return '$(mortar-board) Stopping the training';
  if (paused !== undefined) return `$(debug-pause) Training ${percent}`;
  return progress === undefined ? '$(mortar-board) Training' : `$(mortar-board) ${percent}`;
}
