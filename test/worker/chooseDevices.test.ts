// Which devices are chosen, what is measured for them and when, and what is fallen back to when one fails.

import { deepStrictEqual, match, rejects, strictEqual } from 'node:assert/strict';
import type { Runtime } from '../../src/runtime/session.ts';
import { DeviceError } from '../../src/runtime/session.ts';
import type { WebGpuRuntime } from '../../src/runtime/webgpu.ts';
import { HandOverError } from '../../src/runtime/deviceChoice.ts';
import type { DeviceLadder, Rung } from '../../src/runtime/deviceLadder.ts';
import { chooseDevices } from '../../src/worker/engine/chooseDevices.ts';
import type { MeasuredDevices } from '../../src/worker/protocol/editorApi.ts';
import type { DeviceOptions } from '../../src/worker/protocol/engineOptions.ts';

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
    maxNodeOutputs: 8,
    createSession: () => Promise.reject(new Error('nothing is run')),
    createKeepingSession: () => Promise.reject(new Error('nothing is run')),
    dispose: () => did.push(`end ${device}`),
  });
  const measured: MeasuredDevices[] = [];
  const editor = {
    deviceMeasured: (devices: MeasuredDevices) => measured.push(devices),
    handOver: (reason: string) => did.push(`hand over: ${reason}`),
  };
  return {
    did,
    measured,
    editor,
    isForWebGpuAlone,
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

describe('worker/chooseDevices', () => {
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
  ): Promise<DeviceLadder & { readonly measured: MeasuredDevices | undefined }> {
    const { at = home(), setting = 'auto', times = {}, wasmMs = 10, webgpuMs = 1 } = one;
    const devices = { setting, times };
    const chosen = await chooseDevices(at, { ...options, devices }, at.editor, work(at, wasmMs, webgpuMs));
    strictEqual(chosen.runtime.device, device);
    match(chosen.current.why, why);
    deepStrictEqual(at.did, did);
    return Object.assign(chosen, { measured: at.measured[0] });
  }

  it('measures both and takes the faster, once', async () => {
    const measured = ['start webgpu', 'measure wasm', 'measure webgpu'];
    const fast = await check({}, 'webgpu', /1\.0 ms on WebGPU and 10 ms on Wasm/, measured);
    deepStrictEqual(fast.measured, { key: 'some gpu / work', times: { wasmMs: 10, webgpuMs: 1 } });
    const slow = await check({ webgpuMs: 11 }, 'wasm', /11 ms on WebGPU/, [...measured, 'end webgpu']);
    await rejects(slow.fallBack(new DeviceError('it failed')), /it failed/);
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
    const devices = await check({ at, setting: 'webgpu' }, 'webgpu', /setting/, ['start webgpu']);
    const fallen: Rung[] = [];
    devices.onDidFallBack(rung => fallen.push(rung));
    await rejects(devices.fallBack(new Error('no device is at fault')), /at fault/);
    const other = await devices.fallBack(new DeviceError('it was lost'));
    strictEqual(other.device, 'wasm');
    match(devices.current.why, /it was lost/);
    deepStrictEqual(fallen, [devices.current]);
    deepStrictEqual(at.did, ['start webgpu', 'end webgpu']);
  });

  it('has the work done in another home where this one is for WebGPU alone', async () => {
    const options = { runtimeFolder: '', threads: 0, devices: { setting: 'webgpu', times: {} } } as const;
    const without = home({ problem: 'no adapter' }, true);
    const choosing = chooseDevices(without, options, without.editor, work(without, 1, 1));
    await rejects(choosing, new HandOverError('no adapter'));
    deepStrictEqual(without.did, ['start webgpu', 'hand over: no adapter']);
    const at = home({}, true);
    const devices = await check({ at, setting: 'webgpu' }, 'webgpu', /setting/, ['start webgpu']);
    await rejects(devices.fallBack(new DeviceError('it was lost')), new HandOverError('it was lost'));
    deepStrictEqual(at.did, ['start webgpu', 'end webgpu', 'hand over: it was lost']);
  });

  it('passes on what is no fault of a device', async () => {
    const at = home();
    const broken = () => Promise.reject(new Error('the model is damaged'));
    await rejects(chooseDevices(at, options, at.editor, broken), /the model is damaged/);
  });
});
