// Which runtime is chosen, what is measured for it and when, and what stands in for one that fails.

import { setTimeout as sleep } from 'node:timers/promises';
import { deepStrictEqual, match, rejects, strictEqual } from 'node:assert/strict';
import type { Runtime } from '../../src/runtime/session.ts';
import { DeviceError } from '../../src/runtime/session.ts';
import type { WebGpuRuntime } from '../../src/runtime/webgpu.ts';
import type { ChosenRuntime } from '../../src/worker/engine/chooseRuntime.ts';
import { chooseRuntime } from '../../src/worker/engine/chooseRuntime.ts';
import type { DeviceOptions } from '../../src/worker/protocol/messages.ts';

const options = { runtimeFolder: 'runtime', threads: 0 };

/** A home whose devices do nothing; `did` tells what was asked of them. */
function home(
  webgpu: { readonly problem?: string; readonly isSoftware?: boolean } = {},
  isForWebGpuAlone = false,
) {
  const did: string[] = [];
  const runtime = (device: string): Runtime => ({
    device,
    threads: 1,
    warnings: [],
    hasOwnMemory: device === 'webgpu',
    mostNodeOutputs: 8,
    createSession: () => Promise.reject(new Error('nothing is run')),
    createKeepingSession: () => Promise.reject(new Error('nothing is run')),
    dispose: () => did.push(`end ${device}`),
  });
  const move = (why: string): Promise<never> => {
    did.push(`move: ${why}`);
    return new Promise(() => undefined);
  };
  return {
    did,
    move: isForWebGpuAlone ? move : undefined,
    createRuntime: () => Promise.resolve(runtime('wasm')),
    createWebGpuRuntime(): Promise<WebGpuRuntime> {
      did.push('start webgpu');
      const { problem, isSoftware = false } = webgpu;
      if (problem !== undefined) return Promise.reject(new DeviceError(problem));
      const device = { device: 'webgpu', adapter: 'some gpu', isSoftware } as const;
      return Promise.resolve({ ...runtime('webgpu'), ...device });
    },
  };
}

type Home = ReturnType<typeof home>;

/** Measures as long as told on each device, a DeviceError instead of a number, and says so. */
function work(at: Home, wasmMs: number, webgpuMs: number | DeviceError) {
  return () =>
    Promise.resolve({
      key: 'work',
      measure({ device }: Runtime) {
        at.did.push(`measure ${device}`);
        const ms = device === 'wasm' ? wasmMs : webgpuMs;
        return typeof ms === 'number' ? Promise.resolve(ms) : Promise.reject(ms);
      },
    });
}

describe('worker/chooseRuntime', () => {
  interface Case {
    readonly at?: Home;
    readonly setting?: DeviceOptions['setting'];
    readonly times?: DeviceOptions['times'];
    readonly wasmMs?: number;
    readonly webgpuMs?: number | DeviceError;
  }

  async function check(
    one: Case,
    device: string,
    why: RegExp,
    did: readonly string[],
  ): Promise<ChosenRuntime> {
    const { at = home(), setting = 'auto', times = {}, wasmMs = 10, webgpuMs = 1 } = one;
    const devices = { setting, times };
    const chosen = await chooseRuntime(at, { ...options, devices }, work(at, wasmMs, webgpuMs));
    strictEqual(chosen.runtime.device, device);
    match(chosen.why, why);
    deepStrictEqual(at.did, did);
    return chosen;
  }

  it('measures both and takes the faster, once', async () => {
    const measured = ['start webgpu', 'measure wasm', 'measure webgpu'];
    const fast = await check({}, 'webgpu', /1\.0 ms on WebGPU and 10 ms on Wasm/, measured);
    deepStrictEqual(fast.measured, { key: 'some gpu / work', times: { wasmMs: 10, webgpuMs: 1 } });
    const slow = await check({ webgpuMs: 11 }, 'wasm', /11 ms on WebGPU/, [...measured, 'end webgpu']);
    strictEqual(slow.substitute, undefined);
    const times = { 'some gpu / work': { wasmMs: 3, webgpuMs: 2 } };
    await check({ times, webgpuMs: 99 }, 'webgpu', /2\.0 ms on WebGPU/, ['start webgpu']);
    const others = { 'other gpu / work': { wasmMs: 3, webgpuMs: 2 } };
    await check({ times: others }, 'webgpu', /1\.0 ms/, measured);
  });

  it('does what the setting says without measuring', async () => {
    await check({ setting: 'wasm' }, 'wasm', /setting/, []);
    await check({ setting: 'webgpu' }, 'webgpu', /setting/, ['start webgpu']);
  });

  it('takes Wasm where there is no WebGPU, or only in software, and says so', async () => {
    await check({ at: home({ problem: 'no adapter' }) }, 'wasm', /no adapter/, ['start webgpu']);
    const asked = { at: home({ problem: 'no adapter' }), setting: 'webgpu' } as const;
    await check(asked, 'wasm', /no adapter/, ['start webgpu']);
    const software = ['start webgpu', 'end webgpu'];
    await check({ at: home({ isSoftware: true }) }, 'wasm', /software/, software);
  });

  it('takes Wasm where WebGPU fails to do the work', async () => {
    const failing = { webgpuMs: new DeviceError('out of memory') };
    const did = ['start webgpu', 'measure wasm', 'measure webgpu', 'end webgpu'];
    const { measured } = await check(failing, 'wasm', /out of memory/, did);
    // A machine that was short of memory once is asked again.
    strictEqual(measured, undefined);
  });

  it('hands Wasm over when the device fails later', async () => {
    const at = home();
    const { substitute } = await check({ at, setting: 'webgpu' }, 'webgpu', /setting/, ['start webgpu']);
    const other = await substitute?.(new DeviceError('it was lost'));
    strictEqual(other?.runtime.device, 'wasm');
    match(other.why, /it was lost/);
    deepStrictEqual(at.did, ['start webgpu', 'end webgpu']);
  });

  it('has the work done in another home where this one is for WebGPU alone', async () => {
    const options = { runtimeFolder: '', threads: 0, devices: { setting: 'webgpu', times: {} } } as const;
    const without = home({ problem: 'no adapter' }, true);
    const [never, later] = [chooseRuntime(without, options, work(without, 1, 1)), sleep(5, 'later')];
    strictEqual(await Promise.race([never, later]), 'later');
    deepStrictEqual(without.did, ['start webgpu', 'move: no adapter']);
    const at = home({}, true);
    const { substitute } = await check({ at, setting: 'webgpu' }, 'webgpu', /setting/, ['start webgpu']);
    void substitute?.(new DeviceError('it was lost'));
    await sleep(1);
    deepStrictEqual(at.did, ['start webgpu', 'end webgpu', 'move: it was lost']);
  });

  it('passes on what is no fault of a device', async () => {
    const at = home();
    const broken = () => Promise.reject(new Error('the model is damaged'));
    await rejects(chooseRuntime(at, options, broken), /the model is damaged/);
  });
});
