// What the engine report says, as a pure function: what a bug report needs to know of the engine and of its device, and
// nothing of the user's work.

import { counted } from '../../base/counted.ts';
import type { EngineState } from '../../worker/client/client.ts';
import type { MeasuredRates } from '../../worker/protocol/engineApi.ts';

export interface EngineReportInput {
  readonly extensionVersion: string;
  readonly editor: string;
  readonly engine: EngineState;
  readonly device: string;
  readonly threads: number;
  /** Null where nothing could be measured. */
  readonly rates: MeasuredRates | null;
  /** Oldest first. */
  readonly problems: readonly string[];
}

/** Markdown without paths and without code. */
export function engineReportText(input: EngineReportInput): string {
  const { extensionVersion, editor, engine, rates, problems } = input;
  const lines = [
    '# TinyMemory engine report',
    '',
    `- TinyMemory ${extensionVersion} in ${editor}`,
    `- Settings: device ${input.device}, threads ${input.threads}`,
    ...engineLines(engine),
  ];
  if (rates !== null) {
    lines.push(`- Measured now: ${ratesText(rates)}`);
  }
  const told = problems.length === 0 ? ['None in this session.'] : problems.map(problem => `- ${problem}`);
  return [...lines, '', '## Recent problems', '', ...told, ''].join('\n');
}

/** In half a line. */
export function ratesText({ promptTokensPerSecond, tokenMs }: MeasuredRates): string {
  return `prompts ${promptTokensPerSecond.toFixed(0)} tokens/s, ${tokenMs.toFixed(1)} ms a token`;
}

function engineLines(engine: EngineState): readonly string[] {
  if (engine.kind !== 'ready') return [`- Engine: ${engine.kind}`];
  const { modelName, parameters, contextTokens, home, device, why, threads, loadMs, warnings } =
    engine.report;
  const millions = (parameters / 1e6).toFixed(1);
  return [
    `- Model: ${modelName}, ${millions} M parameters, context of ${contextTokens} tokens, loaded in ${loadMs.toFixed(0)} ms`,
    `- Device: ${device} in ${home}, ${counted(threads, 'thread')}, because ${why}`,
    ...warnings.map(warning => `- Warning: ${warning}`),
  ];
}
