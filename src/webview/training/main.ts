// The training page: state in one place, changed by messages and by what the user looks at, shown by the parts of the
// page. The curve is that of the training that runs, else of the one whose report is shown.

import { connect } from '../../base/requests/connect.ts';
import { serve } from '../../base/requests/serve.ts';
import { openChannel, reportDropped } from '../channel.ts';
import { element, onceAFrame } from '../dom.ts';
import { lossChart } from './chart.ts';
import { listView } from './listView.ts';
import { trainingHostApi, trainingPageApi } from '../../pages/training/api.ts';
import { reportView } from './reportView.ts';
import { samplesView } from './samplesView.ts';
import { runView } from './runView.ts';
import type { TrainingAction, TrainingViewState } from './viewState.ts';
import { initialTrainingState, reduceTraining, shownTraining } from './viewState.ts';

let state: TrainingViewState = initialTrainingState;
const drawSoon = onceAFrame(draw);

const { port } = openChannel();
const { calls: host } = connect(trainingHostApi, port);
serve(trainingPageApi, port, { update: dispatch }, reportDropped);
const notice = element('p', { class: 'notice', role: 'alert' });
const chart = lossChart();
const report = reportView();
const run = runView(host);
const samples = samplesView(host);
const list = listView(host, id => {
  dispatch({ kind: 'select', id });
  report.root.scrollIntoView({ block: 'start' });
});
const views = [run, report, samples, list];
document.body.append(
  element(
    'main',
    {},
    element('h1', {}, 'Training on this workspace'),
    run.root,
    notice,
    report.root,
    chart.root,
    samples.root,
    list.root,
    element('p', { class: 'dim' }, 'All of this is computed on this machine and sent nowhere.'),
  ),
);
host.ready();
draw();

function dispatch(action: TrainingAction): void {
  state = reduceTraining(state, action);
  drawSoon();
}

function draw(): void {
  for (const view of views) view.update(state);
  chart.update(state.run === null ? (shownTraining(state)?.report.progress ?? null) : state.run.progress);
  if (notice.textContent !== state.notice) notice.textContent = state.notice;
}
