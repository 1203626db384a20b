// `complete FILE:LINE:COLUMN...`: what the engine would suggest at each place, with the repository around it in memory
// and without, and with --automatic what typing would show.

import { resolve } from 'node:path';
import { neverCancelled } from '../base/cancellation.ts';
import { isLanguageOn, suggestionDefaults } from '../complete/suggestionDefaults.ts';
import type { CompletionRequest, CompletionResult } from '../complete/types.ts';
import { createNodeWasmRuntime } from '../runtime/nodeWasm.ts';
import type { DocumentWindow } from '../text/window.ts';
import type { Engine } from '../worker/engine/loadEngine.ts';
import { loadEngine } from '../worker/engine/loadEngine.ts';
import { nodeFiles } from '../worker/platform/nodeStorage.ts';
import { onlyOn } from '../runtime/deviceLadder.ts';
import type { CompletedPlace } from './completeText.ts';
import { completionsAsJson, completionsAsText } from './completeText.ts';
import type { CursorArgument } from './places.ts';
import { parseFilePlace, pathWithin, readDocument, windowAt, workspaceOf } from './places.ts';
import { rememberFolder } from './rememberFolder.ts';
import { parseOptions, requireFolder, UsageError } from './usage.ts';

type Trigger = CompletionRequest['trigger'];

/** A place with the window that the engine sees there. */
interface AskedPlace {
  readonly place: CursorArgument;
  readonly window: DocumentWindow;
  /** The folder to remember; undefined where there is none. */
  readonly workspace: string | undefined;
}

export async function runComplete(args: readonly string[]): Promise<void> {
  const { positionals, json, flags, values, ...shared } = parseOptions(args, {
    flags: ['automatic', 'no-memory'],
    values: ['workspace', 'text', 'encoding'],
  });
  if (positionals.length === 0) throw new UsageError('complete takes one or more places');
  const named = values.get('workspace');
  if (named !== undefined) requireFolder(named);
  const places = positionals.map(parseFilePlace);
  const draft = values.get('text');
  if (draft !== undefined && new Set(places.map(({ file }) => resolve(file))).size > 1)
    throw new UsageError('--text stands for one file: all places must be in it');
  const asked: AskedPlace[] = [];
  const texts = new Map<string, string>();
  for (const place of places) {
    const document = await readDocument(draft ?? place.file, { encoding: values.get('encoding') });
    const workspace = flags.has('no-memory') ? undefined : await workspaceOf(place.file, named);
    asked.push({ place, workspace, window: windowAt(place, document, workspace ?? process.cwd()) });
    const path = workspace === undefined ? undefined : pathWithin(workspace, place.file);
    if (draft !== undefined && path !== undefined) texts.set(path, document.text);
  }
  const runtime = createNodeWasmRuntime({ folder: shared.runtimeFolder, threads: shared.threads });
  const engine = await loadEngine(nodeFiles, shared.modelFolder, onlyOn(runtime));
  try {
    const trigger: Trigger = flags.has('automatic') ? 'automatic' : 'invoke';
    const completed = await completeAll(engine, asked, trigger, texts);
    console.log(json ? completionsAsJson(completed) : completionsAsText(completed));
  } finally {
    engine.dispose();
  }
}

/** In the order of `asked`. Each workspace is read once. */
async function completeAll(
  engine: Engine,
  asked: readonly AskedPlace[],
  trigger: Trigger,
  texts: ReadonlyMap<string, string>,
): Promise<readonly CompletedPlace[]> {
  const alone = [];
  for (const one of asked) alone.push(await completeAt(engine, one.window, trigger));
  const completed = new Map<AskedPlace, CompletedPlace>();
  for (const folder of new Set(asked.map(({ workspace }) => workspace))) {
    const workspace = folder === undefined ? undefined : await rememberFolder(engine, folder, texts);
    for (const [at, one] of asked.entries()) {
      const without = alone[at];
      if (one.workspace !== folder || without === undefined) continue;
      const { place, window } = one;
      const common = { place, window, trigger, workspace };
      completed.set(
        one,
        workspace === undefined
          ? { ...common, ...without, withoutMemory: undefined }
          : { ...common, ...(await completeAt(engine, window, trigger)), withoutMemory: without.result },
      );
    }
  }
  return asked.flatMap(one => completed.get(one) ?? []);
}

async function completeAt(
  { completer }: Pick<Engine, 'completer'>,
  window: DocumentWindow,
  trigger: Trigger,
): Promise<{ result: CompletionResult; coldMs: number }> {
  const silent = closedGate(window, trigger);
  if (silent !== undefined) return { result: silent, coldMs: 0 };
  // In the editor the keystroke before this one has been asked about; its answer is forgotten, not what it warmed up.
  const before = {
    ...window,
    prefix: window.prefix.slice(0, -1),
    suffix: window.prefix.slice(-1) + window.suffix,
  };
  completer.clear();
  const startedMs = performance.now();
  await completer.complete(completionRequest(before, trigger), neverCancelled);
  completer.clear();
  const coldMs = performance.now() - startedMs;
  return { result: await completer.complete(completionRequest(window, trigger), neverCancelled), coldMs };
}

/** What the editor asks: on a keystroke, or on the command, of whose alternatives only the first is shown here. */
function completionRequest(window: DocumentWindow, trigger: Trigger): CompletionRequest {
  const { maxTokens, multiLine, showThreshold } = suggestionDefaults;
  return { window, trigger, alternatives: 1, showThreshold, maxTokens, multiLine };
}

/** The editor does not ask where the language is off by default. */
function closedGate({ languageId }: DocumentWindow, trigger: Trigger): CompletionResult | undefined {
  if (trigger === 'invoke' || isLanguageOn(suggestionDefaults.languages, languageId)) return undefined;
  return { kind: 'none', reason: 'language-off', timings: { totalMs: 0, runs: 0, tokens: 0 } };
}
