// All trainings of the workspace with their figures; the one whose model is in use is marked, and buttons use, export and
// delete them.

import { element, icon } from '../dom.ts';
import type { ListedTraining, TrainingPageHost } from '../../pages/training/api.ts';
import { modeNames } from '../../pages/training/progressText.ts';
import { dateText } from './reportView.ts';
import { button } from './runView.ts';
import type { View } from './runView.ts';
import type { TrainingViewState } from './viewState.ts';

export function listView(host: TrainingPageHost, select: (id: string) => void): View {
  const root = element('section', { class: 'list', 'aria-labelledby': 'list-title', hidden: true });
  let shown: readonly unknown[] = [];
  return {
    root,
    update(state) {
      const { trainings, activeId, run } = state;
      const next = [trainings, activeId, run === null];
      if (next.every((value, at) => value === shown[at])) return;
      shown = next;
      root.hidden = trainings.length === 0;
      const focused = document.activeElement?.getAttribute('aria-label');
      root.replaceChildren(heading(state, host), table(state, host, select));
      // What was drawn anew keeps the focus where it was.
      const labelled = [...root.querySelectorAll<HTMLElement>('[aria-label]')];
      labelled.find(one => one.getAttribute('aria-label') === focused)?.focus();
    },
  };
}

function heading({ activeId }: TrainingViewState, host: TrainingPageHost): HTMLElement {
  const rollBack = button('Roll Back', 'discard', 'secondary', () => {
    host.rollBack();
  });
  rollBack.title = 'Back to the model of the training before, or to the base model';
  const base = button('Use Base Model', 'home', 'secondary', () => {
    host.use({ id: null });
  });
  for (const one of [rollBack, base]) one.disabled = activeId === null;
  return element(
    'div',
    { class: 'heading' },
    element('h2', { id: 'list-title' }, 'Trainings of this workspace'),
    element('div', { class: 'buttons' }, rollBack, base),
  );
}

function table(state: TrainingViewState, host: TrainingPageHost, select: (id: string) => void): HTMLElement {
  const heads = ['When', 'Mode', 'Bits per byte', 'Lines exact', 'Decision', 'Actions'].map(text =>
    element('th', { scope: 'col' }, text),
  );
  return element(
    'table',
    {},
    element('thead', {}, element('tr', {}, ...heads)),
    element('tbody', {}, ...state.trainings.map(training => row(training, state, host, select))),
  );
}

function row(
  { report, hasModel }: ListedTraining,
  { activeId, run }: TrainingViewState,
  host: TrainingPageHost,
  select: (id: string) => void,
): HTMLElement {
  const { id, startedAt, mode, before, after, kept } = report;
  const isActive = id === activeId;
  const date = dateText(startedAt);
  const act = (label: string, symbol: string, onClick: () => void, isPossible = true): HTMLElement => {
    const made = element(
      'button',
      { type: 'button', class: 'icon', title: label, 'aria-label': `${label}: training of ${date}` },
      icon(symbol),
    );
    made.disabled = !isPossible;
    made.addEventListener('click', onClick);
    return made;
  };
  const decision = isActive
    ? element('strong', { class: 'active' }, icon('pass-filled'), 'in use')
    : element('span', {}, kept ? 'kept' : 'not kept');
  return element(
    'tr',
    { class: isActive ? 'is-active' : undefined, 'aria-current': isActive ? 'true' : undefined },
    element('th', { scope: 'row' }, date),
    element('td', {}, modeNames[mode]),
    element('td', {}, `${before.bitsPerByte.toFixed(3)} → ${after.bitsPerByte.toFixed(3)}`),
    element('td', {}, `${share(before.lineExact)} → ${share(after.lineExact)}`),
    element('td', {}, decision),
    element(
      'td',
      { class: 'actions' },
      act('Show report', 'graph-line', () => {
        select(id);
      }),
      act(
        'Use this model',
        'play',
        () => {
          host.use({ id });
        },
        hasModel && !isActive,
      ),
      act(
        'Export model',
        'export',
        () => {
          host.export({ id });
        },
        hasModel,
      ),
      act(
        'Delete',
        'trash',
        () => {
          host.remove({ id });
        },
        run === null,
      ),
    ),
  );
}

function share(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}
