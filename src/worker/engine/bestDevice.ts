// Chooses the device that suits a model, and tells when another one has to go on.

import { NetworkInUse } from '../../infer/network.ts';
import { probeDecoding } from '../../infer/probe.ts';
import type { ModelConfig } from '../../model/config.ts';
import type { ModelFiles } from '../../model/modelFolder.ts';
import { readModelFolder } from '../../model/modelFolder.ts';
import type { ChosenRuntime, Work } from './chooseRuntime.ts';
import { chooseRuntime } from './chooseRuntime.ts';
import type { EngineHome } from './engineHome.ts';
import type { Engine } from './loadEngine.ts';
import { loadEngine, usedConfig } from './loadEngine.ts';
import { countParameters, loadNetwork } from './loadNetwork.ts';
import type { EngineOptions, FromWorker } from '../protocol/messages.ts';

/** Loads the model in `folder`. Throws an error for the user, and posts what it measures on the way. */
export async function loadOnBestDevice(
  home: EngineHome,
  folder: string,
  options: EngineOptions,
  post: (message: FromWorker) => void,
): Promise<Engine> {
  const { files: reader } = home.storage;
  const chosen = await chooseForDecoding(home, options, post, async () => {
    const files = await readModelFolder(folder, reader);
    return { files, config: usedConfig(files) };
  });
  const { substitute } = chosen;
  return loadEngine(reader, folder, chosen.runtime, {
    why: chosen.why,
    substitute:
      substitute &&
      (async error => {
        const other = await substitute(error);
        const { runtime, why } = other;
        post({ kind: 'deviceChanged', device: runtime.device, why, threads: runtime.threads });
        return other;
      }),
  });
}

/** Chooses by how fast the model decodes, if it must be measured. What is measured is posted. */
export async function chooseForDecoding(
  home: Pick<EngineHome, 'createRuntime' | 'createWebGpuRuntime' | 'move'>,
  options: Pick<EngineOptions, 'runtimeFolder' | 'threads' | 'devices'>,
  post: (message: FromWorker) => void,
  readModel: () => Promise<{ readonly files: ModelFiles; readonly config: ModelConfig }>,
): Promise<ChosenRuntime> {
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
  const chosen = await chooseRuntime(home, options, describeWork);
  if (chosen.measured !== undefined) post({ kind: 'deviceMeasured', ...chosen.measured });
  return chosen;
}
