// Steps of training on small random models: they learn, add up batches, resume exactly, and survive bad numbers.

import { deepStrictEqual, notDeepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict';
import { seededRandom } from '../../src/base/random.ts';
import type { ModelConfig } from '../../src/model/config.ts';
import { initialWeights, scratchConfig } from '../../src/model/initialWeights.ts';
import type { LoraOptions } from '../../src/model/lora.ts';
import { parseSafetensors, writeSafetensors } from '../../src/model/safetensors.ts';
import type { Weights } from '../../src/model/weights.ts';
import { safetensorsWeights } from '../../src/model/weights.ts';
import type { Hyperparameters } from '../../src/train/optimizers.ts';
import type { Batch, StepOptions, TrainingStep } from '../../src/train/step.ts';
import { createTrainingStep } from '../../src/train/step.ts';
import { wasmRuntime } from '../support/engine.ts';

const vocabSize = 64;
const shape = { rows: 2, tokens: 12 };
const config: ModelConfig = scratchConfig('0.1M', { vocabSize, contextTokens: 16, eosTokenIds: [0] });
const weights = initialWeights(config, 1);
const hyperparameters: Hyperparameters = {
  beta1: 0.9,
  beta2: 0.95,
  epsilon: 1e-8,
  weightDecay: 0.1,
  clipNorm: 1,
};
const withMuon: Hyperparameters = { ...hyperparameters, muon: { momentum: 0.95, adamRate: 0.5 } };
const lora: LoraOptions = {
  rank: 4,
  alpha: 8,
  targets: ['q_proj', 'v_proj', 'o_proj', 'down_proj'],
  seed: 3,
};

function batchOf(seed: number, rows = shape.rows, counted: (at: number) => boolean = () => true): Batch {
  const random = seededRandom(seed);
  const size = rows * shape.tokens;
  const draw = () => BigInt64Array.from({ length: size }, () => BigInt(Math.floor(random() * vocabSize)));
  return {
    tokens: draw(),
    targets: draw(),
    mask: Float32Array.from({ length: size }, (_, at) => Number(counted(at))),
  };
}

async function withStep<T>(
  options: Partial<StepOptions>,
  work: (step: TrainingStep) => Promise<T>,
  start: Weights = weights,
): Promise<T> {
  const all = { mode: { kind: 'full' }, shape, hyperparameters, recompute: false, ...options } as const;
  const step = createTrainingStep(wasmRuntime(), config, start, all);
  try {
    return await work(step);
  } finally {
    step.dispose();
  }
}

/** The losses of steps on one batch each. */
async function losses(step: TrainingStep, batches: readonly Batch[], rate = 0.01): Promise<number[]> {
  const found: number[] = [];
  for (const batch of batches) found.push((await step.step([batch], rate)).loss);
  return found;
}

const batches = [1, 2, 3, 4, 5, 6].map(seed => batchOf(seed));

describe('train/step: learning', () => {
  async function check(
    mode: StepOptions['mode'],
    rate: number,
    steps: number,
    atMost: number,
    by = hyperparameters,
  ): Promise<void> {
    await withStep({ mode, hyperparameters: by }, async step => {
      const batch = batchOf(7);
      const start = (await step.evaluate(batch)).loss;
      ok(Math.abs(start - Math.log(vocabSize)) < 0.2, `knows something at the start: ${start}`);
      for (let count = 0; count < steps; count++) ok((await step.step([batch], rate)).applied);
      const { loss } = await step.evaluate(batch);
      ok(loss < atMost, `the loss is still ${loss}`);
    });
  }

  it('learns one batch by heart', () => check({ kind: 'full' }, 0.01, 80, 0.05));
  it('learns it with Muon too', () => check({ kind: 'full' }, 0.02, 80, 0.05, withMuon));
  it('learns with adapters, though less', () => check({ kind: 'lora', ...lora }, 0.05, 60, 3.9));

  it('changes nothing to evaluate, and counts only what the mask counts', async () => {
    await withStep({}, async step => {
      const all = batchOf(1);
      const half = batchOf(1, shape.rows, at => at % 2 === 0);
      const rest = batchOf(1, shape.rows, at => at % 2 === 1);
      const [a, b, c] = [await step.evaluate(all), await step.evaluate(half), await step.evaluate(rest)];
      deepStrictEqual([a.tokens, b.tokens, c.tokens], [24, 12, 12]);
      ok(Math.abs(a.loss - (b.loss + c.loss) / 2) < 1e-5);
      notDeepStrictEqual(b.loss, c.loss);
      deepStrictEqual(await step.evaluate(all), a);
      // Targets that do not count may be anything.
      const other = { ...half, targets: half.targets.map((target, at) => (at % 2 === 0 ? target : 5n)) };
      deepStrictEqual(await step.evaluate(other), b);
      deepStrictEqual(await step.evaluate(batchOf(1, shape.rows, () => false)), { loss: 0, tokens: 0 });
    });
  });

  it('sees no token that comes later', async () => {
    await withStep({}, async step => {
      const counted = (at: number) => at % shape.tokens < 6;
      const batch = batchOf(1, shape.rows, counted);
      const { loss } = await step.evaluate(batch);
      const changedAt = (position: number) =>
        step.evaluate({
          ...batch,
          tokens: batch.tokens.map((id, at) => (at === position ? (id + 1n) % 64n : id)),
        });
      strictEqual((await changedAt(6)).loss, loss);
      strictEqual((await changedAt(shape.tokens + 11)).loss, loss);
      ok((await changedAt(5)).loss !== loss);
    });
  });
});

describe('train/step: several batches', () => {
  it('adds up two batches as one batch of both, whatever each counts', async () => {
    const halves = [batchOf(1, 2, at => at % 3 === 0), batchOf(2, 2)];
    const [first, second] = halves;
    ok(first !== undefined && second !== undefined);
    const whole: Batch = {
      tokens: BigInt64Array.of(...first.tokens, ...second.tokens),
      targets: BigInt64Array.of(...first.targets, ...second.targets),
      mask: Float32Array.of(...first.mask, ...second.mask),
    };
    const changed = await withStep({}, async step => {
      const results = [
        await step.step(halves, 0.01),
        await step.step(halves, 0.01),
        await step.step([...halves, ...halves], 0.01),
      ];
      return { results, state: await step.state() };
    });
    const together = await withStep({ shape: { ...shape, rows: 4 } }, async step => {
      const results = [
        await step.step([whole], 0.01),
        await step.step([whole], 0.01),
        await step.step([whole], 0.01),
      ];
      return { results, state: await step.state() };
    });
    for (const [at, { loss, gradientNorm }] of changed.results.entries()) {
      const other = together.results[at];
      ok(Math.abs(loss - (other?.loss ?? NaN)) < 1e-4, `${loss} and ${other?.loss}`);
      ok(Math.abs(gradientNorm / (other?.gradientNorm ?? NaN) - 1) < 1e-4);
    }
    for (const [name, { data }] of changed.state.firstMoments) {
      const other = together.state.firstMoments.get(name)?.data ?? new Float32Array();
      const error = Math.hypot(...data.map((value, at) => value - (other[at] ?? NaN)));
      ok(error <= 1e-3 * Math.hypot(...other), `${name} is off by ${error}`);
    }
  });

  it('recomputes activations to the same end', async () => {
    const [plain, again] = await Promise.all(
      [false, true].map(recompute => withStep({ recompute }, step => losses(step, batches))),
    );
    deepStrictEqual(again, plain);
  });
});

describe('train/step: state', () => {
  async function check(mode: StepOptions['mode'], by = hyperparameters): Promise<void> {
    const options = { mode, hyperparameters: by };
    const { expected, state } = await withStep(options, async step => {
      await losses(step, batches.slice(0, 3));
      const state = await step.state();
      return { expected: await losses(step, batches.slice(3)), state };
    });
    strictEqual(state.steps, 3);
    // As it comes back from a file: other arrays, in another order.
    const copy = (tensors: typeof state.parameters) =>
      new Map([...tensors].reverse().map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]));
    const restored = {
      steps: state.steps,
      parameters: copy(state.parameters),
      firstMoments: copy(state.firstMoments),
      secondMoments: copy(state.secondMoments),
    };
    await withStep(options, async step => {
      await losses(step, batches.slice(4));
      await step.restore(restored);
      deepStrictEqual(await losses(step, batches.slice(3)), expected);
    });
  }

  it('resumes with the very losses of an uninterrupted run', () => check({ kind: 'full' }));
  it('resumes with Muon, which keeps second moments of embeddings and norms alone', async () => {
    await check({ kind: 'full' }, withMuon);
    await withStep({ hyperparameters: withMuon }, async step => {
      const { firstMoments, secondMoments } = await step.state();
      strictEqual(firstMoments.has('model.layers.0.mlp.up_proj.weight'), true);
      deepStrictEqual(
        [...secondMoments.keys()].filter(name => name.endsWith('_proj.weight')),
        [],
      );
      strictEqual(secondMoments.has('model.embed_tokens.weight'), true);
    });
  });
  it('resumes adapters too', () => check({ kind: 'lora', ...lora }));

  it('is named as Hugging Face and PEFT name it, matrices apart', async () => {
    await withStep({}, async step => {
      const { parameters } = await step.state();
      const { hiddenSize, headDim, intermediateSize } = config;
      const shapes = ['embed_tokens', 'layers.0.self_attn.k_proj', 'layers.1.mlp.up_proj', 'norm'].map(
        name => parameters.get(`model.${name}.weight`)?.shape,
      );
      deepStrictEqual(shapes, [
        [vocabSize, hiddenSize],
        [headDim, hiddenSize],
        [intermediateSize, hiddenSize],
        [hiddenSize],
      ]);
      deepStrictEqual([...(await step.weights()).keys()], [...parameters.keys()]);
      strictEqual(
        [...parameters.values()].reduce((sum, { data }) => sum + data.length, 0),
        step.trainedParameters,
      );
    });
    await withStep({ mode: { kind: 'lora', ...lora } }, async step => {
      const { parameters } = await step.state();
      const name = 'base_model.model.model.layers.0.self_attn.v_proj.lora_';
      deepStrictEqual(parameters.get(`${name}A.weight`)?.shape, [4, config.hiddenSize]);
      deepStrictEqual(parameters.get(`${name}B.weight`)?.shape, [config.headDim, 4]);
      strictEqual(parameters.size, 2 * lora.targets.length * config.layers);
      const starts = ['q', 'v'].map(
        one => parameters.get(name.replace('v_proj', `${one}_proj`) + 'A.weight')?.data,
      );
      notDeepStrictEqual(starts[0], starts[1]);
    });
  });

  it('refuses the state of another model or mode, and says of which tensor', async () => {
    await withStep({}, async step => {
      const state = await step.state();
      const parameters = new Map(state.parameters);
      parameters.delete('model.norm.weight');
      await rejects(
        step.restore({ ...state, parameters }),
        /no model\.norm\.weight of \d+: it is of another model or mode/,
      );
      // And nothing of it was taken.
      const { loss } = await step.evaluate(batchOf(1));
      ok(Number.isFinite(loss));
    });
  });
});

