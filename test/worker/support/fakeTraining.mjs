// A training without a model, for the fake engine: its mode says how it ends, and 60 minutes go on until they are
// controlled. It leaves on the disk what a real one leaves.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const judged = bitsPerByte => ({
  bitsPerByte,
  tokenAccuracy: 0.5,
  lineExact: 0.25,
  lineSimilarity: 0.5,
  networkBitsPerByte: bitsPerByte + 0.25,
});

export const progress = {
  ...{ step: 10, epoch: 1, row: 3, share: 0.5, plannedSteps: 20, rowsFingerprint: 'f', tokens: 12_000 },
  activeMs: 6_000,
  losses: [
    { step: 5, loss: 2.5 },
    { step: 10, loss: 2 },
  ],
  checks: [
    { step: 0, loss: 3 },
    { step: 10, loss: 2.25 },
  ],
};

/** Files in which the model of a training can be told from a damaged one. */
const weights = 'model.safetensors';

let ending = null;
let give = () => undefined;

export function setPauseRules({ pauseOnBattery, pauseWhenBusy }, log) {
  give({ kind: 'paused', reason: pauseWhenBusy ? 'busy' : null });
  log(`rules ${JSON.stringify({ pauseOnBattery, pauseWhenBusy })}`);
}

export function controlTraining(control, log) {
  if (control === 'pause') give({ kind: 'paused', reason: 'user' });
  else if (control === 'resume' || control === 'insist') give({ kind: 'paused', reason: null });
  else if (control !== 'suggesting') ending?.(control);
  log(`told to ${control}`);
}

export async function train({ workspace, request }, caller) {
  const { outputFolder, options, ...rest } = request;
  give = caller.give;
  caller.log(
    `training on ${workspace.folders[0].uri} ${JSON.stringify({ options, threads: rest.threads, pauseOnBattery: rest.pauseOnBattery, pauseWhenBusy: rest.pauseWhenBusy })}`,
  );
  give({ kind: 'device', device: 'none', threads: 1 });
  give({ kind: 'phase', what: 'reading [a](command:b).ts' });
  if (options.mode.kind === 'scratch') {
    caller.fail('too little code to train on');
    return;
  }
  const unfinished = join(outputFolder, 'unfinished.json');
  mkdirSync(outputFolder, { recursive: true });
  writeFileSync(unfinished, record(options));
  give({ kind: 'progress', progress });
  const control = options.minutes === 60 ? await new Promise(resolve => (ending = resolve)) : 'end';
  if (control === 'stop') {
    // Judging lasts until it is discarded, or until the next control, as a real one lasts minutes.
    give({ kind: 'phase', what: 'the model before: scoring [a](command:b).ts', judged: 0.25 });
    if (options.seed === 0 && options.steps === 1) await new Promise(resolve => (ending = resolve));
  }
  rmSync(unfinished, { force: true });
  if (control === 'cancel') {
    caller.fail('cancelled', 'cancelled');
    return;
  }
  const kept = options.mode.kind === 'full';
  const id = `training-${Date.now()}-${process.hrtime.bigint()}`;
  const report = {
    ...{ formatVersion: 1, id, startedAt: new Date().toISOString(), mode: options.mode.kind },
    ...{ baseName: 'echo', modelName: 'echo, trained', parameters: 7, trainedParameters: 7 },
    ...{ device: 'none', threads: 1, files: { training: 9, validation: 2, heldOut: 3 } },
    ...{ end: control === 'stop' ? 'stopped' : 'finished', bestStep: 10, progress },
    ...{ before: judged(0.8), after: judged(kept ? 0.76 : 0.8), kept },
    samples: [{ path: 'src/a.ts', line: 3, expected: 'right', before: '<b>wrong</b>', after: 'right' }],
  };
  mkdirSync(join(outputFolder, id, 'model'), { recursive: true });
  writeFileSync(join(outputFolder, id, 'training.json'), record(report));
  if (kept) {
    writeFileSync(join(outputFolder, id, 'model', weights), 'whole');
    writeFileSync(join(outputFolder, 'active.json'), record({ id }));
  }
  give({ kind: 'report', report });
  caller.end();
}

/** As TrainingFolder writes what it keeps. */
function record(value) {
  let sum = ~0;
  for (const byte of globalThis.Buffer.from(JSON.stringify(value))) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return JSON.stringify({ checksum: ~sum >>> 0, value });
}
