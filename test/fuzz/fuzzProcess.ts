// A process that checks inputs of all its targets in turns until it is ended, or has checked as many as it should.

import { ok } from 'node:assert/strict';
import { openSync, writeSync } from 'node:fs';
import { inputOf, problemWith } from './checkInputs.ts';
import type { FuzzMessage, FuzzTask } from './protocol.ts';
import type { FuzzTarget } from './target.ts';
import { fuzzTargets } from './targets.ts';

/** How long one target goes on before the next. */
const turnMs = 500;

const task = JSON.parse(process.argv[2] ?? '') as FuzzTask;
const file = openSync(task.positionFile, 'w');
const position = new Uint32Array(2);

const running = Object.entries(task.from).map(([name, index]) => {
  const number = fuzzTargets.findIndex(each => each.name === name);
  const target = fuzzTargets[number];
  ok(target !== undefined, `there is no target ${name}`);
  return { target, number, index, left: task.inputsEach ?? Infinity };
});

while (running.some(({ left }) => left > 0)) for (const each of running) if (each.left > 0) await turn(each);
process.disconnect();

async function turn(each: {
  target: FuzzTarget;
  number: number;
  index: number;
  left: number;
}): Promise<void> {
  const { target, number } = each;
  const startedMs = performance.now();
  const first = each.index;
  while (each.left > 0 && performance.now() - startedMs < turnMs) {
    position[0] = number;
    position[1] = each.index;
    writeSync(file, position, 0, position.byteLength, 0);
    const input = inputOf(target, task.seed, each.index);
    const problem = await problemWith(target, input, task.slowMs);
    if (problem !== undefined)
      say({
        kind: 'found',
        finding: { target: target.name, seed: task.seed, index: each.index, problem, input },
      });
    each.index++;
    each.left--;
  }
  say({
    kind: 'checked',
    target: target.name,
    inputs: each.index - first,
    ms: performance.now() - startedMs,
  });
}

function say(message: FuzzMessage): void {
  process.send?.(message);
}
