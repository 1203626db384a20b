// The loop with a learner of one number: when it ends, with which weights, and that it goes on as if never interrupted.

import assert from 'node:assert/strict';
import { CancellationError } from '../../src/base/cancellation.ts';
import type { Row } from '../../src/train/rows.ts';
import type { Checkpoint, Learner, TrainerHost, TrainingPlan } from '../../src/train/trainer.ts';
import { train } from '../../src/train/trainer.ts';

/** Learns one number by momentum; the loss of a row is how far it is from the row's first token. */
class OneNumber implements Learner<readonly [number, number]> {
  value = 0;
  velocity = 0;
  constructor(private readonly spoilAtStep = Infinity) {}
  private steps = 0;

  step(rows: readonly Row[], rate: number) {
    const loss = this.loss(rows);
    this.steps++;
    if (this.steps === this.spoilAtStep) return Promise.resolve({ loss: NaN, gradientNorm: NaN });
    const gradient = rows.reduce((sum, { tokens }) => sum + Math.sign(this.value - (tokens[0] ?? 0)), 0);
    this.velocity = 0.5 * this.velocity + gradient / rows.length;
    this.value -= rate * this.velocity;
    return Promise.resolve({ loss, gradientNorm: 1 });
  }

  evaluate(rows: readonly Row[]) {
    return Promise.resolve({ loss: this.loss(rows), tokens: rows.length });
  }

  state() {
    return Promise.resolve([this.value, this.velocity] as const);
  }

  restore([value, velocity]: readonly [number, number]) {
    this.value = value;
    this.velocity = velocity;
    return Promise.resolve();
  }

  private loss(rows: readonly Row[]): number {
    return rows.reduce((sum, { tokens }) => sum + Math.abs(this.value - (tokens[0] ?? 0)), 0) / rows.length;
  }
}

type State = readonly [number, number];

const row = (token: number): Row => ({
  tokens: Int32Array.of(token),
  targets: Int32Array.of(token),
  mask: Float32Array.of(1),
});

const data = (validation: number, ...tokens: readonly number[]) => ({
  rowsOf: (epoch: number) => (epoch % 2 === 0 ? tokens : tokens.toReversed()).map(row),
  validation: [row(validation)],
  fingerprint: tokens.join(),
});

class Host implements TrainerHost<State> {
  readonly checkpoints: Checkpoint<State>[] = [];
  losses: readonly number[] = [];
  constructor(private readonly asked: (step: number) => boolean = () => true) {}
  private step = 0;

  mayGoOn() {
    return Promise.resolve(this.asked(this.step));
  }
  onStep({ step, losses }: Checkpoint<State>['progress']) {
    this.step = step;
    this.losses = losses.map(({ loss }) => loss);
  }
  onCheck(checkpoint: Checkpoint<State>) {
    this.checkpoints.push(checkpoint);
    return Promise.resolve();
  }
}

const plan: TrainingPlan = { peakRate: 0.2, rowsPerStep: 2, budget: { steps: 60 } };

describe('the training loop', () => {
  it('learns what the rows hold, in as many steps as planned', async () => {
    const learner = new OneNumber();
    const { end, progress, best } = await train(learner, data(12, 11, 12, 13), plan, new Host());
    assert.equal(end, 'finished');
    assert.equal(progress.step, 60);
    assert.ok(best.loss < 1, `${best.loss}`);
    assert.equal(progress.checks[0]?.loss, 12);
    assert.equal(progress.share, 1);
  });

  it('goes on from a checkpoint with the same losses as if it had never been interrupted', async () => {
    const whole = new Host();
    const rows = data(5, 1, 4, 5, 6, 9);
    const uninterrupted = await train(new OneNumber(), rows, plan, whole);
    const middle = whole.checkpoints[3];
    assert.ok(middle !== undefined && middle.progress.step > 5 && middle.progress.step < 55);
    const rest = new Host();
    const resumed = await train(new OneNumber(), rows, plan, rest, structuredClone(middle));
    assert.deepEqual(rest.losses, whole.losses);
    assert.deepEqual({ ...resumed.progress, activeMs: 0 }, { ...uninterrupted.progress, activeMs: 0 });
    assert.deepEqual(resumed.best, uninterrupted.best);
  });

  it('starts a new epoch where the files have changed since the checkpoint', async () => {
    const host = new Host();
    await train(new OneNumber(), data(50, 40, 50, 60), plan, host);
    const middle = host.checkpoints[3];
    const { progress } = await train(new OneNumber(), data(50, 40, 50, 70), plan, new Host(), middle);
    assert.equal(progress.rowsFingerprint, '40,50,70');
    assert.equal(progress.step, 60);
  });

  it('ends when the validation rows get worse, with the weights of the best check', async () => {
    const learner = new OneNumber();
    const { end, best } = await train(
      learner,
      data(1, 3, 3, 3),
      { ...plan, peakRate: 0.02, budget: { steps: 240 } },
      new Host(),
    );
    assert.equal(end, 'no-longer-improves');
    assert.ok(Math.abs(learner.value - 1) === best.loss && best.loss < 1, `${learner.value}`);
  });

  it('goes on where the validation rows get worse by no more than the fall of the rate may give back', async () => {
    const { end, best } = await train(
      new OneNumber(),
      data(-100, 1, 1, 1),
      { ...plan, peakRate: 0.02, budget: { steps: 240 } },
      new Host(),
    );
    assert.equal(end, 'finished');
    assert.equal(best.step, 0);
  });

  it('ends with the last good weights where a loss is not a number', async () => {
    const learner = new OneNumber(31);
    const { end, best, progress } = await train(learner, data(50, 50, 50), plan, new Host());
    assert.equal(end, 'exploded');
    assert.equal(best.step, 30);
    assert.equal(progress.step, 30);
    assert.equal(Math.abs(50 - learner.value), best.loss);
  });

  it('ends early when its host wishes, having looked at what it has', async () => {
    const host = new Host(step => step < 7);
    const { end, progress } = await train(new OneNumber(), data(5, 5, 5), plan, host);
    assert.equal(end, 'stopped');
    assert.equal(progress.checks.at(-1)?.step, 7);
    assert.equal(host.checkpoints.at(-1)?.progress.step, 7);
  });

  it('passes on what its host throws', async () => {
    const host = new Host(step => {
      if (step > 3) throw new CancellationError();
      return true;
    });
    await assert.rejects(train(new OneNumber(), data(5, 5, 5), plan, host), CancellationError);
  });

  it('takes the steps that fit into the time, and no more epochs than allowed', async () => {
    const timed = (activeMs: number, maxEpochs: number) =>
      train(
        new OneNumber(),
        data(500, 500, 500, 500, 500),
        { ...plan, budget: { activeMs, maxEpochs } },
        new Host(),
      );
    const short = await timed(0, 100);
    assert.equal(short.progress.step, 6);
    const long = await timed(60_000, 4);
    assert.equal(long.progress.step, 8);
    assert.equal(long.end, 'finished');
  });
});
