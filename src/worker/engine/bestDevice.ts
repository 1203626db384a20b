// Chooses the device that suits a model, and says when the model falls back to another.

import { NetworkInUse } from '../../infer/network.ts';
import { probeDecoding } from '../../infer/probe.ts';
import type { ModelConfig } from '../../model/config.ts';
import type { ModelFiles } from '../../model/modelFolder.ts';
import { readModelFolder } from '../../model/modelFolder.ts';
import type { Calls } from '../../base/requests/api.ts';
import type { DeviceLadder } from '../../runtime/deviceLadder.ts';
import type { editorApi } from '../protocol/editorApi.ts';
import type { engineEvents } from '../protocol/engineApi.ts';
import type { EngineOptions } from '../protocol/engineOptions.ts';
import type { DeviceHome, Work } from './chooseDevices.ts';
import { chooseDevices } from './chooseDevices.ts';
import type { EngineHome } from './engineHome.ts';
import type { Engine } from './loadEngine.ts';
import { loadEngine, usedConfig } from './loadEngine.ts';
import { countParameters, loadNetwork } from './loadNetwork.ts';

/** Reports on devices on the way. */
export interface DeviceListeners {
  readonly editor: Pick<Calls<typeof editorApi>, 'deviceMeasured' | 'handOver'>;
  readonly events: Pick<Calls<typeof engineEvents>, 'deviceChanged'>;
}

/** Loads the model in `folder`. Throws an error for the user, or a HandOverError. */
export async function loadOnBestDevice(
  home: EngineHome,
  folder: string,
  options: EngineOptions,
  { editor, events }: DeviceListeners,
): Promise<Engine> {
  const { files: reader } = home.storage;
  const devices = await chooseForDecoding(home, options, editor, async () => {
    const files = await readModelFolder(folder, reader);
    return { files, config: usedConfig(files) };
  });
  devices.onDidFallBack(({ runtime: { device, threads }, why }) => {
    events.deviceChanged({ device, why, threads });
  });
  return loadEngine(reader, folder, devices);
}

/** Chooses by how fast the model decodes, if it must be measured. */
export async function chooseForDecoding(
  home: DeviceHome,
  options: Pick<EngineOptions, 'runtimeFolder' | 'threads' | 'devices'>,
  editor: DeviceListeners['editor'],
  readModel: () => Promise<{ readonly files: ModelFiles; readonly config: ModelConfig }>,
): Promise<DeviceLadder> {
  const describeWork = async (): Promise<Work> => {
    const { files, config } = await readModel();
    return {
      key: `suggesting / ${files.manifest.name} / ${countParameters(files)}`,
      async measure(runtime) {
        const networks = new NetworkInUse(await loadNetwork(files, config, runtime));
        try {
          return (await probeDecoding(config, networks)).suggestionMs;
        } finally {
          networks.dispose();
        }
      },
    };
  };
  return chooseDevices(home, options, editor, describeWork);
}
