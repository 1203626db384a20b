// Where an engine lives: what a thread of Node, or a worker of a browser, gives it of the world outside. The engine
// itself is the same in each.

import type { AskEndpoint } from '../../chat/endpoint/endpointWriter.ts';
import type { ReadAsset, Storage } from '../../base/files.ts';
import type { FileTree } from '../../corpus/fileTree.ts';
import type { OuterIgnores } from '../../corpus/ignoreRules.ts';
import type { Runtime } from '../../runtime/session.ts';
import type { WebGpuRuntime } from '../../runtime/webgpu.ts';
import type { EngineOptions } from '../protocol/engineOptions.ts';

export interface EngineHome {
  /** In a few words, for reports. */
  readonly name: string;
  /** Models, and what is kept between sessions. */
  readonly storage: Storage;
  /** What is shipped beside the engine: grammars and word vectors. */
  readonly asset: ReadAsset;
  readonly machine: Machine;
  createRuntime(options: Pick<EngineOptions, 'runtimeFolder' | 'threads'>): Promise<Runtime>;
  /** Rejects with a DeviceError that says why this home has no WebGPU. */
  createWebGpuRuntime(options: Pick<EngineOptions, 'runtimeFolder'>): Promise<WebGpuRuntime>;
  /** A folder of this machine's disk; undefined where the editor has to be asked for what lies there. */
  diskTree(path: string): FileTree | undefined;
  /** Of a folder of this machine's disk. Only asked where there is a disk. */
  readonly diskRules: ReadDiskRules;
  /** Given where the network is out of reach, even the endpoint that the user typed: has it asked elsewhere. */
  readonly askEndpoint: AskEndpoint | undefined;
  /** Whether another home is better at everything but WebGPU, so that work that cannot have it is handed over. */
  readonly isForWebGpuAlone: boolean;
}

/** What of a folder on a disk cannot be told by what lies in it. */
interface DiskRules {
  readonly outer: OuterIgnores | undefined;
  /** Whether names that differ in case are the same file. */
  readonly ignoreCase: boolean;
}

export type ReadDiskRules = (path: string) => Promise<DiskRules>;

/** What the machine is doing beside us. */
export interface Machine {
  /** Undefined where it cannot be told. */
  isOnBattery(): Promise<boolean | undefined>;
  /** A meter of how busy others have kept the processors since it was last read, as a share of all of them in [0, 1]. */
  loadMeter(): { share(): number };
  /** Lets this thread, and those it starts from now on, give way to others, where the system can do that. */
  lowerPriority(): void;
}
