// Loads a model's network into a runtime: which decode graph, and weights of which precision, suit the device.

import { encodeOnnx } from '../../graph/onnx.ts';
import { splitInSteps } from '../../graph/splitInSteps.ts';
import type { Network } from '../../infer/network.ts';
import { deviceNetwork, hostNetwork, NetworkInUse } from '../../infer/network.ts';
import type { ModelConfig } from '../../model/config.ts';
import { decodeGraph } from '../../model/decodeGraph.ts';
import { deviceDecodeGraph, isKept } from '../../model/deviceDecodeGraph.ts';
import type { FileReader, ModelFiles } from '../../model/modelFolder.ts';
import { readModelFolder } from '../../model/modelFolder.ts';
import type { Parameters, Precision } from '../../model/parameters.ts';
import { constantParameters } from '../../model/parameters.ts';
import { safetensorsWeights } from '../../model/weights.ts';
import type { DeviceLadder } from '../../runtime/deviceLadder.ts';
import type { Runtime } from '../../runtime/session.ts';

/**
 * Weights of smaller models fit any device as they are, and 4 bits would cost them more than they save: at a few million
 * parameters a run is as long as its nodes are many, not as its weights are large.
 */
const exactParameters = 50_000_000;

/** `config` may have a shorter context than the files'. Unless told otherwise, weights are of what suits the device. */
export async function loadNetwork(
  files: ModelFiles,
  config: ModelConfig,
  runtime: Runtime,
  precision: Precision = suitingPrecision(files, runtime),
): Promise<Network> {
  const parameters = parametersOf(files, precision);
  if (!runtime.hasOwnMemory) {
    const graph = decodeGraph(config, parameters);
    return hostNetwork(config, await runtime.createSession(encodeOnnx(graph)));
  }
  const graph = splitInSteps(deviceDecodeGraph(config, parameters), runtime.maxNodeOutputs);
  const kept = Object.keys(graph.outputs).filter(isKept);
  return deviceNetwork(config, await runtime.createKeepingSession(encodeOnnx(graph), kept));
}

/**
 * The same, on the device in use of `devices`; when that cannot hold the network or fails later, the network falls back with
 * them. Its files are then read again from `reader`, so that they need not be held all the while. `precision` is of the first
 * network.
 */
export async function loadWithFallback(
  files: ModelFiles,
  config: ModelConfig,
  devices: DeviceLadder,
  { reader, precision }: { readonly reader: FileReader; readonly precision?: Precision | undefined },
): Promise<NetworkInUse> {
  const { folder } = files;
  const fallBack = async (error: unknown): Promise<Network> => {
    const runtime = await devices.fallBack(error);
    return loadNetwork(await readModelFolder(folder, reader), config, runtime);
  };
  const first = loadNetwork(files, config, devices.runtime, precision).catch(fallBack);
  return new NetworkInUse(await first, fallBack);
}

/** The ONNX bytes of the decode graph for runtimes without memory of their own. */
export function decodeModel(files: ModelFiles, config: ModelConfig, precision: Precision): Uint8Array {
  return encodeOnnx(decodeGraph(config, parametersOf(files, precision)));
}

/** Tied matrices are stored once and count once. */
export function countParameters({ tensors }: ModelFiles): number {
  let count = 0;
  for (const { shape } of tensors.values()) count += shape.reduce((product, size) => product * size, 1);
  return count;
}

function parametersOf(files: ModelFiles, precision: Precision): Parameters {
  const weights = safetensorsWeights(files.tensors, `${files.folder}/model.safetensors`);
  return constantParameters(weights, precision);
}

function suitingPrecision(files: ModelFiles, runtime: Runtime): Precision {
  if (!runtime.hasOwnMemory) return 'int8';
  return countParameters(files) > exactParameters ? 'int4' : 'float32';
}
