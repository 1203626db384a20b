// What a training was and what it bought, as text that a person reads.

import type { TrainingReport } from '../worker/protocol/trainingReport.ts';

/** `model` is where the trained model lies; null where it was not kept. */
export function formatTraining(report: TrainingReport, model: string | null): string {
  const { before, after, progress, files, samples } = report;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const bits = (value: number) => value.toFixed(3);
  const rate = (1000 * progress.tokens) / Math.max(1, progress.activeMs);
  const row = (name: string, cells: readonly string[]) =>
    name.padEnd(36) + cells.map(cell => cell.padStart(10)).join('');
  return [
    row('on files that it has not seen', ['before', 'after']),
    row('bits per byte, with memory', [bits(before.bitsPerByte), bits(after.bitsPerByte)]),
    row('bits per byte, network alone', [bits(before.networkBitsPerByte), bits(after.networkBitsPerByte)]),
    row('next token right', [percent(before.tokenAccuracy), percent(after.tokenAccuracy)]),
    row('rest of line right', [percent(before.lineExact), percent(after.lineExact)]),
    row('rest of line alike', [percent(before.lineSimilarity), percent(after.lineSimilarity)]),
    '',
    ...samples.flatMap(sample => [
      `${sample.path}:${sample.line} goes on ${JSON.stringify(sample.expected)}`,
      `  before ${JSON.stringify(sample.before)}`,
      `  after  ${JSON.stringify(sample.after)}`,
    ]),
    ...(samples.length > 0 ? [''] : []),
    `${ends[report.end]} after ${progress.step} steps, ${progress.epoch + 1} epochs, ` +
      `${(progress.activeMs / 60_000).toFixed(1)} minutes; ${rate.toFixed(0)} tokens/s on ${report.device}, ` +
      `${report.threads} threads; the best of it, step ${report.bestStep}, was judged`,
    `${files.training} files learnt, ${files.validation} to stop by, ${files.heldOut} to judge by; ` +
      `${report.trainedParameters} of ${report.parameters} parameters trained (${report.mode})`,
    model === null ? 'not kept: it is no better than the model before' : `kept: ${model}`,
  ].join('\n');
}

const ends: Readonly<Record<TrainingReport['end'], string>> = {
  finished: 'finished',
  'no-longer-improves': 'ended, as it no longer got better,',
  exploded: 'stopped, as the loss was no number any more,',
  stopped: 'stopped',
};
