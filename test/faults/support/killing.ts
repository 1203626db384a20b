// Runs children until a random moment, and kills them there. Children say what they do before and after each write, so
// that as many die within one as between two.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Random } from '../../../src/base/random.ts';

/** What a child says: what it is about to do, did or found. `kind` is its own. */
export interface Said {
  readonly kind: string;
  readonly [detail: string]: unknown;
}

export interface Run {
  readonly said: readonly Said[];
  /** False where it came to its end before. */
  readonly killed: boolean;
}

/** Longest time between a message and the kill: about that of one write. */
const maxDelayMs = 20;

/**
 * Runs a script in a process of its own and kills it soon after a random one of its first `usualMessages`, or never where
 * that is undefined. Rejects where the script fails.
 */
export async function runAndKill(
  script: URL,
  env: Readonly<Record<string, string>>,
  random: Random,
  usualMessages: number | undefined,
): Promise<Run> {
  const fatal = usualMessages === undefined ? Infinity : 1 + Math.floor(random() * usualMessages);
  const delayMs = random() * maxDelayMs;
  const stdio = ['ignore', 'ignore', 'pipe', 'ipc'] as const;
  const child = fork(script, {
    execArgv: ['--import=tsx'],
    env: { ...process.env, ...env },
    stdio: [...stdio],
  });
  const said: Said[] = [];
  let problems = '';
  child.stderr?.on('data', chunk => (problems += String(chunk)));
  child.on('message', (message: Said) => {
    said.push(message);
    if (said.length === fatal) setTimeout(() => child.kill('SIGKILL'), delayMs);
  });
  // Not `close`: what the loader has started may hold the child's streams open for longer.
  const [[code, signal]] = (await Promise.all([once(child, 'exit'), once(child, 'disconnect')])) as [
    [number | null, string | null],
    unknown,
  ];
  if (signal === 'SIGKILL') return { said, killed: true };
  if (code !== 0) throw new Error(`the child ended with ${String(code ?? signal)}: ${problems}`);
  return { said, killed: false };
}
