// Lets a process fuzz, and takes note of what it found, of what it died of and of what it hung on.

import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inputOf } from './checkInputs.ts';
import type { Finding, FuzzMessage, FuzzTask } from './protocol.ts';
import { fuzzTargets } from './targets.ts';

export interface FuzzOptions extends Pick<FuzzTask, 'seed' | 'inputsEach' | 'slowMs'> {
  readonly targets: readonly string[];
  /** Ends it before it is done. */
  readonly signal?: AbortSignal;
  onChecked?(target: string, inputs: number, ms: number): void;
  onFinding(finding: Finding): void;
}

/** A process that says nothing for so long hangs. */
const patienceMs = 60_000;

/** Resolves when all inputs were checked, or the signal said so. A process that ends otherwise is a finding; the next one goes on. */
export async function fuzz({ targets, seed, inputsEach, slowMs, ...options }: FuzzOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tinymemory-fuzz-'));
  const positionFile = join(folder, 'position');
  const from = new Map(targets.map(name => [name, 0]));
  const isDone = (): boolean => from.size === 0 || options.signal?.aborted === true;
  try {
    while (!isDone()) {
      // A later process does the rest, which is the same for each target only if none was hung on.
      const most = Math.max(...from.values());
      const each = inputsEach === undefined ? undefined : Math.max(1, inputsEach - most);
      const task = { from: Object.fromEntries(from), seed, inputsEach: each, slowMs, positionFile };
      const end = await oneProcess(task, options, (name, inputs) => {
        from.set(name, (from.get(name) ?? 0) + inputs);
      });
      if (end === undefined || isDone()) return;
      const [number = 0, index = 0] = positionIn(positionFile);
      const target = fuzzTargets[number];
      if (target === undefined) throw new Error(`the fuzzing process ${end} before its first input`);
      options.onFinding({
        target: target.name,
        seed,
        index,
        problem: `it ${end}`,
        input: inputOf(target, seed, index),
      });
      from.set(target.name, index + 1);
      for (const [name, next] of from) if (next >= (inputsEach ?? Infinity)) from.delete(name);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function positionIn(file: string): readonly number[] {
  const bytes = readFileSync(file);
  return bytes.length < 8 ? [Infinity] : [bytes.readUInt32LE(0), bytes.readUInt32LE(4)];
}

/** How it ended, unless that is how it should. */
async function oneProcess(
  task: FuzzTask,
  { signal, onChecked, onFinding }: Pick<FuzzOptions, 'signal' | 'onChecked' | 'onFinding'>,
  onProgress: (target: string, inputs: number) => void,
): Promise<string | undefined> {
  const child = fork(fileURLToPath(new URL('fuzzProcess.ts', import.meta.url)), [JSON.stringify(task)], {
    execArgv: ['--import=tsx'],
    serialization: 'advanced',
  });
  const stop = (): void => {
    child.kill('SIGKILL');
  };
  signal?.addEventListener('abort', stop);
  try {
    return await ended(child, message => {
      if (message.kind === 'found') onFinding(message.finding);
      else {
        onProgress(message.target, message.inputs);
        onChecked?.(message.target, message.inputs, message.ms);
      }
    });
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

function ended(child: ChildProcess, onMessage: (message: FuzzMessage) => void): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    let hangs = false;
    let timer: NodeJS.Timeout | undefined;
    const wait = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        hangs = true;
        child.kill('SIGKILL');
      }, patienceMs);
    };
    wait();
    child.on('message', message => {
      wait();
      onMessage(message as FuzzMessage);
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      if (hangs) resolve('hung');
      else resolve(code === 0 ? undefined : `died (${signal ?? `code ${code}`})`);
    });
  });
}
