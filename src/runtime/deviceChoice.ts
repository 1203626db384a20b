// Which device computes, and why, as a pure function of the setting, of what the machine has, and of what was measured.

export const deviceSettings = ['auto', 'wasm', 'webgpu'] as const;
export type DeviceSetting = (typeof deviceSettings)[number];

export interface DeviceChoice {
  readonly device: 'wasm' | 'webgpu';
  /** A clause without a full stop, for reports: after `Wasm, because`, say. */
  readonly why: string;
}

/** A device that is not to be used, and why, as a clause without a full stop. */
export interface AvoidedDevice {
  readonly device: 'webgpu';
  readonly reason: string;
}

/** The work is to go on in another home, without the device that this one is for. The message is the reason. */
export class HandOverError extends Error {
  override readonly name = 'HandOverError';
}

/** How long the same small work took on each, in milliseconds. */
export interface DeviceTimes {
  readonly wasmMs: number;
  readonly webgpuMs: number;
}

/** WebGPU in this host: its adapter, or why there is none. */
export type WebGpuState =
  | { readonly adapter: string; /** It computes on the processor. */ readonly isSoftware: boolean }
  | { readonly problem: string };

/** WebGPU takes time to load and memory beside Wasm's, so it must be so much faster. */
const worthwhile = 0.9;

/** The choice; `measure` where it hangs on times that are not known. */
export function chooseDevice(
  setting: DeviceSetting,
  webgpu: WebGpuState,
  times: DeviceTimes | undefined,
): DeviceChoice | 'measure' {
  if (setting === 'wasm') return { device: 'wasm', why: 'the setting tinymemory.device says so' };
  if ('problem' in webgpu) {
    // WebGPU was not requested, so its absence is a reason and not an error.
    return setting === 'webgpu' ? wasmBecause(webgpu.problem) : { device: 'wasm', why: webgpu.problem };
  }
  if (setting === 'webgpu') return { device: 'webgpu', why: 'the setting tinymemory.device says so' };
  if (webgpu.isSoftware)
    return { device: 'wasm', why: 'the WebGPU adapter is software, no faster than Wasm' };
  if (times === undefined) return 'measure';
  const { wasmMs, webgpuMs } = times;
  const compared = `the same work took ${ms(webgpuMs)} on WebGPU and ${ms(wasmMs)} on Wasm`;
  return { device: webgpuMs < worthwhile * wasmMs ? 'webgpu' : 'wasm', why: compared };
}

/** What answers when WebGPU failed, for the reason given. */
export function wasmBecause(problem: string): DeviceChoice {
  return { device: 'wasm', why: `WebGPU cannot be used: ${problem}` };
}

function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}
