// The curve of losses, drawn by uPlot in the colours of the theme: the mean loss of steps as a line, and the loss of files
// held out as points that are joined. A sentence says the same to those who do not see it.

import uPlot from 'uplot';
import type { TrainingProgress } from '../../train/progress.ts';
import { element } from '../dom.ts';
import { lossText } from '../../pages/training/progressText.ts';

export interface Chart {
  readonly root: HTMLElement;
  update(progress: TrainingProgress | null): void;
}

/** Between marks below the curve: there are no halves of steps. */
const wholeSteps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000];
const heightPx = 260;
const minWidthPx = 240;

export function lossChart(): Chart {
  const canvas = element('div', { class: 'chart' });
  const told = element('p', { class: 'unseen' });
  const root = element(
    'figure',
    { class: 'losses', hidden: true },
    element('figcaption', {}, 'Loss in nats a token: the lower, the better'),
    canvas,
    told,
  );
  let plot: uPlot | undefined;
  let shown: TrainingProgress | null = null;
  const width = (): number => Math.max(minWidthPx, canvas.clientWidth);
  const draw = (): void => {
    plot?.destroy();
    plot = shown === null ? undefined : new uPlot(options(width()), points(shown), canvas);
  };
  new ResizeObserver(() => {
    plot?.setSize({ width: width(), height: heightPx });
  }).observe(canvas);
  // VS Code tells of another theme by the body's classes; the canvas knows no style sheets.
  new MutationObserver(draw).observe(document.body, { attributes: true, attributeFilter: ['class'] });
  return {
    root,
    update(progress) {
      if (progress === shown) return;
      shown = progress;
      root.hidden = progress === null || progress.checks.length === 0;
      told.textContent = progress === null ? '' : toldCurve(progress);
      if (root.hidden || progress === null) {
        plot?.destroy();
        plot = undefined;
      } else if (plot === undefined) draw();
      else plot.setData(points(progress));
    },
  };
}

/** Both curves over the steps of either. */
function points({ losses, checks }: Pick<TrainingProgress, 'losses' | 'checks'>): uPlot.AlignedData {
  const lossAt = new Map(losses.map(({ step, loss }) => [step, loss]));
  const checkAt = new Map(checks.map(({ step, loss }) => [step, loss]));
  const steps = [...new Set([...lossAt.keys(), ...checkAt.keys()])].sort((a, b) => a - b);
  const at = (curve: ReadonlyMap<number, number>) => steps.map(step => curve.get(step));
  return [steps, at(lossAt), at(checkAt)];
}

function toldCurve({ losses, checks }: TrainingProgress): string {
  const said: string[] = [];
  const [firstCheck, lastCheck] = [checks[0], checks.at(-1)];
  if (firstCheck !== undefined && lastCheck !== undefined) {
    said.push(
      `Loss of held-out files ${lossText(firstCheck.loss)} before, ${lossText(lastCheck.loss)} at step ${lastCheck.step}.`,
    );
  }
  const last = losses.at(-1);
  if (last !== undefined) said.push(`Loss of what is learnt ${lossText(last.loss)} at step ${last.step}.`);
  return said.join(' ');
}

function options(width: number): uPlot.Options {
  const style = getComputedStyle(document.body);
  const colour = (...names: readonly string[]): string =>
    names.map(name => style.getPropertyValue(`--vscode-${name}`).trim()).find(value => value !== '') ??
    'gray';
  const text = colour('descriptionForeground', 'foreground');
  const grid = { stroke: colour('widget-border', 'panel-border', 'editorRuler-foreground'), width: 1 };
  const font = `12px ${style.fontFamily}`;
  const value = (_: uPlot, raw: number | null): string => (raw === null ? '' : lossText(raw));
  const axis = { stroke: text, grid, ticks: grid, font, labelFont: font };
  const held = colour('charts-orange', 'foreground');
  return {
    width,
    height: heightPx,
    scales: { x: { time: false } },
    axes: [
      { ...axis, label: 'step', labelSize: 20, incrs: wholeSteps },
      { ...axis, size: 56 },
    ],
    series: [
      { label: 'step' },
      { label: 'learnt', stroke: colour('charts-blue', 'foreground'), width: 1.5, spanGaps: true, value },
      {
        label: 'held out',
        stroke: held,
        width: 1,
        dash: [4, 4],
        spanGaps: true,
        points: { show: true, size: 8, fill: held },
        value,
      },
    ],
    cursor: { points: { size: 6 }, drag: { x: false, y: false } },
  };
}
