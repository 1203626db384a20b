// One step of training: batches in, the loss out, weights and moments changed. The state lives here between runs of
// the graph, on the device that computes where that has memory of its own; it is replaced and never changed, so that
// a snapshot of what is here anyway costs nothing.

import type { Disposable } from '../base/disposable.ts';
import { SerialQueue } from '../base/scheduling/serialQueue.ts';
import type { Graph } from '../graph/graph.ts';
import { encodeOnnx } from '../graph/onnx.ts';
import { simplify } from '../graph/simplify.ts';
import { splitInSteps } from '../graph/splitInSteps.ts';
import type { ModelConfig } from '../model/config.ts';
import type { LoraOptions } from '../model/lora.ts';
import { loraParameters, mergeLora } from '../model/lora.ts';
import type { BatchShape } from '../model/lossGraph.ts';
import { lossGraph } from '../model/lossGraph.ts';
import { constantParameters } from '../model/parameters.ts';
import type { TensorView } from '../model/tensorView.ts';
import { trainableParameters } from '../model/trainable.ts';
import type { Weights } from '../model/weights.ts';
import type { GraphSession, HeldTensor, HeldTensors, Runtime, RuntimeTensor } from '../runtime/session.ts';
import { floatsHere, free } from '../runtime/session.ts';
import type { FlatVector } from './flatVectors.ts';
import { flatVectors } from './flatVectors.ts';
import {
  carriedGradient,
  evaluationGraph,
  gradientGraph,
  gradientOutput,
  nextFirstMoment,
  nextParameter,
  nextSecondMoment,
  updateGraph,
} from './optimizationGraph.ts';
import type { Hyperparameters } from './optimizers.ts';
import { firstMoment, secondMoment, takesMuon } from './optimizers.ts';
import type { HeldState, HeldVectors, StateTensor, TrainerState } from './state.ts';
import { byPart, held, initialFor, joinParts, readVectors, zerosFor } from './state.ts';

type TrainingMode = { readonly kind: 'full' } | ({ readonly kind: 'lora' } & LoraOptions);

export interface StepOptions {
  readonly mode: TrainingMode;
  readonly shape: BatchShape;
  readonly hyperparameters: Hyperparameters;
  /** Computes activations anew on the way back: a third more work, a fraction of the memory. */
  readonly recompute: boolean;
}

/** Row-major [rows, tokens] of the shape that the step was made for. */
export interface Batch {
  readonly tokens: BigInt64Array;
  /** What follows each token. Where the mask is 0 any token of the vocabulary will do. */
  readonly targets: BigInt64Array;
  /** How much each target counts in the loss: 1 or 0, as a rule. */
  readonly mask: Float32Array;
}

interface StepResult {
  /** Mean cross-entropy over the counted targets of all batches, in nats, before the step. */
  readonly loss: number;
  /** Before clipping. */
  readonly gradientNorm: number;
  /** False when the loss or the norm is not finite: then the state is what it was before the step. */
  readonly applied: boolean;
}

export type { StateTensor, TrainerState } from './state.ts';

export interface TrainingStep extends Disposable {
  /** How many numbers are trained. */
  readonly trainedParameters: number;
  /**
   * One step of the optimizer on the mean loss over all batches, whose gradients are added up one batch after another.
   * Calls are queued. Throws a RangeError for a batch of another shape or when no target counts.
   */
  step(batches: readonly Batch[], learningRate: number): Promise<StepResult>;
  /** The mean loss in nats and the sum of the mask; changes nothing. */
  evaluate(batch: Batch): Promise<{ readonly loss: number; readonly tokens: number }>;
  /** A snapshot, read from the device. Steps after restoring it give the very losses that they would have given without. */
  state(): Promise<TrainerState>;
  /** Queued behind the steps under way. Rejects with an error that names the tensor when the state is of another model or mode. */
  restore(state: TrainerState): Promise<void>;
  /** The whole model with what was trained, by Hugging Face's names; adapters merged. */
  weights(): Promise<ReadonlyMap<string, TensorView>>;
}

/** Starts from `weights`, which must stay readable while adapters are trained. */
export function createTrainingStep(
  runtime: Runtime,
  config: ModelConfig,
  weights: Weights,
  options: StepOptions,
): TrainingStep {
  return new GraphStep(runtime, config, weights, options);
}

/** Made when first needed. `Carried`: with the gradients of the batches before. */
type SessionKind = 'loss' | 'gradients' | 'gradientsCarried' | 'update' | 'updateCarried';

class GraphStep implements TrainingStep {
  readonly trainedParameters: number;
  private readonly vectors: readonly FlatVector[];
  /** Those that have second moments. */
  private readonly scaled: readonly FlatVector[];
  private readonly graphs: Readonly<Record<SessionKind, () => Graph>>;
  private readonly sessions = new Map<SessionKind, Promise<GraphSession<HeldTensor>>>();
  private readonly queue = new SerialQueue();
  private disposed = false;
  private steps = 0;
  private values: HeldState;

