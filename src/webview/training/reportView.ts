// What a training bought: the decision in a sentence, and the figures before and after with what they mean.

import { counted } from '../../base/counted.ts';
import type { TrainingReport } from '../../worker/protocol/trainingReport.ts';
import { element, icon } from '../dom.ts';
import { decisionText, endTexts, figureTexts } from '../../pages/training/decisionText.ts';
import { count, duration, modeNames, sentence } from '../../pages/training/progressText.ts';
import type { View } from './runView.ts';
import { shownTraining } from './viewState.ts';

export function reportView(): View {
  const root = element('section', { class: 'report', 'aria-labelledby': 'report-title', hidden: true });
  let shown: TrainingReport | undefined;
  return {
    root,
    update(state) {
      const report = shownTraining(state)?.report;
      root.hidden = report === undefined || state.run !== null;
      if (report === undefined || report === shown) return;
      shown = report;
      root.replaceChildren(
        element('h2', { id: 'report-title' }, `Training of ${dateText(report.startedAt)}`),
        verdict(report),
        element('p', { class: 'dim' }, provenance(report)),
        figureTable(report),
      );
    },
  };
}

export function dateText(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime())
    ? iso
    : date.toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
}

function verdict(report: TrainingReport): HTMLElement {
  return element(
    'p',
    { class: `verdict ${report.kept ? 'kept' : 'refused'}` },
    icon(report.kept ? 'pass-filled' : 'circle-slash'),
    decisionText(report),
  );
}

function provenance(report: TrainingReport): string {
  const { mode, baseName, trainedParameters, parameters, progress, files, device, threads, end } = report;
  return (
    `${sentence(modeNames[mode])} of ${baseName}: ${count(trainedParameters)} of ${count(parameters)} parameters learnt ` +
    `${count(progress.tokens)} tokens of ${files.training} files in ${duration(progress.activeMs)} on ${device}, ` +
    `${counted(threads, 'thread')}; ${files.validation} files said when to stop and ${files.heldOut} judged; ${endTexts[end]}.`
  );
}

function figureTable(report: TrainingReport): HTMLElement {
  const heads = ['', 'Before', 'After', 'Change'].map(text =>
    text === '' ? element('td') : element('th', { scope: 'col' }, text),
  );
  const rows = figureTexts(report).map(({ name, meaning, before, after, change, trend }) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, name, element('small', {}, meaning)),
      element('td', {}, before),
      element('td', {}, after),
      element('td', { class: trend }, change, element('span', { class: 'unseen' }, ` (${trend})`)),
    ),
  );
  return element(
    'table',
    { class: 'figures' },
    element('caption', {}, 'On files that no training has seen, with memory of all others'),
    element('thead', {}, element('tr', {}, ...heads)),
    element('tbody', {}, ...rows),
  );
}
