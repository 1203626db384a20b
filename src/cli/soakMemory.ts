// What a soak measures: the memory of this process, and the heap of the engine's thread in it, each after a collection.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BroadcastChannel } from 'node:worker_threads';
import { median } from '../base/statistics.ts';

/** Megabytes. */
export interface MemorySample {
  /** Of the process with its threads. */
  readonly resident: number;
  /** JavaScript objects of the thread that asks, and of the engine's. */
  readonly ownHeap: number;
  readonly engineHeap: number;
  /** ArrayBuffers of the engine's thread: memory and weights are in these. */
  readonly engineBuffers: number;
}

const channelName = 'tinymemory-soak';

/** Runs in the engine's thread, before the engine. */
const probe = `
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BroadcastChannel } from 'node:worker_threads';
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
const channel = new BroadcastChannel(${JSON.stringify(channelName)});
channel.onmessage = ({ data }) => {
  if (data !== 'sample') return;
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  channel.postMessage({ heapUsed, arrayBuffers });
};
channel.unref();
`;

/** Asks the thread of an engine that is started from `entryPath`. */
export class EngineMemory {
  readonly entryPath: string;
  private readonly channel = new BroadcastChannel(channelName);
  private readonly collect: () => void;

  constructor(folder: string, enginePath: string) {
    this.entryPath = join(folder, 'engineWithProbe.mjs');
    writeFileSync(
      this.entryPath,
      `${probe}await import(${JSON.stringify(pathToFileURL(enginePath).href)});\n`,
    );
    setFlagsFromString('--expose-gc');
    this.collect = runInNewContext('gc') as () => void;
  }

  async sample(): Promise<MemorySample> {
    const answer = new Promise<{ heapUsed: number; arrayBuffers: number }>(resolve => {
      this.channel.onmessage = (message: unknown) => {
        resolve((message as { data: { heapUsed: number; arrayBuffers: number } }).data);
      };
    });
    this.channel.postMessage('sample');
    const { heapUsed, arrayBuffers } = await answer;
    this.collect();
    return {
      resident: process.memoryUsage.rss() / 1e6,
      ownHeap: process.memoryUsage().heapUsed / 1e6,
      engineHeap: heapUsed / 1e6,
      engineBuffers: arrayBuffers / 1e6,
    };
  }

  dispose(): void {
    this.channel.close();
  }
}

/** The median of the last quarter over that of the first, of each figure. */
export function growthOf(samples: readonly MemorySample[]): Record<keyof MemorySample, number> {
  const quarter = Math.max(1, Math.floor(samples.length / 4));
  const growth = (name: keyof MemorySample): number => {
    const values = samples.map(sample => sample[name]);
    return median(values.slice(-quarter)) / median(values.slice(0, quarter));
  };
  return {
    resident: growth('resident'),
    ownHeap: growth('ownHeap'),
    engineHeap: growth('engineHeap'),
    engineBuffers: growth('engineBuffers'),
  };
}
