// The memory benchmark: what it costs to index text, to follow a saved file and to ask; and what keystrokes cost without
// memory, with it, with its drafts, and where the cursor rested first, typed into the same places in turns.

import { readFileSync } from 'node:fs';
import { neverCancelled } from '../base/cancellation.ts';
import { median, quantile } from '../base/statistics.ts';
import { Completer } from '../complete/completer.ts';
import type { CompletionResult } from '../complete/types.ts';
import { defaultShowThreshold } from '../complete/types.ts';
import { typingRequest } from '../evaluate/typing.ts';
import { MixedPredictor, NetworkPredictor } from '../infer/predictor.ts';
import type { Predictor } from '../infer/predictor.ts';
import { Evidence } from '../memory/evidence.ts';
import { RecentMemory } from '../memory/recent.ts';
import type { SegmentFile } from '../memory/segment.ts';
import { finish, WorkspaceMemory } from '../memory/workspaceMemory.ts';
import type { Runtime } from '../runtime/session.ts';
import type { DocumentWindow } from '../text/window.ts';
import { nodeFiles } from '../worker/platform/nodeStorage.ts';
import { loadEngine } from '../worker/engine/loadEngine.ts';
import { onlyOn } from '../runtime/deviceLadder.ts';
import type { AnalogyFigures } from './benchAnalogy.ts';
import { benchAnalogy } from './benchAnalogy.ts';
import { fileWindow } from './fileWindow.ts';
import { typedPlaces } from './typedPlaces.ts';

interface TypedFigures {
  readonly name: string;
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** Runs of the network for each keystroke that it was asked at. */
  readonly runsPerAnswer: number;
  readonly shown: number;
}

export interface MemoryFigures {
  readonly tokens: number;
  readonly encodedMegabytesPerSecond: number;
  /** Sorting alone, after encoding. */
  readonly indexedTokensPerSecond: number;
  readonly bytesPerToken: number;
  readonly queryMs: number;
  readonly updateOneFileMs: number;
  /** Of the index by structure, beside the other. */
  readonly analogy: AnalogyFigures;
  readonly typed: readonly TypedFigures[];
}

/** The files are repeated, each time with other names, until there is this much to index. */
const minTokens = 1_000_000;
const queries = 20_000;
const updates = 20;
const keystrokes = 300;

