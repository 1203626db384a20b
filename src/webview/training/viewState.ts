// What the page shows, as one immutable state that messages change.

import type { ListedTraining, Run, TrainingPageChange } from '../../pages/training/api.ts';

export interface TrainingViewState {
  readonly run: Run | null;
  readonly obstacle: string | null;
  readonly trainings: readonly ListedTraining[];
  readonly activeId: string | null;
  readonly isUnfinished: boolean;
  /** The training whose report is shown; null for the latest. */
  readonly selectedId: string | null;
  readonly notice: string;
}

export type TrainingAction = TrainingPageChange | { readonly kind: 'select'; readonly id: string };

export const initialTrainingState: TrainingViewState = {
  run: null,
  obstacle: null,
  trainings: [],
  activeId: null,
  isUnfinished: false,
  selectedId: null,
  notice: '',
};

export function reduceTraining(state: TrainingViewState, action: TrainingAction): TrainingViewState {
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
export function shownTraining({ trainings, selectedId }: TrainingViewState): ListedTraining | undefined {
  return trainings.find(({ report }) => report.id === selectedId) ?? trainings[0];
}
