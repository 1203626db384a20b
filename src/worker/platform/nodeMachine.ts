// What the machine is doing beside us: whether it runs on battery, and how busy others keep it. Read from the operating
// system; where it does not say, nothing is assumed.

import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { cpus, setPriority } from 'node:os';
import { join } from 'node:path';

/** Undefined where it cannot be told. */
export async function isOnBattery(platform: string = process.platform): Promise<boolean | undefined> {
  switch (platform) {
    case 'linux':
      return linuxOnBattery();
    case 'darwin':
      return matchOutput('pmset', ['-g', 'batt'], /Battery Power/, /AC Power/);
    case 'win32':
      return matchOutput(
        'powershell.exe',
        ['-NoProfile', '-NonInteractive', '-Command', '(Get-CimInstance Win32_Battery).BatteryStatus'],
        /^1\b/m,
        /^\d+\b/m,
      );
    default:
      return undefined;
  }
}

/** `root` is for tests. A battery that discharges counts only where no mains adapter is online. */
export async function linuxOnBattery(root = '/sys/class/power_supply'): Promise<boolean | undefined> {
  const names = await readdir(root).catch(() => []);
  const read = (name: string, file: string) =>
    readFile(join(root, name, file), 'utf8').then(
      text => text.trim(),
      () => '',
    );
  let discharges: boolean | undefined;
  for (const name of names) {
    const type = await read(name, 'type');
    if (type === 'Mains' && (await read(name, 'online')) === '1') return false;
    if (type !== 'Battery' || (await read(name, 'scope')) === 'Device') continue;
    discharges = (discharges ?? false) || (await read(name, 'status')) === 'Discharging';
  }
  return discharges;
}

/** How busy other programs have kept the processors since the last call, as a share of all of them in [0, 1]. */
export class OthersLoad {
  private before = this.sample();

  share(): number {
    const now = this.sample();
    const { before } = this;
    this.before = now;
    const total = now.totalMs - before.totalMs;
    if (total <= 0) return 0;
    const others = now.busyMs - before.busyMs - (now.ownMs - before.ownMs);
    return Math.min(1, Math.max(0, others / total));
  }

  private sample(): { totalMs: number; busyMs: number; ownMs: number } {
    let totalMs = 0;
    let idleMs = 0;
    for (const { times } of cpus()) {
      totalMs += times.user + times.nice + times.sys + times.irq + times.idle;
      idleMs += times.idle;
    }
    const own = process.cpuUsage();
    return { totalMs, busyMs: totalMs - idleMs, ownMs: (own.user + own.system) / 1000 };
  }
}

/**
 * Lets this thread, and those it starts from now on, run only when nobody else wants to. Linux alone has a priority for
 * each thread; elsewhere it would be the whole editor's.
 */
export function lowerThreadPriority(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(19);
  } catch {
    // A container may forbid it; then training runs as everything else does.
  }
}

function matchOutput(
  program: string,
  args: readonly string[],
  yes: RegExp,
  no: RegExp,
): Promise<boolean | undefined> {
  return new Promise(resolve => {
    execFile(program, args, { timeout: 10_000, windowsHide: true }, (error, output) => {
      if (error !== null) resolve(undefined);
      else resolve(yes.test(output) ? true : no.test(output) ? false : undefined);
    });
  });
}
