// The training page in a real browser: what runs, what was decided and why, the list and its buttons; hostile text does
// nothing, and all of it can be used without a mouse and without eyes.

import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import type { Run, TrainingPageChange } from '../../src/pages/training/api.ts';
import { trainingHostApi, trainingPageApi } from '../../src/pages/training/api.ts';
import type { TrainingReport } from '../../src/worker/protocol/trainingReport.ts';
import { launchBrowser } from './browser.ts';
import type { PageBench } from './pageBench.ts';
import { openPage } from './pageBench.ts';

const judged = (bitsPerByte: number, lineExact: number) => ({
  bitsPerByte,
  tokenAccuracy: 0.7,
  lineExact,
  lineSimilarity: 0.7,
  networkBitsPerByte: bitsPerByte + 0.3,
});
const progress: NonNullable<Run['progress']> = {
  ...{ step: 40, epoch: 1, row: 3, share: 0.25, plannedSteps: 160, rowsFingerprint: 'f' },
  ...{ tokens: 80_000, activeMs: 60_000 },
  losses: [1, 2, 3].map(n => ({ step: 10 * n, loss: 3 - n / 4 })),
  checks: [0, 20, 40].map(step => ({ step, loss: 2.8 - step / 100 })),
};
const run: Run = {
  ...{ mode: 'full', minutes: 10, phase: 'training', paused: null, device: 'wasm, 2 threads', progress },
  ...{ ending: null, judging: null },
};
const evil = '<img src=x onerror="window.pwned = 1"><script>window.pwned = 1</script>';

function report(id: string, kept: boolean): TrainingReport {
  return {
    ...{ formatVersion: 1, id, startedAt: '2026-03-01T10:00:00.000Z', mode: 'full' },
    ...{ baseName: evil, modelName: `${evil}, trained here`, parameters: 4e6, trainedParameters: 4e6 },
    ...{ device: 'wasm', threads: 2, files: { training: 90, validation: 10, heldOut: 12 } },
    ...{ end: 'finished', bestStep: 40, progress, kept },
    before: judged(0.8, 0.3),
    after: kept ? judged(0.76, 0.33) : judged(0.799, 0.3),
    samples: [
      { path: `src/${evil}.ts`, line: 7, expected: 'return total;', before: evil, after: 'return total;' },
    ],
  };
}

const listed = (...reports: TrainingReport[]): TrainingPageChange => ({
  kind: 'trainings',
  trainings: reports.map(one => ({ report: one, hasModel: one.kept })),
  activeId: reports.find(({ kept }) => kept)?.id ?? null,
  isUnfinished: false,
});

