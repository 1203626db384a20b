// Chooses the devices of an engine or a training: by the setting, by what this home has, and by a short piece of the very
// work that is to be done, measured once for each adapter and model.

import { errorMessage } from '../../base/logger.ts';
import type { Calls } from '../../base/requests/api.ts';
import type { DeviceTimes } from '../../runtime/deviceChoice.ts';
import { chooseDevice, HandOverError, wasmBecause } from '../../runtime/deviceChoice.ts';
import { DeviceLadder } from '../../runtime/deviceLadder.ts';
import type { Runtime } from '../../runtime/session.ts';
import { DeviceError } from '../../runtime/session.ts';
import type { WebGpuRuntime } from '../../runtime/webgpu.ts';
import type { editorApi } from '../protocol/editorApi.ts';
import type { DeviceOptions, EngineOptions } from '../protocol/engineOptions.ts';
import type { EngineHome } from './engineHome.ts';

export type DeviceHome = Pick<EngineHome, 'createRuntime' | 'createWebGpuRuntime' | 'isForWebGpuAlone'>;

export interface Work {
  /** Tells this work, on this model, from others. */
  readonly key: string;
  /** Does a small piece of it and gives its milliseconds. */
  measure(runtime: Runtime): Promise<number>;
}

const noOptions: DeviceOptions = { setting: 'auto', times: {} };

/**
 * The device to begin with, and what to fall back to. Rejects where Wasm cannot be had either, and with a HandOverError where
 * this home is for WebGPU alone and has none; `editor` has then started the work elsewhere. The work is only described where
 * the choice may hang on it.
 */
export async function chooseDevices(
  home: DeviceHome,
  options: Pick<EngineOptions, 'runtimeFolder' | 'threads' | 'devices'>,
  editor: Pick<Calls<typeof editorApi>, 'deviceMeasured' | 'handOver'>,
  describeWork: () => Promise<Work>,
): Promise<DeviceLadder> {
  const { setting, times: known } = options.devices ?? noOptions;
  const onWasm = async (why: string) => ({ runtime: await home.createRuntime(options), why });
  const stayOrHandOver = (reason: string): void => {
    if (!home.isForWebGpuAlone) return;
    editor.handOver(reason);
    throw new HandOverError(reason);
  };

  const webgpu = await webGpuOf(home, options, setting !== 'wasm');
  let choice = chooseDevice(setting, webgpu, undefined);
  if (choice === 'measure' && !('problem' in webgpu)) {
    const work = await describeWork();
    const key = `${webgpu.adapter} / ${work.key}`;
    const times = known[key] ?? (await timesOf(work, await home.createRuntime(options), webgpu));
    if (!('problem' in times)) editor.deviceMeasured({ key, times });
    choice = 'problem' in times ? wasmBecause(times.problem) : chooseDevice(setting, webgpu, times);
  }
  if (choice === 'measure') throw new Error('the devices were measured and still none was chosen');
  if ('problem' in webgpu) {
    stayOrHandOver(webgpu.problem);
    return new DeviceLadder(await onWasm(choice.why));
  }
  if (choice.device === 'wasm') {
    webgpu.dispose();
    return new DeviceLadder(await onWasm(choice.why));
  }
  return new DeviceLadder({ runtime: webgpu, why: choice.why }, ({ message }) => {
    webgpu.dispose();
    stayOrHandOver(message);
    return onWasm(wasmBecause(message).why);
  });
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
