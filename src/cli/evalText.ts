// The results of `eval` as text that a person reads: the configurations side by side, then what they were measured on.

import type { CorpusReport } from '../corpus/leftOut.ts';
import { configurations } from '../evaluate/bench.ts';
import type { Acceptance, ConfigurationFigures, Evaluation } from '../evaluate/evaluation.ts';
import type { InfillFigures } from '../evaluate/infill.ts';
import type { ThresholdFigures } from '../evaluate/showThreshold.ts';
import { minPrecision } from '../evaluate/showThreshold.ts';
import type { CompressorFigure } from './compressors.ts';

export interface PrintedEvaluation extends Evaluation {
  readonly corpus: CorpusReport;
  readonly compressors: readonly CompressorFigure[];
  /** Undefined where it was not asked for. */
  readonly infill: InfillFigures | undefined;
  readonly model: string;
  readonly device: string;
  readonly threads: number;
  readonly seed: number;
}

export function formatEvaluation(report: PrintedEvaluation): string {
  const { sample, workspace, heldOut, corpus, compressors, configs, infill } = report;
  const columns = columnNames.flatMap(([key, name]) => {
    const figures = configs[key];
    return figures === undefined ? [] : ([[name, figures]] as const);
  });
  return [
    row(
      '',
      columns.map(([name]) => name),
    ),
    ...rows.map(([name, format]) =>
      row(
        name,
        columns.map(([, figures]) => format(figures)),
      ),
    ),
    ...infillRows(infill),
    row('bits per byte, Witten-Bell', ['', report.wittenBellBitsPerByte.toFixed(3), '']),
    ...(compressors.length === 0
      ? []
      : ['', 'bits per byte of compressors that know the workspace', ...compressors.map(formatCompressor)]),
    ...acceptanceRows(report.acceptance),
    '',
    `workspace: ${workspace.files} files, ${workspace.tokens} tokens remembered`,
    `held out: ${heldOut.files} files, ${heldOut.bytes} bytes; of these scored ${report.files} files, ${report.bytes} bytes, ` +
      `${sample.tokens} tokens; ${sample.cursors} lines completed, ${sample.renamedCursors} of them renamed; ${sample.keys} keys typed, suggestions shown from ` +
      `${sample.showThreshold} on`,
    ...formatCorpus(corpus),
    `${report.model} on ${report.device}, ${report.threads} threads, seed ${report.seed}`,
  ].join('\n');
}

const columnNames = [
  ['network', 'network'],
  ['memory', 'memory'],
  ['both', 'both'],
  ['trained', 'trained'],
  ['trainedMemory', 'trained+mem.'],
] as const;

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const ms = (value: number) => `${value.toFixed(1)} ms`;

const rows: readonly (readonly [string, (figures: ConfigurationFigures) => string])[] = [
  ['bits per byte', ({ bitsPerByte }) => bitsPerByte.toFixed(3)],
  ['next token right', ({ tokenAccuracy }) => percent(tokenAccuracy)],
  ['calibration error', ({ calibrationError }) => calibrationError.toFixed(3)],
  ['rest of line right', ({ lineExact }) => percent(lineExact)],
  ['rest of line alike', ({ lineSimilarity }) => percent(lineSimilarity)],
  ['rest of renamed line right', ({ renamedLineExact }) => percent(renamedLineExact)],
  ['keystrokes saved', ({ keystrokesSaved }) => percent(keystrokesSaved)],
  ['  accepting words too', ({ keystrokesSavedByWord }) => percent(keystrokesSavedByWord)],
  ['suggestions shown', ({ shown }) => String(shown)],
  ['  of these right', ({ precision }) => percent(precision)],
  ['latency p50', ({ latencyMs }) => ms(latencyMs.p50)],
  ['latency p95', ({ latencyMs }) => ms(latencyMs.p95)],
  ['network runs a suggestion', ({ runsPerShown }) => runsPerShown.toFixed(1)],
];

function infillRows(infill: InfillFigures | undefined): readonly string[] {
  if (infill === undefined) return [];
  const { bitsPerByte, tokenAccuracy, lineExactWithout } = infill;
  return [
    row('bits per byte, lines below known', ['', bitsPerByte.memory.toFixed(3), bitsPerByte.both.toFixed(3)]),
    row('next token right, the same', ['', percent(tokenAccuracy.memory), percent(tokenAccuracy.both)]),
    row(
      'rest of line, these hidden',
      configurations.map(key => percent(lineExactWithout[key])),
    ),
  ];
}

function acceptanceRows(acceptance: Acceptance | undefined): readonly string[] {
  if (acceptance === undefined) return [];
  const { places, shown, meanChars, brokenShare, breaks } = acceptance;
  return [
    row('shown that break what parsed', ['', '', percent(brokenShare)]),
    `  (${breaks.length} of ${shown} shown at ${places} places of files that parse, ${meanChars.toFixed(1)} characters each)`,
  ];
}

function row(name: string, cells: readonly string[]): string {
  return name.padEnd(32) + cells.map(cell => cell.padStart(13)).join('');
}

function formatCompressor(figure: CompressorFigure): string {
  return figure.kind === 'measured'
    ? row(figure.name, [figure.bitsPerByte.toFixed(3)])
    : `${figure.name} was skipped: ${figure.reason}`;
}

function formatCorpus({
  admittedFiles,
  redactions,
  redactedFiles,
  leftOut,
}: CorpusReport): readonly string[] {
  const counts = Object.entries(leftOut).map(([reason, { files, folders, examples }]) => {
    const parts = [
      ...(files > 0 ? [`${files} ${files === 1 ? 'file' : 'files'}`] : []),
      ...(folders > 0 ? [`${folders} ${folders === 1 ? 'folder' : 'folders'}`] : []),
    ];
    return `  ${reason}: ${parts.join(', ')} (${examples.slice(0, 3).join(', ')}${examples.length > 3 ? ', …' : ''})`;
  });
  const secrets = redactions === 0 ? '' : `; ${redactions} secrets replaced in ${redactedFiles} files`;
  return [`files read: ${admittedFiles}${secrets}${counts.length === 0 ? '' : '; left out:'}`, ...counts];
}

/** A table for each folder where there are several, and one of all together. */
export function formatSweep(
  sweeps: readonly { readonly name: string; readonly sweep: readonly ThresholdFigures[] }[],
  all: readonly ThresholdFigures[],
  best: ThresholdFigures | undefined,
): string {
  const tables = sweeps.length === 1 ? [] : sweeps.map(({ name, sweep }) => [name, ...sweepRows(sweep), '']);
  const choice =
    best === undefined
      ? `no threshold has a precision of ${percent(minPrecision)}`
      : `best with a precision of at least ${percent(minPrecision)}: ${best.threshold}`;
  return [
    ...tables.flat(),
    sweeps.length === 1 ? (sweeps[0]?.name ?? '') : 'all',
    ...sweepRows(all),
    choice,
  ].join('\n');
}

function sweepRows(sweep: readonly ThresholdFigures[]): readonly string[] {
  return [
    row('shown from', ['saved', 'with words', 'shown', 'right']),
    ...sweep.map(({ threshold, figures }) =>
      row(threshold.toFixed(2), [
        percent(figures.keystrokesSaved),
        percent(figures.keystrokesSavedByWord),
        String(figures.shown),
        percent(figures.precision),
      ]),
    ),
  ];
}
