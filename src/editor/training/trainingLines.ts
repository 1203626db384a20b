// A training as lines of a terminal, with ANSI colours: where it stands in one line, and its end in a few.

import { counted } from '../../base/counted.ts';
import type { TrainingProgress } from '../../train/progress.ts';
import { decisionText, endTexts, figureTexts } from '../../pages/training/decisionText.ts';
import {
  count,
  duration,
  lossText,
  doingText,
  leftText,
  percentDone,
  percentOf,
  tokensPerSecond,
} from '../../pages/training/progressText.ts';
import type { TrainingState } from '../../worker/client/trainingClient.ts';
import type { TrainingReport } from '../../worker/protocol/trainingReport.ts';

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

export function styled(style: keyof typeof codes, text: string): string {
  return `\x1b[${codes[style]}m${text}\x1b[0m`;
}

/** Names of files may hold anything, also what a terminal would obey. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '?');
}

type Running = Extract<TrainingState, { kind: 'running' }>;

/** Where a training stands, in at most `columns` characters: what does not fit is left out from the end. */
export function statusLine(run: Running, columns: number): string {
  const { phase, progress, paused, ending, judging } = run;
  const parts: { readonly text: string; readonly style?: keyof typeof codes }[] = [];
  if (judging !== undefined) {
    const share = `${String(percentOf(run)).padStart(3)} %`;
    parts.push({ text: share, style: 'bold' }, { text: leftText(run) || 'estimating', style: 'dim' });
  }
  const isTraining = phase === 'training' && progress !== undefined && ending === undefined;
  if (paused !== undefined || !isTraining)
    parts.push({ text: printable(doingText(run)), style: paused === undefined ? 'dim' : 'yellow' });
  if (isTraining) parts.push(...progressParts(progress));
  let room = columns;
  const shown: string[] = [];
  for (const { text, style } of parts) {
    const cut = text.slice(0, room);
    if (cut.length < text.length && shown.length > 0) break;
    shown.push(style === undefined ? cut : styled(style, cut));
    room -= cut.length + 2;
    if (room <= 0) break;
  }
  return shown.join('  ');
}

function progressParts(progress: TrainingProgress) {
  const { step, plannedSteps, epoch, losses, checks } = progress;
  const loss = losses.at(-1);
  const check = checks.at(-1);
  const left = leftText({ phase: 'training', progress });
  return [
    { text: `${String(percentDone(progress)).padStart(3)} %`, style: 'bold' as const },
    ...(loss === undefined
      ? []
      : [
          {
            text: sparkline(
              losses.map(point => point.loss),
              16,
            ),
            style: 'cyan' as const,
          },
          { text: `loss ${lossText(loss.loss)}` },
        ]),
    ...(check === undefined ? [] : [{ text: `held-out ${lossText(check.loss)}`, style: 'green' as const }]),
    ...(left === '' ? [] : [{ text: left }]),
    { text: `step ${step}${plannedSteps === 0 ? '' : ` of ${plannedSteps}`}` },
    { text: `epoch ${epoch + 1}` },
    { text: `${count(tokensPerSecond(progress))} tokens/s` },
  ];
}

const bars = '▁▂▃▄▅▆▇█';

/** The course of values as `width` bars at most, each the mean of its share of them. */
function sparkline(values: readonly number[], width: number): string {
  const columns = Math.min(width, values.length);
  const means = Array.from({ length: columns }, (_, column) => {
    const part = values.slice(
      Math.floor((column * values.length) / columns),
      Math.floor(((column + 1) * values.length) / columns),
    );
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
  const least = Math.min(...means);
  const range = Math.max(...means) - least;
  return means
    .map(mean => bars[range === 0 ? 0 : Math.round(((mean - least) / range) * (bars.length - 1))] ?? '')
    .join('');
}

/** What a training bought, for the end of the terminal. */
export function reportLines(report: TrainingReport): readonly string[] {
  const { kept, end, progress, files, device, threads } = report;
  const rows = figureTexts(report);
  const nameWidth = Math.max(...rows.map(({ name }) => name.length));
  const colours = { better: 'green', worse: 'red', same: 'dim' } as const;
  return [
    `${count(progress.step)} steps, ${count(progress.tokens)} tokens of ${files.training} files in ${duration(progress.activeMs)} on ${device}, ${counted(threads, 'thread')}; ${endTexts[end]}.`,
    '',
    ...rows.map(
      ({ name, before, after, change, trend }) =>
        `${name.padEnd(nameWidth)}  ${before.padStart(7)} -> ${after.padStart(7)}  ${styled(colours[trend], change)}`,
    ),
    '',
    styled(kept ? 'green' : 'yellow', decisionText(report)),
  ];
}
