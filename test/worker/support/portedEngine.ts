// The real engine in the thread of the test, behind a pair of ports.

import assert from 'node:assert/strict';
import type { Port } from '../../../src/base/requests/port.ts';
import { serveEditor } from '../../../src/worker/client/serveEditor.ts';
import { startEngine } from '../../../src/worker/host/engineHost.ts';
import { nodeHome } from '../../../src/worker/platform/nodeHome.ts';
import { portPair } from '../../base/requests/ports.ts';
import type { MemoryFiles } from './memoryFiles.ts';
import { editorFilesOf } from './memoryFiles.ts';

/** `files` are those of every folder that lies on no disk. `setAside` gets what is wrong with models that are set aside. */
export function portedEngine(files: MemoryFiles): {
  readonly port: Port;
  readonly setAside: readonly string[];
} {
  const ports = portPair();
  const setAside: string[] = [];
  serveEditor(ports.near, {
    log: () => undefined,
    reading: () => undefined,
    deviceMeasured: () => undefined,
    handOver: reason => assert.fail(reason),
    modelSetAside: problem => void setAside.push(problem),
    files: editorFilesOf(() => files),
    onMalformed: fault => assert.fail(fault),
  });
  const home = nodeHome('a test has none');
  // A training would lower the thread of all tests that follow.
  const machine = { ...home.machine, lowerPriority: () => undefined };
  startEngine({ ...home, machine }, ports.far);
  return { port: ports.near, setAside };
}
