// What the status bar item and its hover say, as a pure function of the state.

import { counted } from '../base/counted.ts';
import { escapedText } from '../base/markdownText.ts';
import type { EngineState } from '../worker/client/client.ts';
import type { MeasuredRates } from '../worker/protocol/engineApi.ts';
import { ratesText } from './engine/engineReportText.ts';
import type { MemoryStatus } from './memory/memoryStatus.ts';
import { memorySummary, percent } from './memory/memoryStatus.ts';
import { silenceText } from './suggest/silences.ts';
import type { SuggestionOutcome } from './suggest/suggestionFlow.ts';

export interface StatusInput {
  readonly enabled: boolean;
  /** When a snooze ends, in milliseconds since the epoch; undefined when there is none. */
  readonly snoozeEndsAtMs: number | undefined;
  /** Language of the active editor; undefined without one. */
  readonly language: { readonly id: string; readonly on: boolean } | undefined;
  readonly engine: EngineState;
  /** Whether a suggestion is being computed. */
  readonly thinking: boolean;
  readonly last: SuggestionOutcome | undefined;
  /** Of the engine, as last measured; undefined or null where it was not. */
  readonly rates?: MeasuredRates | null | undefined;
  readonly memory: MemoryStatus;
}

type StatusKind =
  'loading' | 'ready' | 'thinking' | 'off' | 'snoozed' | 'error' | 'restarting' | 'language-off';

export interface StatusView {
  readonly kind: StatusKind;
  /** Text of the item, with a codicon. */
  readonly text: string;
  /** One sentence, plain; also for screen readers. */
  readonly summary: string;
  /** Markdown with command links. */
  readonly hover: string;
}

const icons: Readonly<Record<StatusKind, string>> = {
  loading: 'loading~spin',
  ready: 'sparkle',
  thinking: 'loading~spin',
  off: 'circle-slash',
  snoozed: 'bell-slash',
  error: 'error',
  restarting: 'sync~spin',
  'language-off': 'eye-closed',
};

export function statusView(input: StatusInput): StatusView {
  const kind = statusKind(input);
  const summary = summaryOf(kind, input);
  return { kind, text: textOf(kind, input), summary, hover: hoverOf(summary, input) };
}

/** Indexing shows beside the state, since suggestions come meanwhile. */
function textOf(kind: StatusKind, { memory }: StatusInput): string {
  const text = `$(${icons[kind]}) TinyMemory`;
  const isToldOf =
    memory.kind === 'indexing' && memory.total > 0 && (kind === 'ready' || kind === 'thinking');
  return isToldOf ? `${text}: indexing ${percent(memory.done, memory.total)}` : text;
}

/** Commands that the hover's links may run. */
export const hoverCommands = [
  'tinymemory.showMenu',
  'tinymemory.ask',
  'tinymemory.showLog',
  'tinymemory.engineReport',
  'tinymemory.restartEngine',
  'tinymemory.rememberWorkspace',
  'tinymemory.showStatistics',
  'workbench.action.openSettings',
  'vscode.openFolder',
] as const;

function statusKind({ enabled, engine, snoozeEndsAtMs, language, thinking }: StatusInput): StatusKind {
  if (!enabled || engine.kind === 'stopped') return 'off';
  if (engine.kind === 'failed') return 'error';
  if (snoozeEndsAtMs !== undefined) return 'snoozed';
  if (language?.on === false) return 'language-off';
  if (engine.kind !== 'ready') return engine.kind;
  return thinking ? 'thinking' : 'ready';
}

function summaryOf(kind: StatusKind, { engine, snoozeEndsAtMs, language }: StatusInput): string {
  switch (kind) {
    case 'loading':
      return 'The model is loading.';
    case 'ready':
      return 'Ready.';
    case 'thinking':
      return 'Computing a suggestion.';
    case 'off':
      return 'Switched off.';
    case 'snoozed':
      return `Snoozed until ${new Date(snoozeEndsAtMs ?? 0).toLocaleTimeString([], { timeStyle: 'short' })}.`;
    case 'error':
    case 'restarting':
      return 'message' in engine ? engine.message : 'The engine is not running.';
    case 'language-off':
      return `Switched off for ${language?.id ?? 'this language'}.`;
    default:
      return kind satisfies never;
  }
}

function hoverOf(summary: string, { engine, last, memory, rates }: StatusInput): string {
  const lines = [`**TinyMemory**: ${escapedText(summary)}`];
  if (engine.kind === 'ready') {
    const { modelName, parameters, device, why, threads, loadMs } = engine.report;
    const size = parameters > 0 ? ` (${(parameters / 1e6).toFixed(1)} M parameters)` : '';
    lines.push(
      `Model ${escapedText(modelName)}${size}, loaded in ${loadMs.toFixed(0)} ms`,
      `Device ${escapedText(device)}, ${counted(threads, 'thread')}: ${escapedText(why)}`,
      ...(rates == null ? [] : [`Measured: ${ratesText(rates)}`]),
      ...engine.report.warnings.map(warning => `$(warning) ${escapedText(warning)}`),
    );
  }
  lines.push(escapedText(memorySummary(memory)));
  if (last !== undefined) lines.push(lastOutcome(last));
  const links = [
    '[Menu](command:tinymemory.showMenu)',
    '[Chat](command:tinymemory.ask)',
    '[Statistics](command:tinymemory.showStatistics)',
    '[Settings](command:workbench.action.openSettings?%22tinymemory%22)',
    '[Log](command:tinymemory.showLog)',
    '[Engine Report](command:tinymemory.engineReport)',
  ];
  if (memory.kind === 'off') {
    if (memory.reason === 'forgotten')
      links.push('[Remember This Workspace](command:tinymemory.rememberWorkspace)');
    if (memory.reason === 'no-folder') links.push('[Open Folder](command:vscode.openFolder)');
  }
  if (engine.kind === 'failed') links.push('[Restart Engine](command:tinymemory.restartEngine)');
  return [...lines, links.join(' | ')].join('\n\n');
}

function lastOutcome(last: SuggestionOutcome): string {
  const latency = `${last.latencyMs.toFixed(0)} ms`;
  if (last.kind === 'none') return `No suggestion at last: ${silenceText(last.reason)}, ${latency}`;
  const sure = `${(last.probability * 100).toFixed(0)} % sure`;
  return `Last suggestion: ${sure}, in ${latency}${last.source === 'cache' ? ', worked out before' : ''}`;
}