describe('the training page', function () {
  this.timeout(60_000);
  let browser: Browser;
  let bench: PageBench<TrainingPageChange, typeof trainingHostApi>;

  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());
  beforeEach(async () => {
    bench = await openPage(browser, 'training', 900, { page: trainingPageApi, host: trainingHostApi });
  });
  afterEach(async () => {
    assert.deepEqual(bench.incidents, []);
    assert.equal(await bench.page.evaluate('window.pwned'), undefined);
    await bench.close();
  });

  const press = (name: string) => bench.page.getByRole('button', { name, exact: true }).click();
  const shownButtons = () => bench.page.locator('.run button:visible').allTextContents();

  it('starts a training, or says why none can be', async () => {
    assert.deepEqual(await shownButtons(), ['Train...']);
    await press('Train...');
    await bench.untilPosted(({ kind }) => kind === 'train');
    await bench.send({ kind: 'run', run: null, obstacle: 'open a folder to train on' });
    assert.ok(await bench.page.getByText('Open a folder to train on').isVisible());
    assert.ok(await bench.page.getByRole('button', { name: 'Train...' }).isDisabled());
  });

  it('offers to go on with a training that was interrupted', async () => {
    await bench.send({ kind: 'trainings', trainings: [], activeId: null, isUnfinished: true });
    assert.deepEqual(await shownButtons(), ['Resume', 'Train...', 'Discard...']);
    await press('Resume');
    await bench.untilPosted(({ kind }) => kind === 'resume');
  });

  it('shows what runs: share, time left, speed, epoch, device, and both curves', async () => {
    await bench.send({ kind: 'run', run, obstacle: null });
    assert.ok(await bench.page.getByText('Full fine-tuning, 10 minutes: training').isVisible());
    const bar = bench.page.getByRole('progressbar', { name: 'Training' });
    assert.equal(await bar.getAttribute('aria-valuenow'), '25');
    const facts = (await bench.page.locator('.facts div').allTextContents()).join('|');
    assert.equal(
      facts,
      'Done25 %|Time left3 min|Speed1,333 tokens/s|Step40 of 160|Epoch2|Learnt80,000 tokens|Devicewasm, 2 threads',
    );
    assert.equal(await bench.page.locator('.chart canvas').count(), 1);
    assert.match(
      (await bench.page.locator('figure').textContent()) ?? '',
      /held-out files 2\.800 before, 2\.400 at step 40\. Loss of what is learnt 2\.250 at step 30/,
    );
  });

  it('pauses, resumes, stops, discards and trains anyway, by the keyboard, and keeps the focus', async () => {
    await bench.send({ kind: 'run', run, obstacle: null });
    await bench.page.getByRole('button', { name: 'Pause' }).focus();
    await bench.page.keyboard.press('Enter');
    await bench.untilPosted(({ kind }) => kind === 'pause');
    await bench.send({ kind: 'run', run: { ...run, paused: 'user' }, obstacle: null });
    assert.ok(await bench.page.getByText('Full fine-tuning, 10 minutes: paused').isVisible());
    assert.equal(await bench.page.evaluate('document.activeElement.textContent'), 'Resume');
    await bench.page.keyboard.press('Enter');
    await bench.untilPosted(({ kind }) => kind === 'resume');
    await bench.page.keyboard.press('Tab');
    await bench.page.keyboard.press('Enter');
    await bench.untilPosted(({ kind }) => kind === 'stop');
    await press('Discard...');
    await bench.untilPosted(({ kind }) => kind === 'discard');
    await bench.send({ kind: 'run', run: { ...run, paused: 'battery' }, obstacle: null });
    assert.ok(await bench.page.getByText('the machine runs on battery').isVisible());
    await press('Train Anyway');
    await bench.untilPosted(({ kind }) => kind === 'insist');
  });

  it('says that it stops, and how far the judging is, with the buttons that are left', async () => {
    await bench.send({ kind: 'run', run: { ...run, ending: 'stop' }, obstacle: null });
    assert.ok(
      await bench.page.getByText('stopping after this step; then what was learnt is judged').isVisible(),
    );
    assert.deepEqual(await shownButtons(), ['Discard...']);
    const judging = { share: 0.5, elapsedMs: 60_000 };
    const phase = 'the model before: scoring a.ts (3 of 6)';
    await bench.send({ kind: 'run', run: { ...run, ending: 'stop', phase, judging }, obstacle: null });
    assert.ok(await bench.page.getByText(`judging ${phase}`).isVisible());
    const bar = bench.page.getByRole('progressbar', { name: 'Judging' });
    assert.equal(await bar.getAttribute('aria-valuenow'), '50');
    assert.match(
      (await bench.page.locator('.facts div').allTextContents()).join('|'),
      /^Judged50 %\|Time left1 min\|/,
    );
    await bench.send({ kind: 'run', run: { ...run, paused: 'busy', progress: null }, obstacle: null });
    assert.match(
      (await bench.page.locator('.facts div').allTextContents()).join('|'),
      /^Time leftat most 10 min\|/,
    );
  });

  it('says what was decided and why, with figures before and after and what they mean', async () => {
    await bench.send(listed(report('kept-1', true)));
    assert.equal(
      await bench.page.locator('.verdict').textContent(),
      'Kept: on 12 files that it never saw the trained model needs 5.0 % fewer bits than the model before.',
    );
    const rows = await bench.page.locator('.figures tbody tr').allTextContents();
    assert.equal(rows.length, 5);
    assert.match(rows[0] ?? '', /^Bits per byteHow surprised .*0\.8000\.7605\.0 % fewer \(better\)$/);
    assert.match(rows[3] ?? '', /^Lines completed exactly.*30\.0 %33\.0 %\+3\.0 points \(better\)$/);
    assert.match(rows[2] ?? '', /the same \(same\)$/);
    await bench.send(listed(report('lost-1', false)));
    assert.match(
      (await bench.page.locator('.verdict').textContent()) ?? '',
      /^Not kept: .* 0\.1 % fewer bits, and less than 0\.2 % may be chance\.$/,
    );
  });

  it('shows hostile text as text', async () => {
    await bench.send(listed(report('kept-1', true)));
    const place = bench.page.getByText(`src/${evil}.ts:7`);
    await place.click();
    const open = await bench.untilPosted(({ kind }) => kind === 'openPlace');
    assert.deepEqual(open, { kind: 'openPlace', path: `src/${evil}.ts`, line: 7 });
    const answers = await bench.page.locator('.samples dd').allTextContents();
    assert.deepEqual(answers, ['return total;', `${evil}not what stands there`, 'return total;right']);
    await bench.send({ kind: 'notice', text: evil });
    assert.equal(await bench.page.getByRole('alert').textContent(), evil);
    await bench.send({ kind: 'trainings', trainings: [{ report: { id: '../up' } }] } as never);
    await bench.sendRaw('nonsense');
    assert.equal(await bench.page.locator('.list tbody tr').count(), 1);
  });

  it('lists trainings, marks the one in use, and asks for what its buttons say', async () => {
    await bench.send(listed(report('new-2', false), report('old-1', true)));
    const rows = bench.page.locator('.list tbody tr');
    assert.deepEqual(
      await rows.evaluateAll((all: { getAttribute(name: string): string | null }[]) =>
        all.map(row => row.getAttribute('aria-current')),
      ),
      [null, 'true'],
    );
    const buttonsOf = (row: number) =>
      rows
        .nth(row)
        .getByRole('button')
        .evaluateAll((all: { disabled: boolean }[]) => all.map(one => one.disabled));
    assert.deepEqual(await buttonsOf(0), [false, true, true, false]);
    assert.deepEqual(await buttonsOf(1), [false, true, false, false]);
    await press('Roll Back');
    await bench.untilPosted(({ kind }) => kind === 'rollBack');
    await press('Use Base Model');
    await bench.untilPosted(message => message.kind === 'use' && message.id === null);
    await rows
      .nth(1)
      .getByRole('button', { name: /^Export/ })
      .click();
    await bench.untilPosted(message => message.kind === 'export' && message.id === 'old-1');
    await rows
      .nth(0)
      .getByRole('button', { name: /^Delete/ })
      .click();
    await bench.untilPosted(message => message.kind === 'remove' && message.id === 'new-2');
    await rows
      .nth(1)
      .getByRole('button', { name: /^Show report/ })
      .click();
    await bench.page.getByText('Kept: on 12 files').waitFor();
    await bench.send({
      ...listed(report('new-2', false), report('old-1', true)),
      activeId: null,
    } as TrainingPageChange);
    assert.deepEqual(await buttonsOf(1), [false, false, false, false]);
    assert.equal(
      await bench.page.evaluate('document.activeElement.getAttribute("aria-label").split(":")[0]'),
      'Show report',
    );
  });
});
