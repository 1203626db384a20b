// Marks of processes, by which a later one can tell whether the process that left something still lives. Numbers of
// processes are used again, so a mark also says when its process started, where the platform tells that.

import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';

export interface ProcessMark {
  readonly pid: number;
  /** Differs between processes of one number; empty where the platform does not tell. */
  readonly start: string;
  /** The machine, and the container where there is one: numbers of processes mean nothing outside it. */
  readonly machine: string;
}

/** `this`: the calling process, whichever thread. `unknown`: of another machine, or perhaps another process of that number. */
export type Fate = 'this' | 'alive' | 'dead' | 'unknown';

let own: Promise<ProcessMark> | undefined;

/** Of the calling process. */
export function ownMark(): Promise<ProcessMark> {
  return (own ??= markOf(process.pid));
}

/** Of a process of this machine. */
export async function markOf(pid: number): Promise<ProcessMark> {
  return { pid, start: (await startOf(pid)) ?? '', machine: await machineName() };
}

/** As part of a file's name on any platform. */
export function markText({ pid, start, machine }: ProcessMark): string {
  return [pid, start, machine].join('~');
}

/** The mark that a text starts with; undefined where it starts with none. */
export function parseMark(text: string): ProcessMark | undefined {
  const [, pid, start, machine] = /^(\d{1,10})~([\w-]*)~([\w.-]+)(?:~|$)/.exec(text) ?? [];
  if (pid === undefined || start === undefined || machine === undefined) return undefined;
  return { pid: Number(pid), start, machine };
}

export async function fateOf({ pid, start, machine }: ProcessMark): Promise<Fate> {
  if (machine !== (await machineName())) return 'unknown';
  if (!exists(pid)) return 'dead';
  const startNow = await startOf(pid);
  if (startNow === undefined) return 'dead';
  if (start !== '' && startNow !== '' && start !== startNow) return 'dead';
  if (pid === process.pid) return 'this';
  return start !== '' && startNow !== '' ? 'alive' : 'unknown';
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * On Linux the boot and the clock tick since then, undefined for a process that has ended and waits for its parent to
 * notice; elsewhere empty, for nothing tells it without starting a program.
 */
async function startOf(pid: number): Promise<string | undefined> {
  const [status, boot] = await Promise.all([
    textOf(`/proc/${pid}/stat`),
    textOf('/proc/sys/kernel/random/boot_id'),
  ]);
  // The second field is the program's name in parentheses, and may hold anything.
  const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  const ticks = fields[19];
  return ticks === undefined || boot === '' ? '' : `${boot.slice(0, 8)}-${ticks}`;
}

async function machineName(): Promise<string> {
  const space = await readlink('/proc/self/ns/pid').catch(() => '');
  return `${hostname().slice(0, 60)}.${space.replace(/\D/g, '')}`.replace(/[^\w.-]/g, '_');
}

/** Empty where there is no such file. */
async function textOf(path: string): Promise<string> {
  return process.platform === 'linux' ? readFile(path, 'utf8').catch(() => '') : '';
}
