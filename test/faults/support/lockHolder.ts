// A process that takes the locks it is told of, says whether it got them, and lets go of none.

import { nodeLocks } from '../../../src/worker/platform/nodeLocks.ts';

const locks = nodeLocks();

function answer(place: unknown): void {
  locks.acquire(String(place)).then(
    lock => {
      tell(lock !== undefined);
    },
    (error: unknown) => {
      tell(String(error));
    },
  );
}

function tell(outcome: boolean | string): void {
  process.send?.(outcome);
}

process.on('message', answer);
tell('ready');
