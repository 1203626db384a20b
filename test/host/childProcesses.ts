// Child processes of the harness that never outlive it. Each gets a process group of its own, which is killed as
// a whole: on disposal, when this process ends or is interrupted, and, by a watchdog on the child's standard
// input, even when this process is killed outright.

import { spawn, type ChildProcess } from 'node:child_process';
import type { Disposable } from '../../src/base/disposable.ts';

/** A running child and the tail of what it printed, for error messages. */
export interface OwnedProcess extends Disposable {
  readonly pid: number;
  /** The exit code, or 128 when a signal ended it. Never rejects. */
  readonly exited: Promise<number>;
  /** The last 8,000 characters of standard output and error together. */
  outputTail(): string;
  /** Resolves with what `pattern` matched in the output, rejects when the process ends or `timeoutMs` pass first. */
  waitForOutput(pattern: RegExp, timeoutMs: number): Promise<RegExpMatchArray>;
  /** Kills the whole group and waits until it is gone. */
  stop(): Promise<void>;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
}

const tailChars = 8_000;
const cleanUps = new Set<() => void>();

/** Runs `cleanUp` when this process ends in any way that it can notice; disposing runs it now, once. */
export function onProcessEnd(cleanUp: () => void): Disposable {
  installEndHandlers();
  const once = () => {
    if (cleanUps.delete(once)) cleanUp();
  };
  cleanUps.add(once);
  return { dispose: once };
}

/** Starts a long-lived process in a group of its own. Throws when it cannot be started. */
export function startProcess(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): OwnedProcess {
  const child = spawnGroup(command, args, options);
  const { pid } = child;
  child.on('error', () => undefined);
  if (pid === undefined) throw new Error(`cannot start ${command}: is it installed and executable?`);

  let tail = '';
  const listeners = new Set<() => void>();
  const onData = (data: Buffer) => {
    tail = (tail + data.toString()).slice(-tailChars);
    for (const listener of [...listeners]) listener();
  };
  child.stdout?.on('data', onData);
  child.stderr?.on('data', onData);
  // The watchdog's pipe breaks when the child ends first; that is no error of ours.
  child.stdin?.on('error', () => undefined);
  const guard = onProcessEnd(() => {
    killGroup(pid);
  });
  const exited = new Promise<number>(resolve => {
    child.on('exit', code => {
      child.stdin?.destroy();
      guard.dispose();
      resolve(code ?? 128);
    });
  });

  return {
    pid,
    exited,
    outputTail: () => tail,
    waitForOutput: (pattern, timeoutMs) =>
      new Promise((resolve, reject) => {
        const fail = (why: string) => {
          finish();
          reject(new Error(`${command} ${why} before printing ${String(pattern)}. Its output:\n${tail}`));
        };
        const timer = setTimeout(() => {
          fail(`took more than ${timeoutMs} ms`);
        }, timeoutMs);
        const look = () => {
          const match = pattern.exec(tail);
          if (match === null) return;
          finish();
          resolve(match);
        };
        const finish = () => {
          clearTimeout(timer);
          listeners.delete(look);
        };
        listeners.add(look);
        void exited.then(code => {
          if (listeners.has(look)) fail(`ended with code ${code}`);
        });
        look();
      }),
    async stop() {
      guard.dispose();
      await exited;
    },
    dispose: () => {
      guard.dispose();
    },
  };
}

/** Runs a command to its end and returns its standard output. Rejects with the end of its output when it fails. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const child = spawnGroup(command, args, options);
  const guard = onProcessEnd(() => {
    if (child.pid !== undefined) killGroup(child.pid);
  });
  let stdout = '';
  let all = '';
  child.stdin?.on('error', () => undefined);
  child.stdout?.on('data', (data: Buffer) => {
    stdout += data.toString();
    all = (all + data.toString()).slice(-tailChars);
  });
  child.stderr?.on('data', (data: Buffer) => {
    all = (all + data.toString()).slice(-tailChars);
  });
  const clock = { timedOut: false };
  const timer =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          clock.timedOut = true;
          guard.dispose();
        }, options.timeoutMs);
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.on('error', error => {
        reject(new Error(`cannot start ${command}`, { cause: error }));
      });
      child.on('exit', () => child.stdin?.destroy());
      child.on('close', exitCode => {
        resolve(exitCode ?? 128);
      });
    });
    if (clock.timedOut) throw new Error(`${command} took more than ${String(options.timeoutMs)} ms:\n${all}`);
    if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with code ${code}:\n${all}`);
    return stdout;
  } finally {
    clearTimeout(timer);
    guard.dispose();
  }
}

// The subshell waits for the end of standard input, which comes when this process is gone, and ends the group.
const watchdog =
  'exec 3<&0; (cat <&3 >/dev/null 2>&1; kill -KILL 0) >/dev/null 2>&1 & exec "$@" </dev/null 3<&-';

function spawnGroup(command: string, args: readonly string[], options: RunOptions): ChildProcess {
  const common = { cwd: options.cwd, env: options.env ?? process.env };
  if (process.platform === 'win32') {
    return spawn(command, args, {
      ...common,
      shell: command.endsWith('.cmd'),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }
  return spawn('/bin/sh', ['-c', watchdog, 'sh', command, ...args], {
    ...common,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch (error) {
    // ESRCH: it is already gone.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

let handlersInstalled = false;

function installEndHandlers(): void {
  if (handlersInstalled) return;
  handlersInstalled = true;
  const cleanUp = () => {
    for (const once of [...cleanUps].reverse()) {
      try {
        once();
      } catch (error) {
        console.error(error);
      }
    }
  };
  process.on('exit', cleanUp);
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.once(signal, () => {
      process.exit(code);
    });
  }
}
