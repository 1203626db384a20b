// The home of an engine in a thread of Node, with the machine's disk.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { ReadAsset } from '../../base/files.ts';
import { nodeFolder } from '../../corpus/nodeFolder.ts';
import { createNodeWasmRuntime } from '../../runtime/nodeWasm.ts';
import { DeviceError } from '../../runtime/session.ts';
import type { EngineHome } from '../engine/engineHome.ts';
import { isOnBattery, lowerThreadPriority, OthersLoad } from './nodeMachine.ts';
import { nodeDiskRules } from './nodeDiskRules.ts';
import { nodeStorage } from './nodeStorage.ts';

/** Beside the bundle; in a source tree, at its top and where the packages are installed. */
export const nodeAsset: ReadAsset = async name => {
  const here = dirname(fileURLToPath(import.meta.url));
  const top = join(here, '../../..');
  const file = name.replace(/^grammars\//, '');
  const paths = [
    ...[join(here, `${name}.gz`), join(here, '../models', name), join(top, 'models', name)],
    ...[join(top, 'node_modules/web-tree-sitter', file)],
    ...[join(top, 'node_modules/@vscode/tree-sitter-wasm/wasm', file)],
  ];
  const path = paths.find(each => existsSync(each));
  if (path === undefined) throw new Error(`${name} is not beside ${here}; install the extension anew`);
  const bytes = await readFile(path);
  return path.endsWith('.gz') ? promisify(gunzip)(bytes) : bytes;
};

/** `webGpuProblem` says why WebGPU, which is elsewhere, is not used. */
export const nodeHome = (webGpuProblem: string): EngineHome => ({
  name: 'a thread of Node',
  storage: nodeStorage,
  asset: nodeAsset,
  machine: { isOnBattery, loadMeter: () => new OthersLoad(), lowerPriority: lowerThreadPriority },
  createRuntime({ runtimeFolder, threads }) {
    const folder = runtimeFolder === '' ? undefined : runtimeFolder;
    return Promise.resolve(createNodeWasmRuntime({ folder, threads }));
  },
  createWebGpuRuntime: () => Promise.reject(new DeviceError(webGpuProblem)),
  diskTree: nodeFolder,
  diskRules: nodeDiskRules,
  askEndpoint: undefined,
  isForWebGpuAlone: false,
});