describe('train/step: weights', () => {
  async function read(step: TrainingStep): Promise<Weights> {
    return safetensorsWeights(
      parseSafetensors(writeSafetensors((await step.weights()).values()), 'written'),
      'written',
    );
  }

  async function check(mode: StepOptions['mode']): Promise<void> {
    // The one that it was trained on last.
    const batch = batchOf(6);
    const { trained, loss } = await withStep({ mode }, async step => {
      await losses(step, batches, 0.05);
      return { trained: await read(step), loss: (await step.evaluate(batch)).loss };
    });
    const merged = await withStep({}, async step => (await step.evaluate(batch)).loss, trained);
    ok(Math.abs(merged - loss) < 1e-4, `${merged} and ${loss}`);
    const untrained = await withStep({}, async step => (await step.evaluate(batch)).loss);
    ok(Math.abs(untrained - loss) > 0.01, 'training changed nothing to tell');
  }

  it('are the model that was trained', () => check({ kind: 'full' }));
  it('with adapters merged equal those with adapters beside', () => check({ kind: 'lora', ...lora }));
  it('of adapters on every kind of matrix', () =>
    check({
      kind: 'lora',
      ...lora,
      targets: ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'],
    }));

  it('are those it started from, before any step', async () => {
    for (const mode of [{ kind: 'full' }, { kind: 'lora', ...lora }] as const) {
      await withStep({ mode }, async step => {
        const rows: Float32Array[] = [];
        const matrix = {
          name: 'model.layers.0.self_attn.q_proj.weight',
          rows: config.heads * config.headDim,
          columns: config.hiddenSize,
        };
        const found: Float32Array[] = [];
        weights.rows(matrix, row => rows.push(row.slice()));
        (await read(step)).rows(matrix, row => found.push(row.slice()));
        deepStrictEqual(found, rows);
      });
    }
  });
});