  constructor(
    private readonly runtime: Runtime,
    private readonly config: ModelConfig,
    private readonly source: Weights,
    private readonly options: StepOptions,
  ) {
    const { mode, shape, hyperparameters, recompute } = options;
    const parameters =
      mode.kind === 'full'
        ? trainableParameters()
        : loraParameters(constantParameters(source, 'float32'), mode);
    const { loss, layers } = lossGraph(config, parameters, shape);
    const differentiable = { loss, checkpoints: recompute ? layers : [] };
    const vectors = flatVectors(parameters.tensors);
    this.vectors = vectors;
    this.scaled = vectors.filter(vector => !takesMuon(vector, hyperparameters));
    this.graphs = {
      loss: () => evaluationGraph(differentiable, vectors),
      gradients: () => gradientGraph(differentiable, vectors, false),
      gradientsCarried: () => gradientGraph(differentiable, vectors, true),
      update: () => updateGraph(differentiable, vectors, false, hyperparameters),
      updateCarried: () => updateGraph(differentiable, vectors, true, hyperparameters),
    };
    this.values = {
      parameters: held(initialFor(vectors, source)),
      firstMoments: held(zerosFor(vectors)),
      secondMoments: held(zerosFor(this.scaled)),
    };
    this.trainedParameters = vectors.reduce((total, { size }) => total + size, 0);
  }

  async step(batches: readonly Batch[], learningRate: number): Promise<StepResult> {
    const total = batches.reduce((sum, batch) => sum + this.checkBatch(batch), 0);
    if (!(total > 0)) throw new RangeError('no target counts in any batch of the step: its masks are all 0');
    return this.queue.run(async () => {
      let loss = 0;
      let carried: HeldVectors = new Map();
      try {
        for (const batch of batches.slice(0, -1)) {
          const kind = carried.size === 0 ? 'gradients' : 'gradientsCarried';
          const feeds = feedsOf(carriedGradient, carried);
          const results = await this.run(kind, { ...this.batchFeeds(batch, total), ...feeds });
          free(carried.values());
          loss += scalarOf(results, 'loss');
          carried = outputs(results, this.vectors, gradientOutput);
        }
        const last = batches.at(-1);
        if (last === undefined) throw new RangeError('a step needs at least one batch');
        const results = await this.run(carried.size === 0 ? 'update' : 'updateCarried', {
          ...this.batchFeeds(last, total),
          ...this.optimizerFeeds(learningRate),
          ...feedsOf(carriedGradient, carried),
        });
        return this.apply(results, loss + scalarOf(results, 'loss'));
      } finally {
        free(carried.values());
      }
    });
  }

  /** Takes over the state after the step, unless it is not finite. */
  private apply(results: HeldTensors, loss: number): StepResult {
    const gradientNorm = scalarOf(results, 'gradient_norm');
    const applied = Number.isFinite(loss) && Number.isFinite(gradientNorm);
    const before = this.values;
    const after = {
      parameters: outputs(results, this.vectors, nextParameter),
      firstMoments: outputs(results, this.vectors, nextFirstMoment),
      secondMoments: outputs(results, this.scaled, nextSecondMoment),
    };
    if (applied) {
      this.steps++;
      this.values = after;
    }
    freeState(applied ? before : after);
    return { loss, gradientNorm, applied };
  }

  async evaluate(batch: Batch): Promise<{ loss: number; tokens: number }> {
    const tokens = this.checkBatch(batch);
    return this.queue.run(async () => {
      const results = await this.run('loss', this.batchFeeds(batch, tokens > 0 ? tokens : 1));
      return { loss: scalarOf(results, 'loss'), tokens };
    });
  }

  state(): Promise<TrainerState> {
    return this.queue.run(async () => {
      this.checkUsable();
      const { parameters, firstMoments, secondMoments } = this.values;
      return {
        steps: this.steps,
        parameters: byPart(this.vectors, await readVectors(parameters)),
        firstMoments: byPart(this.vectors, await readVectors(firstMoments)),
        secondMoments: byPart(this.scaled, await readVectors(secondMoments)),
      };
    });
  }

  restore(state: TrainerState): Promise<void> {
    return this.queue.run(async () => {
      this.checkUsable();
      await Promise.resolve();
      const before = this.values;
      this.values = {
        parameters: held(joinParts(this.vectors, state.parameters)),
        firstMoments: held(joinParts(this.vectors, state.firstMoments)),
        secondMoments: held(joinParts(this.scaled, state.secondMoments)),
      };
      this.steps = state.steps;
      freeState(before);
    });
  }

