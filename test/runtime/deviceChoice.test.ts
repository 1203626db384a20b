// The choice of the device: what the setting says, what the machine has, and what is faster by enough.

import { deepStrictEqual, match, ok } from 'node:assert/strict';
import type { DeviceSetting, DeviceTimes, WebGpuState } from '../../src/runtime/deviceChoice.ts';
import { chooseDevice } from '../../src/runtime/deviceChoice.ts';

describe('runtime/deviceChoice', () => {
  const adapter = { adapter: 'some gpu', isSoftware: false };
  const software = { adapter: 'software', isSoftware: true };
  const none = { problem: 'this host has no WebGPU' };

  /** `expected` is the device and a part of the reason. */
  function check(
    setting: DeviceSetting,
    webgpu: WebGpuState,
    times: DeviceTimes | undefined,
    device: 'wasm' | 'webgpu',
    why: RegExp,
  ): void {
    const choice = chooseDevice(setting, webgpu, times);
    ok(choice !== 'measure', 'it wants to measure');
    deepStrictEqual(choice.device, device);
    match(choice.why, why);
  }

  it('does what the setting says where it can', () => {
    check('wasm', adapter, { wasmMs: 9, webgpuMs: 1 }, 'wasm', /setting/);
    check('wasm', none, undefined, 'wasm', /setting/);
    check('webgpu', adapter, { wasmMs: 1, webgpuMs: 9 }, 'webgpu', /setting/);
    check('webgpu', none, undefined, 'wasm', /cannot be used: this host has no WebGPU/);
  });

  it('takes the faster by itself, in favour of Wasm', () => {
    check('auto', adapter, { wasmMs: 100, webgpuMs: 80 }, 'webgpu', /80 ms on WebGPU and 100 ms on Wasm/);
    check('auto', adapter, { wasmMs: 100, webgpuMs: 95 }, 'wasm', /95 ms on WebGPU/);
    check('auto', adapter, { wasmMs: 2.5, webgpuMs: 2.5 }, 'wasm', /2\.5 ms on WebGPU/);
    check('auto', software, undefined, 'wasm', /software/);
    check('webgpu', software, undefined, 'webgpu', /setting/);
    // Nothing is wrong where nobody asked for WebGPU.
    check('auto', none, { wasmMs: 9, webgpuMs: 1 }, 'wasm', /^this host has no WebGPU$/);
    // A probe that went wrong chooses nothing new.
    check('auto', adapter, { wasmMs: 9, webgpuMs: NaN }, 'wasm', /NaN/);
  });

  it('measures where the choice hangs on it', () => {
    deepStrictEqual(chooseDevice('auto', adapter, undefined), 'measure');
  });
});
