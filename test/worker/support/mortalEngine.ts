// The real engine in a thread, on a disk whose files kill whoever works on them where their text says so: `deadly exit`,
// `deadly hang` or `deadly memory`.

import { Buffer } from 'node:buffer';
import { parentPort } from 'node:worker_threads';
import { startEngine } from '../../../src/worker/host/engineHost.ts';
import { nodeHome } from '../../../src/worker/platform/nodeHome.ts';
import { nodePort } from '../../../src/worker/platform/nodePort.ts';

const home = nodeHome('a test has none');

function deadly(bytes: Uint8Array): Uint8Array {
  const [, how] = /deadly (\w+)/.exec(Buffer.from(bytes).toString()) ?? [];
  if (how === undefined) return bytes;
  // The work on a file begins with a look at how many bytes it has.
  return Object.defineProperty(bytes, 'byteLength', {
    get(): number {
      const kept: string[][] = [];
      while (how !== 'exit') if (how === 'memory') kept.push(new Array<string>(2_000_000).fill('x'));
      process.exit(7);
    },
  });
}

if (parentPort === null) throw new Error('this is the entry of a worker thread, not a program');
startEngine(
  {
    ...home,
    diskTree(place) {
      const tree = home.diskTree(place);
      if (tree === undefined) return undefined;
      return {
        list: folder => tree.list(folder),
        stat: path => tree.stat(path),
        read: async path => deadly(await tree.read(path)),
      };
    },
  },
  nodePort(parentPort),
);
