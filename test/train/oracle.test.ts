// Training against PyTorch: the gradients of whole models of every architecture switch, and ten steps of AdamW and of Muon.

import { ok, strictEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parseSafetensors } from '../../src/model/safetensors.ts';
import { safetensorsWeights } from '../../src/model/weights.ts';
import type { Hyperparameters, MuonHyperparameters } from '../../src/train/optimizers.ts';
import type { Batch, StateTensor } from '../../src/train/step.ts';
import { createTrainingStep } from '../../src/train/step.ts';
import type { ArchitectureCase } from '../support/engine.ts';
import { architectureCases, repository, wasmRuntime } from '../support/engine.ts';

/** What was kept of a set of tensors by name. */
type Summary = Readonly<Record<string, { readonly norm: number; readonly samplesF32Base64: string }>>;

interface TrainingCase {
  readonly name: string;
  readonly tokens: readonly (readonly number[])[];
  readonly targets: readonly (readonly number[])[];
  readonly mask: readonly (readonly number[])[];
  readonly gradients: Summary;
  readonly adamw: TrainedSteps;
  readonly muon: TrainedSteps;
}

/** By one optimizer. */
interface TrainedSteps {
  readonly losses: readonly number[];
  readonly gradientNorms: readonly number[];
  readonly changes: Summary;
}

interface Oracle {
  readonly stride: number;
  readonly hyperparameters: Hyperparameters;
  readonly muon: MuonHyperparameters;
  readonly learningRates: readonly number[];
  readonly cases: readonly TrainingCase[];
}

const oracle = JSON.parse(readFileSync(`${repository}test/oracles/training.json`, 'utf8')) as Oracle;
const tolerance = 1e-3;

describe('train/step against PyTorch', () => {
  async function check(
    model: ArchitectureCase,
    expected: TrainingCase,
    by: 'adamw' | 'muon',
    recompute = false,
  ): Promise<void> {
    const { muon, learningRates } = oracle;
    const hyperparameters = { ...oracle.hyperparameters, muon: by === 'muon' ? muon : undefined };
    const { losses, gradientNorms, changes: expectedChanges } = expected[by];
    const weights = safetensorsWeights(parseSafetensors(model.safetensors, model.name), model.name);
    const shape = { rows: expected.tokens.length, tokens: expected.tokens[0]?.length ?? 0 };
    const options = { mode: { kind: 'full' }, shape, recompute } as const;
    const step = createTrainingStep(wasmRuntime(), model.config, weights, { ...options, hyperparameters });
    const batch: Batch = {
      tokens: BigInt64Array.from(expected.tokens.flat(), BigInt),
      targets: BigInt64Array.from(expected.targets.flat(), BigInt),
      mask: Float32Array.from(expected.mask.flat()),
    };
    try {
      const before = (await step.state()).parameters;
      for (const [at, learningRate] of learningRates.entries()) {
        const { loss, gradientNorm, applied } = await step.step([batch], learningRate);
        ok(applied);
        checkClose(`loss ${at}`, loss, losses[at]);
        checkClose(`norm ${at}`, gradientNorm, gradientNorms[at]);
        if (at === 0 && by === 'adamw')
          checkFirstGradients((await step.state()).firstMoments, expected, gradientNorm);
      }
      const changes = new Map<string, Float32Array>();
      for (const [name, { data }] of (await step.state()).parameters) {
        const start = before.get(name)?.data;
        changes.set(
          name,
          data.map((value, i) => value - (start?.[i] ?? NaN)),
        );
      }
      checkSummary(changes, expectedChanges);
    } finally {
      step.dispose();
    }
  }

  /** The first moments after one step are the clipped gradients times `1 - beta1`. */
  function checkFirstGradients(
    moments: ReadonlyMap<string, StateTensor>,
    expected: TrainingCase,
    norm: number,
  ): void {
    const { beta1, clipNorm } = oracle.hyperparameters;
    const scale = (1 - beta1) * Math.min(1, clipNorm / norm);
    const gradients = [...moments].map(
      ([name, { data }]) => [name, data.map(value => value / scale)] as const,
    );
    checkSummary(new Map(gradients), expected.gradients);
  }

  /** Each tensor's norm, and the distance of the samples relative to their own norm. */
  function checkSummary(found: ReadonlyMap<string, Float32Array>, expected: Summary): void {
    strictEqual([...found.keys()].sort().join(), Object.keys(expected).sort().join());
    for (const [name, { norm, samplesF32Base64 }] of Object.entries(expected)) {
      const values = found.get(name) ?? new Float32Array();
      checkClose(`norm of ${name}`, Math.hypot(...values), norm);
      const samples = new Float32Array(Uint8Array.from(Buffer.from(samplesF32Base64, 'base64')).buffer);
      const kept = values.filter((_, at) => at % oracle.stride === 0);
      strictEqual(kept.length, samples.length);
      const error = Math.hypot(...kept.map((value, at) => value - (samples[at] ?? NaN)));
      ok(error <= tolerance * Math.hypot(...samples), `${name} is off by ${error}`);
    }
  }

  function checkClose(what: string, found: number, expected = NaN): void {
    ok(Math.abs(found - expected) <= tolerance * Math.abs(expected), `${what} is ${found}, not ${expected}`);
  }

  const models = architectureCases();
  for (const expected of oracle.cases) {
    for (const by of ['adamw', 'muon'] as const) {
      it(`${expected.name}: gradients, and ten steps of ${by}`, async () => {
        const model = models.find(({ name }) => name === expected.name);
        ok(model !== undefined, `no model ${expected.name}`);
        await check(model, expected, by);
      });
    }
  }

  it('gives the same when activations are recomputed', async () => {
    const [model] = models;
    const [expected] = oracle.cases;
    ok(model !== undefined && expected !== undefined);
    await check(model, expected, 'adamw', true);
  });

  it('covers every model of architectures.json, and steps that are clipped and steps that are not', () => {
    strictEqual(oracle.cases.map(({ name }) => name).join(), models.map(({ name }) => name).join());
    const norms = oracle.cases.flatMap(({ adamw }) => adamw.gradientNorms);
    ok(norms.some(norm => norm > oracle.hyperparameters.clipNorm));
    ok(norms.some(norm => norm < oracle.hyperparameters.clipNorm));
  });
});
