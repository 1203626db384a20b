// The chat benchmark: a workspace of 10 MB made of the files given, asked through the very worker and client that the
// editor uses; and what keystrokes cost while answers are made, beside what they cost when there are none, in turns.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { neverCancelled } from '../base/cancellation.ts';
import { silentLogger } from '../base/logger.ts';
import { median, quantile } from '../base/statistics.ts';
import type { ChatEvent, ChatRequest } from '../chat/model/types.ts';
import { defaultShowThreshold } from '../complete/types.ts';
import { typingRequest } from '../evaluate/typing.ts';
import { ask } from '../worker/client/chatClient.ts';
import { EngineClient } from '../worker/client/client.ts';
import { engineThread } from '../worker/client/engineThread.ts';
import { noEditorFiles } from '../worker/client/serveEditor.ts';
import { nodeFiles } from '../worker/platform/nodeStorage.ts';
import { MemoryClient } from '../worker/client/memoryClient.ts';
import type { EngineOptions } from '../worker/protocol/engineOptions.ts';
import { readChatFolder } from './chatFolder.ts';
import { fileWindow } from './fileWindow.ts';
import { retrievalQuestions } from './retrievalQuestions.ts';
import { typedPlaces } from './typedPlaces.ts';

export interface ChatFigures {
  readonly workspaceMB: number;
  readonly chunksPerSecondMB: number;
  readonly indexMB: number;
  /** As the asking thread sees them, in milliseconds. */
  readonly firstMs: { readonly p50: number; readonly p95: number };
  readonly wholeMs: { readonly p50: number; readonly p95: number };
  readonly keystrokeMs: { readonly alone: number; readonly whileAnswering: number };
}

const workspaceBytes = 10_000_000;
const askedQuestions = 24;
const keystrokes = 60;
/** How long the worker may take to index. */
const indexingMs = 300_000;

/** The files are repeated, each time in another folder, until there is enough. */
export async function benchChat(
  enginePath: string,
  options: EngineOptions,
  files: readonly string[],
): Promise<ChatFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'tinymemory-bench-chat-'));
  try {
    const workspaceMB = writeWorkspace(join(folder, 'files'), files) / 1e6;
    const startedMs = performance.now();
    const { index, files: read, grammars } = await readChatFolder(join(folder, 'files'));
    const chunksPerSecondMB = (1000 * workspaceMB) / (performance.now() - startedMs);
    const { questions } = await retrievalQuestions(read, grammars);
    const texts = questions.slice(0, askedQuestions).map(({ text }) => text);
    if (texts.length === 0) throw new Error('the files hold no documented function to ask for');
    const asked = await askWorker(enginePath, options, join(folder, 'files'), texts, files);
    return { workspaceMB, chunksPerSecondMB, indexMB: index.sizeBytes / 1e6, ...asked };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeWorkspace(folder: string, files: readonly string[]): number {
  let bytes = 0;
  for (let round = 0; bytes < workspaceBytes; round++) {
    const inside = join(folder, `part${round}`);
    mkdirSync(inside, { recursive: true });
    for (const [index, file] of files.entries()) {
      const text = readFileSync(file);
      writeFileSync(join(inside, `${index}-${basename(file)}`), text);
      bytes += text.byteLength;
      if (bytes >= workspaceBytes) break;
    }
  }
  return bytes;
}

async function askWorker(
  enginePath: string,
  options: EngineOptions,
  path: string,
  questions: readonly string[],
  files: readonly string[],
): Promise<Pick<ChatFigures, 'firstMs' | 'wholeMs' | 'keystrokeMs'>> {
  const client = new EngineClient({
    startWorker: engineThread(enginePath, silentLogger),
    options,
    files: noEditorFiles,
    logger: silentLogger,
    limits: { readyWaitMs: 30_000 },
  });
  const memory = new MemoryClient({
    files: nodeFiles,
    client,
    logger: silentLogger,
  });
  try {
    const folders = [{ prefix: '', uri: `file://${path}`, diskPath: path, excludes: [] }];
    memory.open({ folders, capBytes: 2 * workspaceBytes, storeFile: null, storeKey: 'bench' });
    await untilIndexed(client, questions[0] ?? '');
    const first: number[] = [];
    const whole: number[] = [];
    for (const question of questions) {
      const { firstMs, totalMs } = await timeAnswer(client, question);
      first.push(firstMs);
      whole.push(totalMs);
    }
    const keystrokeMs = await timeKeystrokes(client, questions, files);
    return {
      firstMs: { p50: quantile(first, 0.5), p95: quantile(first, 0.95) },
      wholeMs: { p50: quantile(whole, 0.5), p95: quantile(whole, 0.95) },
      keystrokeMs,
    };
  } finally {
    memory.dispose();
    await client.shutDown();
  }
}

function requestOf(text: string): ChatRequest {
  return { text, references: [], languageServer: [], history: [] };
}

/** Asks until the answer is no longer preceded by waiting for the index. */
async function untilIndexed(client: EngineClient, question: string): Promise<void> {
  const deadlineMs = performance.now() + indexingMs;
  for (;;) {
    const events: ChatEvent[] = [];
    await ask(client, requestOf(question), event => events.push(event), neverCancelled);
    const isReady = events.at(-1)?.kind === 'done' && events.every(({ kind }) => kind !== 'progress');
    if (isReady && !events.some(event => event.kind === 'declined' && event.reason === 'no-workspace'))
      return;
    if (performance.now() > deadlineMs)
      throw new Error(`the workspace was not indexed within ${indexingMs / 1000} s`);
    await new Promise(resolve => setTimeout(resolve, 250));
  }
}

async function timeAnswer(
  client: EngineClient,
  question: string,
): Promise<{ firstMs: number; totalMs: number }> {
  const startedMs = performance.now();
  let firstMs: number | undefined;
  let last: ChatEvent | undefined;
  await ask(
    client,
    requestOf(question),
    event => {
      if (event.kind === 'markdown' || event.kind === 'snippet' || event.kind === 'declined')
        firstMs ??= performance.now() - startedMs;
      last = event;
    },
    neverCancelled,
  );
  if (last?.kind !== 'done') throw new Error(`${question}: the answer ended with ${JSON.stringify(last)}`);
  const totalMs = performance.now() - startedMs;
  return { firstMs: firstMs ?? totalMs, totalMs };
}

/** Every second keystroke comes while an answer is being made. */
async function timeKeystrokes(
  client: EngineClient,
  questions: readonly string[],
  files: readonly string[],
): Promise<ChatFigures['keystrokeMs']> {
  const times = { alone: [] as number[], whileAnswering: [] as number[] };
  for (const [at, { file, text, offset }] of [...typedPlaces(files, keystrokes)].entries()) {
    const request = typingRequest(fileWindow(file, text, offset), defaultShowThreshold);
    const question = questions[at % questions.length] ?? '';
    const answering = at % 2 === 1 ? timeAnswer(client, question) : undefined;
    const startedMs = performance.now();
    await client.complete(request, neverCancelled);
    (answering === undefined ? times.alone : times.whileAnswering).push(performance.now() - startedMs);
    await answering;
  }
  return { alone: median(times.alone), whileAnswering: median(times.whileAnswering) };
}