/** Measures on the files' text; they are typed into as well, their own indexed copies masked. */
export async function benchMemory(
  modelFolder: string,
  runtime: Runtime,
  paths: readonly string[],
): Promise<MemoryFigures> {
  const engine = await loadEngine(nodeFiles, modelFolder, onlyOn(runtime));
  const { tokenizer, prompts, decoder, vocabulary, mixture, alone } = engine;
  const texts = paths.map(path => ({ path, text: readFileSync(path, 'utf8').replace(/\r\n?/g, '\n') }));
  let startedMs = performance.now();
  const files = texts.map(({ path, text }) => ({
    path: fileWindow(path, text, 0).path,
    tokens: tokenizer.encode(text),
  }));
  const chars = texts.reduce((sum, { text }) => sum + text.length, 0);
  const encodedMegabytesPerSecond = chars / 1e3 / (performance.now() - startedMs);

  const many: SegmentFile[] = [];
  for (let tokens = 0, round = 0; tokens < minTokens; round++) {
    for (const file of files) {
      many.push({ path: `${round}/${file.path}`, tokens: file.tokens });
      tokens += file.tokens.length;
    }
  }
  const large = new WorkspaceMemory(decoder.config.vocabSize);
  startedMs = performance.now();
  finish(large.update(many));
  const indexedTokensPerSecond = (1000 * large.size) / (performance.now() - startedMs);

  const updateMs: number[] = [];
  for (const file of many.slice(0, updates)) {
    startedMs = performance.now();
    finish(large.update([file]));
    updateMs.push(performance.now() - startedMs);
  }

  const memory = new WorkspaceMemory(decoder.config.vocabSize, tokenizer.tokenBytes);
  finish(
    memory.update(files.map(({ path, tokens }) => ({ path, tokens: [...prompts.header(path), ...tokens] }))),
  );
  const exact = new WorkspaceMemory(decoder.config.vocabSize);
  finish(exact.update(memory.files()));
  const places: { restedAt: DocumentWindow; windows: DocumentWindow[] }[] = [];
  for (const { file, text, offset, isFirst } of typedPlaces(paths, keystrokes)) {
    if (isFirst) {
      // Where the cursor stood before the first key.
      const start = Math.max(0, offset - 1);
      const rested = text.slice(0, start) + text.slice(offset);
      places.push({ restedAt: fileWindow(file, rested, start), windows: [] });
    }
    places.at(-1)?.windows.push(fileWindow(file, text, offset));
  }
  const drafting = new MixedPredictor({ decoder, memory, mixture, alone, tokenizer }, true);
  const predictors: readonly (readonly [string, Predictor, rests?: boolean])[] = [
    ['network alone', new NetworkPredictor(decoder)],
    [
      'with memory, token by token',
      new MixedPredictor({ decoder, memory, mixture, alone, tokenizer }, false),
    ],
    ['with memory and its drafts', drafting],
    [
      'the same without analogies',
      new MixedPredictor({ decoder, memory: exact, mixture, alone, tokenizer }, true),
    ],
    ['the same, the cursor having rested before', drafting, true],
  ];
  const parts = predictors.map(([name, predictor, rests = false]) => ({
    name,
    rests,
    completer: new Completer({ predictor, counters: decoder.counters, vocabulary, prompts }),
    ms: [] as number[],
    runs: 0,
    asked: 0,
    shown: 0,
  }));
  for (const { restedAt, windows } of places) {
    for (const part of parts) {
      if (part.rests) await complete(part, restedAt);
      for (const window of windows) await typeOne(part, window);
    }
  }
  const figures = {
    tokens: large.size,
    encodedMegabytesPerSecond,
    indexedTokensPerSecond,
    bytesPerToken: large.sizeBytes / large.size,
    queryMs: queryMs(large, files),
    updateOneFileMs: median(updateMs),
    analogy: benchAnalogy(many, files, tokenizer.tokenBytes),
    typed: parts.map(({ name, ms, runs, asked, shown }) => ({
      name,
      p50Ms: quantile(ms, 0.5),
      p95Ms: quantile(ms, 0.95),
      runsPerAnswer: runs / asked,
      shown,
    })),
  };
  engine.dispose();
  return figures;
}

async function typeOne(
  part: { name: string; completer: Completer; ms: number[]; runs: number; asked: number; shown: number },
  window: DocumentWindow,
): Promise<void> {
  const startedMs = performance.now();
  const result = await complete(part, window);
  part.ms.push(performance.now() - startedMs);
  part.runs += result.timings.runs;
  if (result.timings.runs > 0) part.asked++;
  if (result.kind === 'completion') part.shown++;
}

function complete(
  { name, completer }: { name: string; completer: Completer },
  window: DocumentWindow,
): Promise<CompletionResult> {
  // A sequence of its own, so that no cache is shared.
  const own = { ...window, uri: `${name} ${window.uri}` };
  return completer.complete(typingRequest(own, defaultShowThreshold), neverCancelled);
}

/** Milliseconds a query, document and workspace asked, at the places of the files one after another. */
function queryMs(memory: WorkspaceMemory, files: readonly SegmentFile[]): number {
  const recent = new RecentMemory();
  const evidence = new Evidence();
  let asked = 0;
  const startedMs = performance.now();
  for (const { path, tokens } of files) {
    recent.truncate(0);
    for (const token of tokens) {
      evidence.clear();
      recent.collect(evidence);
      memory.collect(recent.sequence, recent.size, `0/${path}`, evidence);
      recent.append(token);
      if (++asked === queries) return (performance.now() - startedMs) / asked;
    }
  }
  return (performance.now() - startedMs) / asked;
}