  weights(): Promise<ReadonlyMap<string, TensorView>> {
    return this.queue.run(async () => {
      this.checkUsable();
      const { mode } = this.options;
      const trained = byPart(this.vectors, await readVectors(this.values.parameters));
      return views(mode.kind === 'full' ? trained : this.merged(trained, mode));
    });
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    // Behind the run under way, which computes with what is freed here.
    const freed = this.queue.run(async () => {
      for (const session of await Promise.allSettled(this.sessions.values())) {
        if (session.status === 'fulfilled') session.value.dispose();
      }
      this.sessions.clear();
      freeState(this.values);
    });
    // Only a device that is lost frees nothing, and then there is nothing to free.
    freed.catch(() => undefined);
  }

  /** Every weight of the model, with adapters in those that have some. */
  private merged(
    adapters: ReadonlyMap<string, StateTensor>,
    mode: LoraOptions,
  ): ReadonlyMap<string, StateTensor> {
    const data = new Map([...adapters].map(([name, tensor]) => [name, tensor.data]));
    const all = trainableParameters();
    lossGraph(this.config, all, { rows: 1, tokens: 1 });
    const vectors = flatVectors(all.tensors);
    return byPart(vectors, initialFor(vectors, mergeLora(this.source, data, mode)));
  }

  private async run(kind: SessionKind, feeds: HeldTensors): Promise<HeldTensors> {
    this.checkUsable();
    const session = this.sessions.get(kind) ?? this.load(kind);
    this.sessions.set(kind, session);
    const loaded = await session;
    return loaded.run({ ...feedsOf(name => name, this.values.parameters), ...feeds });
  }

  private checkUsable(): void {
    if (this.disposed) throw new Error('the training step was disposed of');
  }

  private load(kind: SessionKind): Promise<GraphSession<HeldTensor>> {
    const graph = splitInSteps(simplify(this.graphs[kind]()), this.runtime.maxNodeOutputs);
    const kept = Object.keys(graph.outputs).filter(name => !readOutputs.includes(name));
    return this.runtime.createKeepingSession(encodeOnnx(graph), kept);
  }

  /** The sum of the mask. */
  private checkBatch({ tokens, targets, mask }: Batch): number {
    const { shape } = this.options;
    const size = shape.rows * shape.tokens;
    if (tokens.length !== size || targets.length !== size || mask.length !== size) {
      const sizes = `${tokens.length} tokens, ${targets.length} targets and ${mask.length} of a mask`;
      throw new RangeError(`a batch is ${shape.rows} × ${shape.tokens} tokens, not ${sizes}`);
    }
    return mask.reduce((sum, weight) => sum + weight, 0);
  }

  private batchFeeds({ tokens, targets, mask }: Batch, total: number): HeldTensors {
    const shape = [this.options.shape.rows, this.options.shape.tokens];
    return {
      tokens: { type: 'int64', shape, data: tokens },
      targets: { type: 'int64', shape, data: targets },
      mask: { type: 'float32', shape, data: mask },
      total: scalarFeed(total),
    };
  }

  private optimizerFeeds(learningRate: number): HeldTensors {
    const { beta1, beta2 } = this.options.hyperparameters;
    return {
      ...feedsOf(firstMoment, this.values.firstMoments),
      ...feedsOf(secondMoment, this.values.secondMoments),
      learning_rate: scalarFeed(learningRate),
      first_correction: scalarFeed(1 - beta1 ** (this.steps + 1)),
      second_correction: scalarFeed(1 - beta2 ** (this.steps + 1)),
    };
  }
}

/** All other outputs stay on the device. */
const readOutputs = ['loss', 'gradient_norm'];

function outputs(
  results: HeldTensors,
  vectors: readonly FlatVector[],
  nameOf: (name: string) => string,
): HeldVectors {
  return new Map(
    vectors.map(({ name }) => {
      const tensor = results[nameOf(name)];
      if (tensor === undefined) throw new Error(`the graph gave no ${nameOf(name)}`);
      return [name, tensor];
    }),
  );
}

function feedsOf(nameOf: (name: string) => string, vectors: HeldVectors): HeldTensors {
  return Object.fromEntries([...vectors].map(([name, tensor]) => [nameOf(name), tensor]));
}

function freeState({ parameters, firstMoments, secondMoments }: HeldState): void {
  free([...parameters.values(), ...firstMoments.values(), ...secondMoments.values()]);
}

function views(tensors: ReadonlyMap<string, StateTensor>): ReadonlyMap<string, TensorView> {
  return new Map(
    [...tensors].map(
      ([
        name,
        {
          shape,
          data: { buffer, byteOffset, byteLength },
        },
      ]) => [name, { name, dtype: 'F32', shape, data: new Uint8Array(buffer, byteOffset, byteLength) }],
    ),
  );
}

function scalarFeed(value: number): RuntimeTensor {
  return { type: 'float32', shape: [], data: Float32Array.of(value) };
}

function scalarOf(results: HeldTensors, name: string): number {
  return floatsHere(results[name], name)[0] ?? NaN;
}
