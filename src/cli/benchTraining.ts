// The training benchmark: steps of full fine-tuning as a training takes them, optimizer and copies included, as a share of
// the rate of a bare matrix product in the same run; steps of AdamW on a single batch; those natively; and by PyTorch and
// tfjs on the same model and batch.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../base/random.ts';
import { median } from '../base/statistics.ts';
import { apply, input } from '../graph/graph.ts';
import { encodeOnnx } from '../graph/onnx.ts';
import type { BatchShape } from '../model/lossGraph.ts';
import { readModelFolder } from '../model/modelFolder.ts';
import { nodeFileReader } from '../model/nodeFiles.ts';
import { safetensorsWeights } from '../model/weights.ts';
import type { GraphSession, Runtime } from '../runtime/session.ts';
import type { TensorView } from '../model/tensorView.ts';
import type { Hyperparameters } from '../train/optimizers.ts';
import { muonRounds } from '../train/optimizers.ts';
import type { Batch, TrainingStep } from '../train/step.ts';
import { createTrainingStep } from '../train/step.ts';
import { batchShape, hyperparametersOf, rowsPerStep } from '../worker/protocol/trainingOptions.ts';

export interface TrainingRate {
  readonly tokensPerSecond: number;
  /** Billions of floating-point operations a second: six for each parameter and token, attention not counted. */
  readonly gigaflops: number;
}

export interface TrainingFigures extends BatchShape {
  readonly parameters: number;
  /** Of steps over several batches, by the optimizer of a training. */
  readonly asTrained: TrainingRate & {
    readonly batches: number;
    /** The optimizer's matrix products counted too. */
    readonly gigaflopsInAll: number;
  };
  /** A product of two matrices of 1024 × 1024 in between the steps. */
  readonly matrixProductGigaflops: number;
  /** Of this process, with nothing but training in it. */
  readonly peakResidentMB: number;
  /** Of steps of AdamW on one batch, in turns with native ones, and those. */
  readonly adamW: TrainingRate;
  readonly native: TrainingRate;
  /** By name; undefined where it is not installed. */
  readonly others: Readonly<Record<string, TrainingRate | undefined>>;
}

const rounds = 9;
const nativeRounds = 5;
const productsPerRound = 4;
const productSize = 1024;
const otherSteps = 5;

/** Peak memory is this process's, so call it in one of its own. `scripts` holds the other contestants' programs. */
export async function benchTraining(
  modelFolder: string,
  shape: BatchShape,
  wasm: Runtime,
  makeNative: () => Promise<Runtime>,
  scripts: string,
): Promise<TrainingFigures> {
  const { config, tensors } = await readModelFolder(modelFolder, nodeFileReader);
  const weights = safetensorsWeights(tensors, 'model.safetensors');
  const batch = randomBatch(shape, config.vocabSize);
  const make = (runtime: Runtime, optimizer: Partial<Hyperparameters>): TrainingStep =>
    createTrainingStep(runtime, config, weights, {
      mode: { kind: 'full' },
      shape,
      recompute: false,
      hyperparameters: { ...hyperparametersOf({ kind: 'full' }), ...optimizer },
    });
  const trained = make(wasm, {});
  const batches = Math.ceil((rowsPerStep * batchShape.tokens) / (shape.rows * shape.tokens));
  const product = await productSession(wasm);
  const trainedTimes: number[] = [];
  const productTimes: number[] = [];
  for (let round = -1; round < rounds; round++) {
    const stepMs = await stepTimeMs(trained, new Array<Batch>(batches).fill(batch));
    // The first round loads and warms up.
    if (round >= 0) trainedTimes.push(stepMs);
    for (let count = 0; count < productsPerRound; count++) {
      const productMs = await timeMs(() => product.run(productFeeds));
      if (round >= 0) productTimes.push(productMs);
    }
  }
  product.dispose();
  trained.dispose();
  const peakResidentMB = process.resourceUsage().maxRSS / 1000;

  const step = make(wasm, { muon: undefined });
  const native = make(await makeNative(), { muon: undefined });
  const [times, nativeTimes]: [number[], number[]] = [[], []];
  for (let round = -1; round < nativeRounds; round++) {
    const [wasmMs, nativeMs] = [await stepTimeMs(step, [batch]), await stepTimeMs(native, [batch])];
    if (round < 0) continue;
    times.push(wasmMs);
    nativeTimes.push(nativeMs);
  }
  const { trainedParameters: parameters } = step;
  step.dispose();
  native.dispose();
  const rate = (of: readonly number[]): TrainingRate => rateOf(shape, parameters, median(of));
  const trainedMs = median(trainedTimes);
  const asTrained = rateOf({ ...shape, rows: batches * shape.rows }, parameters, trainedMs);
  const gigaflopsInAll = asTrained.gigaflops + muonFlops([...tensors.values()]) / trainedMs / 1e6;
  const request = {
    model: join(modelFolder, 'config.json'),
    ...shape,
    threads: wasm.threads,
    steps: otherSteps,
  };
  const other = (command: string, script: string, more: object): TrainingRate | undefined => {
    const ms = medianOfScript(command, join(scripts, script), { ...request, ...more });
    return ms === undefined ? undefined : rateOf(shape, parameters, ms);
  };
  return {
    ...shape,
    parameters,
    asTrained: { ...asTrained, batches, gigaflopsInAll },
    matrixProductGigaflops: (2 * productSize ** 3) / median(productTimes) / 1e6,
    peakResidentMB,
    adamW: rate(times),
    native: rate(nativeTimes),
    others: {
      'PyTorch, float32': other('/usr/bin/python3', 'training.py', { type: 'float32' }),
      'PyTorch, bfloat16': other('/usr/bin/python3', 'training.py', { type: 'bfloat16' }),
      'tfjs, Wasm': other(process.execPath, 'training.mjs', {}),
    },
  };
}

