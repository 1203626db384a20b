// Child processes that run a script of this folder or another, and die with the test.

import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';

/** Starts a TypeScript module in a process of its own; resolves with its first message. */
export async function startChild(
  script: URL,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly child: ChildProcess; readonly first: unknown }> {
  const child = fork(script, { execArgv: ['--import=tsx'], env: { ...process.env, ...env } });
  return { child, first: await nextMessage(child) };
}

/** The next message of the child; rejects when it ends before. */
export async function nextMessage(child: ChildProcess): Promise<unknown> {
  const over = new AbortController();
  const { signal } = over;
  const ended = async (): Promise<never> => {
    const [code, by] = (await once(child, 'exit', { signal })) as [number | null, string | null];
    throw new Error(`the child ended with ${String(code ?? by)}`);
  };
  try {
    const [message] = (await Promise.race([once(child, 'message', { signal }), ended()])) as [unknown];
    return message;
  } finally {
    over.abort();
  }
}

/** Ends it as a power failure would; resolves once nothing is left of it. */
export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
