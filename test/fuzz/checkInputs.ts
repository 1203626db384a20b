// One input after the other, each made from the seed and its index, so that any of them can be made again alone.

import { seededRandom } from '../../src/base/random.ts';
import type { FuzzTarget } from './target.ts';

export function inputOf(target: FuzzTarget, seed: number, index: number): unknown {
  const random = seededRandom(seed ^ hashOf(target.name) ^ Math.imul(index + 1, 0x9e3779b1));
  // Neighbouring seeds give neighbouring first numbers.
  random();
  return target.make(random);
}

function hashOf(name: string): number {
  let hash = 2_166_136_261;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 16_777_619);
  return hash;
}

/** What is wrong with the input; undefined where nothing is. It may not take more than `slowMs` of the processor, twice. */
export async function problemWith(
  target: FuzzTarget,
  input: unknown,
  slowMs = Infinity,
): Promise<string | undefined> {
  for (let attempt = 0; ; attempt++) {
    const startedMs = performance.now();
    const cpu = attempt === 0 ? undefined : process.cpuUsage();
    try {
      const result = target.check(input);
      if (result instanceof Promise) await result;
    } catch (error) {
      return error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
    if (performance.now() - startedMs <= slowMs) return undefined;
    if (cpu === undefined) continue;
    const { user, system } = process.cpuUsage(cpu);
    const ms = (user + system) / 1000;
    return ms <= slowMs ? undefined : `it took ${ms.toFixed(0)} ms`;
  }
}
