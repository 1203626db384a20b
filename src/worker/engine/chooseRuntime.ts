// Chooses the runtime of an engine or a training: by the setting, by what this home has, and by a short piece of the
// very work that is to be done, measured once for each adapter and model.

import { errorMessage } from '../../base/logger.ts';
import type { DeviceTimes } from '../../runtime/deviceChoice.ts';
import { chooseDevice, wasmBecause } from '../../runtime/deviceChoice.ts';
import type { Runtime } from '../../runtime/session.ts';
import { DeviceError } from '../../runtime/session.ts';
import type { WebGpuRuntime } from '../../runtime/webgpu.ts';
import type { EngineHome } from './engineHome.ts';
import type { DeviceOptions, EngineOptions } from '../protocol/messages.ts';

export interface ChosenRuntime {
  readonly runtime: Runtime;
  /** A clause without a full stop. */
  readonly why: string;
  /** What is to be remembered, so that it is not measured again. */
  readonly measured: { readonly key: string; readonly times: DeviceTimes } | undefined;
  /** Wasm, to go on with when the runtime's device fails; it has then been disposed of. Undefined where it is Wasm. */
  readonly substitute: ((error: DeviceError) => Promise<Substitute>) | undefined;
}

export interface Substitute {
  readonly runtime: Runtime;
  readonly why: string;
}

export interface Work {
  /** Tells this work, on this model, from others. */
  readonly key: string;
  /** Does a small piece of it and gives its milliseconds. */
  measure(runtime: Runtime): Promise<number>;
}

const noOptions: DeviceOptions = { setting: 'auto', times: {} };

/** Rejects only where Wasm cannot be had either. The work is only described where the choice may hang on it. */
export async function chooseRuntime(
  home: Pick<EngineHome, 'createRuntime' | 'createWebGpuRuntime' | 'move'>,
  options: Pick<EngineOptions, 'runtimeFolder' | 'threads' | 'devices'>,
  describeWork: () => Promise<Work>,
): Promise<ChosenRuntime> {
  const { setting, times: known } = options.devices ?? noOptions;
  const wasm = (why: string, measured?: ChosenRuntime['measured']): Promise<ChosenRuntime> =>
    home.createRuntime(options).then(runtime => ({ runtime, why, measured, substitute: undefined }));

  const webgpu = await webGpuOf(home, options, setting !== 'wasm');
  let measured: ChosenRuntime['measured'];
  let choice = chooseDevice(setting, webgpu, undefined);
  if (choice === 'measure' && !('problem' in webgpu)) {
    const work = await describeWork();
    const key = `${webgpu.adapter} / ${work.key}`;
    const times = known[key] ?? (await timesOf(work, await home.createRuntime(options), webgpu));
    if (!('problem' in times)) measured = { key, times };
    choice = 'problem' in times ? wasmBecause(times.problem) : chooseDevice(setting, webgpu, times);
  }
  if (choice === 'measure') throw new Error('the devices were measured and still none was chosen');
  if ('problem' in webgpu) {
    await home.move?.(webgpu.problem);
    return wasm(choice.why);
  }
  if (choice.device === 'wasm') {
    webgpu.dispose();
    return wasm(choice.why, measured);
  }
  return {
    runtime: webgpu,
    why: choice.why,
    measured,
    async substitute({ message }) {
      webgpu.dispose();
      await home.move?.(message);
      return { runtime: await home.createRuntime(options), why: wasmBecause(message).why };
    },
  };
}

async function webGpuOf(
  home: Pick<EngineHome, 'createWebGpuRuntime'>,
  options: Pick<EngineOptions, 'runtimeFolder'>,
  isWanted: boolean,
): Promise<WebGpuRuntime | { readonly problem: string }> {
  if (!isWanted) return { problem: 'it is not wanted' };
  try {
    return await home.createWebGpuRuntime(options);
  } catch (error) {
    return { problem: errorMessage(error) };
  }
}

/** What fails on Wasm is no device's fault, and rejects. */
async function timesOf(
  work: Work,
  wasm: Runtime,
  webgpu: Runtime,
): Promise<DeviceTimes | { readonly problem: string }> {
  const wasmMs = await work.measure(wasm);
  try {
    return { wasmMs, webgpuMs: await work.measure(webgpu) };
  } catch (error) {
    if (error instanceof DeviceError) return { problem: error.message };
    throw error;
  }
}