describe('train/step: misfortunes', () => {
  it('keeps the state when a gradient explodes, and goes on', async () => {
    await withStep({}, async step => {
      await losses(step, batches.slice(0, 2));
      const before = await step.state();
      const { applied, loss } = await step.step(
        [{ ...batchOf(1), mask: new Float32Array(24).fill(Infinity) }],
        0.01,
      );
      strictEqual(applied, false);
      ok(!Number.isFinite(loss));
      deepStrictEqual(await step.state(), before);
      ok((await step.step([batchOf(1)], 0.01)).applied);
    });
  });

  it('refuses batches that do not fit or count nothing', async () => {
    await withStep({}, async step => {
      await rejects(
        step.evaluate(batchOf(1, 3)),
        /a batch is 2 × 12 tokens, not 36 tokens, 36 targets and 36 of a mask/,
      );
      const nothing = batchOf(1, 2, () => false);
      await rejects(step.step([nothing], 0.01), /no target counts/);
      await rejects(step.step([], 0.01), /no target counts/);
      ok((await step.step([nothing, batchOf(1)], 0.01)).applied);
    });
  });

  it('queues what is asked at once, and runs nothing once disposed of', async () => {
    await withStep({}, async step => {
      const queued = await Promise.all(batches.map(batch => step.step([batch], 0.01)));
      const found = queued.map(({ loss }) => loss);
      deepStrictEqual(await withStep({}, other => losses(other, batches)), found);
      step.dispose();
      step.dispose();
      await rejects(step.evaluate(batchOf(1)), /disposed of/);
    });
  });
});