function rateOf({ rows, tokens }: BatchShape, parameters: number, ms: number): TrainingRate {
  const count = rows * tokens;
  return { tokensPerSecond: (1000 * count) / ms, gigaflops: (6 * parameters * count) / ms / 1e6 };
}

/** Floating-point operations of a step of Muon: three products a round, two of them with the smaller Gram matrix. */
function muonFlops(tensors: readonly TensorView[]): number {
  const matrices = tensors.filter(({ name }) => name.endsWith('_proj.weight'));
  return matrices.reduce((sum, { shape }) => {
    const [least, most] = [Math.min(...shape), Math.max(...shape)];
    return sum + muonRounds * 2 * (2 * least * least * most + least ** 3);
  }, 0);
}

async function stepTimeMs(step: TrainingStep, batches: readonly Batch[]): Promise<number> {
  return timeMs(async () => {
    const { applied } = await step.step(batches, 1e-5);
    if (!applied) throw new Error('a step of the benchmark was not applied');
  });
}

async function timeMs(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

/** The product is summed up, so that hardly anything is copied out. */
function productSession(runtime: Runtime): Promise<GraphSession> {
  const [a, b] = ['a', 'b'].map(name => input(name, 'float32', [productSize, productSize]));
  if (a === undefined || b === undefined) throw new Error('a product has two factors');
  const sum = apply('ReduceSum', [apply('MatMul', [a, b], {})], { axes: [0, 1] });
  return runtime.createSession(encodeOnnx({ outputs: { sum } }));
}

const factor = {
  type: 'float32',
  shape: [productSize, productSize],
  data: new Float32Array(productSize * productSize).fill(0.5),
} as const;
const productFeeds = { a: factor, b: factor };

/** Which tokens they are does not change what they cost. */
function randomBatch({ rows, tokens }: BatchShape, vocabSize: number): Batch {
  const random = seededRandom(1);
  const draw = () =>
    BigInt64Array.from({ length: rows * tokens }, () => BigInt(Math.floor(random() * vocabSize)));
  return { tokens: draw(), targets: draw(), mask: new Float32Array(rows * tokens).fill(1) };
}

/** Runs a contestant, which prints the median of its steps in milliseconds; undefined where it cannot run. */
function medianOfScript(command: string, script: string, request: object): number | undefined {
  if (!existsSync(command) || !existsSync(script)) return undefined;
  const { status, stdout } = spawnSync(command, [script, JSON.stringify(request)], { encoding: 'utf8' });
  const ms = Number(stdout.trim().split('\n').at(-1));
  return status === 0 && ms > 0 ? ms : undefined;
}
