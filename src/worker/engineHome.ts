// Where an engine lives: what a thread of Node, or a worker of a browser, gives it of the world outside. The engine
// itself is the same in each.

import type { ReadAsset, Storage } from '../base/files.ts';
import type { FileTree } from '../corpus/fileTree.ts';
import type { OuterIgnores } from '../corpus/ignoreRules.ts';
import type { Runtime } from '../runtime/session.ts';
import type { WebGpuRuntime } from '../runtime/webgpu.ts';
import type { EngineOptions } from './messages.ts';

export interface EngineHome {
  /** Models, and what is kept between sessions. */
  readonly storage: Storage;
  /** What is shipped beside the engine: grammars and word vectors. */
  readonly asset: ReadAsset;
  readonly machine: Machine;
  createRuntime(options: Pick<EngineOptions, 'runtimeFolder' | 'threads'>): Promise<Runtime>;
  /** Rejects with a DeviceError that says why this home has no WebGPU. */
  createWebGpuRuntime(options: Pick<EngineOptions, 'runtimeFolder'>): Promise<WebGpuRuntime>;
  /** A folder of this machine's disk; in a home without one no folder has a disk path, and it rejects. */
  diskFolder(path: string): Promise<DiskFolder>;
}

export interface DiskFolder {
  readonly tree: FileTree;
  readonly outer: OuterIgnores | undefined;
  /** Whether names that differ in case are the same file. */
  readonly ignoreCase: boolean;
}

/** What the machine is doing beside us. */
export interface Machine {
  /** Undefined where it cannot be told. */
  isOnBattery(): Promise<boolean | undefined>;
  /** A meter of how busy others have kept the processors since it was last read, as a share of all of them in [0, 1]. */
  loadMeter(): { share(): number };
  /** Lets this thread, and those it starts from now on, give way to others, where the system can do that. */
  lowerPriority(): void;
}
