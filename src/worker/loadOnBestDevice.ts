// Loads an engine on the device that suits it, and tells when another one has to go on.

import { NetworkInUse } from '../infer/network.ts';
import { probeDecoding } from '../infer/probe.ts';
import { readModelFolder } from '../model/modelFolder.ts';
import { chooseRuntime } from './chooseRuntime.ts';
import type { EngineHome } from './engineHome.ts';
import type { Engine } from './loadEngine.ts';
import { loadEngine, usedConfig } from './loadEngine.ts';
import { countParameters, loadNetwork } from './loadNetwork.ts';
import type { EngineOptions, FromWorker } from './messages.ts';
import { modelInUse } from './trainingFolder.ts';

/** Throws an error for the user. What is measured on the way is posted. */
export async function loadOnBestDevice(
  home: EngineHome,
  options: EngineOptions,
  post: (message: FromWorker) => void,
): Promise<Engine> {
  const { files: reader } = home.storage;
  const folder = await modelInUse(options, home.storage);
  const chosen = await chooseRuntime(home, options, async () => {
    const files = await readModelFolder(folder, reader);
    const config = usedConfig(files);
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
  });
  if (chosen.measured !== undefined) post({ kind: 'deviceMeasured', ...chosen.measured });
  const { substitute } = chosen;
  return loadEngine(reader, folder, chosen.runtime, {
    why: chosen.why,
    substitute:
      substitute &&
      (async error => {
        const { runtime, why } = await substitute(error);
        post({ kind: 'deviceChanged', device: runtime.device, why, threads: runtime.threads });
        return runtime;
      }),
  });
}
