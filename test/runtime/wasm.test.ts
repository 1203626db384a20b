// The Wasm runtime: threads by cores, errors of what cannot be loaded or run, and runs one after another.

import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict';
import { apply, input } from '../../src/graph/graph.ts';
import { encodeOnnx } from '../../src/graph/onnx.ts';
import { chooseThreads } from '../../src/runtime/wasm.ts';
import { wasmRuntime } from '../support/engine.ts';
import { feed, tensorOf } from '../support/engineTensors.ts';

describe('runtime/wasm: chooseThreads', () => {
  /** `requested/cores`. */
  function check(machine: string, expected: number): void {
    const [requested = NaN, cores = NaN] = machine.split('/').map(Number);
    strictEqual(chooseThreads(requested, cores), expected, machine);
  }

  it('takes half of the cores, both of two, and four at most', () => {
    check('0/1', 1);
    check('0/2', 2);
    check('0/3', 2);
    check('0/4', 2);
    check('0/6', 3);
    check('0/8', 4);
    check('0/64', 4);
  });

  it('takes what is asked for, up to the cores', () => {
    check('1/8', 1);
    check('6/8', 6);
    check('9/8', 8);
    check('2.9/8', 2);
    check('0.5/8', 1);
    check('-1/8', 4);
  });
});

describe('runtime/wasm: sessions', () => {
  const x = input('x', 'float32', ['T']);
  const model = encodeOnnx({ outputs: { y: apply('Add', [x, x], {}) } });
  const feeds = (...values: number[]) => ({ x: feed(tensorOf('float32', [values.length], values)) });

  async function check(
    run: Promise<Readonly<Record<string, { data: ArrayLike<unknown> }>>>,
    ...expected: number[]
  ) {
    deepStrictEqual(Array.from((await run)['y']?.data ?? [], Number), expected);
  }

  it('says what onnxruntime refused', async () => {
    await rejects(wasmRuntime().createSession(new Uint8Array([1, 2, 3])), /ERROR_MESSAGE/);
    await rejects(wasmRuntime().createSession(new Uint8Array()), Error);
    await rejects(wasmRuntime().createSession(model.subarray(0, model.length - 3)), Error);
  });

  it('queues runs, and a failed one fails no other', async () => {
    const session = await wasmRuntime().createSession(model);
    const first = session.run(feeds(1));
    const failing = session.run({});
    const last = session.run(feeds(2, 3));
    await rejects(failing, Error);
    await check(first, 2);
    await check(last, 4, 6);
    session.dispose();
  });

  it('lets messages in between runs', async () => {
    const session = await wasmRuntime().createSession(model);
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    // By the clock and not by a count: how many runs a timer's millisecond takes depends on the machine.
    const endMs = performance.now() + 2_000;
    while (turns === 0 && performance.now() < endMs) await session.run(feeds(1));
    clearInterval(timer);
    ok(turns > 0, 'no timer fired during two seconds of runs');
    session.dispose();
  });

  it('runs nothing after it was released', async () => {
    const session = await wasmRuntime().createSession(model);
    session.dispose();
    session.dispose();
    await rejects(session.run(feeds(1)), /released/);
  });
});
