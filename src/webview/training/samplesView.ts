// Lines that the models before and after a training complete differently, beside what stands there.

import type { TrainingReport } from '../../worker/protocol/trainingReport.ts';
import { element, icon } from '../dom.ts';
import type { TrainingPageHost } from '../../pages/training/api.ts';
import type { View } from './runView.ts';
import { shownTraining } from './viewState.ts';

export function samplesView(host: TrainingPageHost): View {
  const root = element('section', { 'aria-labelledby': 'samples-title', hidden: true });
  let shown: TrainingReport | undefined;
  return {
    root,
    update(state) {
      const report = shownTraining(state)?.report;
      root.hidden = report === undefined || report.samples.length === 0 || state.run !== null;
      if (report === undefined || report === shown) return;
      shown = report;
      root.replaceChildren(
        element('h3', { id: 'samples-title' }, 'The same line, before and after'),
        element('p', { class: 'dim' }, 'The first lines on which the two models differ, whichever is right.'),
        element('ul', { class: 'samples' }, ...report.samples.map(one => sample(one, host))),
      );
    },
  };
}

function sample(
  { path, line, expected, before, after }: TrainingReport['samples'][number],
  host: TrainingPageHost,
): HTMLElement {
  const place = element('button', { class: 'link', title: 'Open this line' }, `${path}:${line}`);
  place.addEventListener('click', () => {
    host.openPlace({ path, line });
  });
  return element(
    'li',
    {},
    element('p', { class: 'place' }, place),
    element(
      'dl',
      {},
      ...answer('There', expected, undefined),
      ...answer('Before', before, before === expected),
      ...answer('After', after, after === expected),
    ),
  );
}

function answer(name: string, text: string, isRight: boolean | undefined): readonly HTMLElement[] {
  const mark =
    isRight === undefined
      ? undefined
      : element(
          'span',
          { class: isRight ? 'right' : 'wrong' },
          icon(isRight ? 'check' : 'close'),
          element('span', { class: 'unseen' }, isRight ? 'right' : 'not what stands there'),
        );
  const shown = text === '' ? element('em', {}, 'nothing') : element('code', {}, text);
  return [element('dt', {}, name), element('dd', {}, shown, mark)];
}
