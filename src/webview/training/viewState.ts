// What the page shows, as one immutable state that messages change.

import type { ListedTraining, Run, TrainingPageChange } from '../../pages/training/api.ts';

export interface ViewState {
  readonly run: Run | null;
  readonly obstacle: string | null;
  readonly trainings: readonly ListedTraining[];
  readonly activeId: string | null;
  readonly isUnfinished: boolean;
  /** The training whose report is shown; null for the latest. */
  readonly selectedId: string | null;
  readonly notice: string;
}

export type Action = TrainingPageChange | { readonly kind: 'select'; readonly id: string };

export const initialState: ViewState = {
  run: null,
  obstacle: null,
  trainings: [],
  activeId: null,
  isUnfinished: false,
  selectedId: null,
  notice: '',
};

export function reduce(state: ViewState, action: Action): ViewState {
  switch (action.kind) {
    case 'run': {
      // A training that begins or ends takes the place of an older one that was looked at.
      const isOther = (state.run === null) !== (action.run === null);
      const { run, obstacle } = action;
      return { ...state, run, obstacle, notice: '', selectedId: isOther ? null : state.selectedId };
    }
    case 'trainings': {
      const { trainings, activeId, isUnfinished } = action;
      return { ...state, trainings, activeId, isUnfinished, notice: '' };
    }
    case 'notice':
      return { ...state, notice: action.text };
    case 'select':
      return { ...state, selectedId: action.id, notice: '' };
  }
}

/** The training whose report is shown; undefined where there is none. */
export function shownTraining({ trainings, selectedId }: ViewState): ListedTraining | undefined {
  return trainings.find(({ report }) => report.id === selectedId) ?? trainings[0];
}
