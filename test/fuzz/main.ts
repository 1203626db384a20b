// `npm run fuzz`: fuzzes for some minutes in parallel processes, prints what each target took, and keeps what was found.
//
//   npm run fuzz -- --minutes 10 --jobs 2 --seed 7 --target "redacting" --output test/output/fuzz
//   npm run fuzz -- --slices                                        measures what holds up the engine or a page
//   npm run fuzz -- --target "redacting" --seed 7 --index 1234      checks one input again

import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { inspect, parseArgs } from 'node:util';
import { inputOf, problemWith } from './checkInputs.ts';
import { fuzz } from './fuzz.ts';
import type { Finding } from './protocol.ts';
import { measureSlices } from './slices.ts';
import { fuzzTargets } from './targets.ts';

/** Nothing that a workspace holds may take this long, and the inputs here are far smaller than files. */
const slowMs = 1_000;
const maxKeptEach = 5;
const reportMs = 60_000;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    jobs: { type: 'string', default: String(Math.max(1, availableParallelism() - 1)) },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    target: { type: 'string', multiple: true, default: [] },
    index: { type: 'string' },
    slices: { type: 'boolean', default: false },
    output: { type: 'string', default: 'test/output/fuzz' },
  },
});
const number = (name: 'minutes' | 'jobs' | 'seed'): number => {
  const value = Number(values[name]);
  if (!Number.isFinite(value) || value < 0) throw new Error(`--${name} takes a number`);
  return value;
};
const names = fuzzTargets
  .map(({ name }) => name)
  .filter(name => values.target.length === 0 || values.target.includes(name));
if (names.length === 0)
  throw new Error(
    `there is no such target; there are\n${fuzzTargets.map(({ name }) => `  ${name}`).join('\n')}`,
  );

if (values.slices) process.exitCode = (await measureSlices()) === 0 ? 0 : 1;
else process.exitCode = values.index === undefined ? await run() : await again(Number(values.index));
// onnxruntime's threads would keep the process alive.
process.exit();

async function again(index: number): Promise<number> {
  let failed = 0;
  for (const target of fuzzTargets.filter(({ name }) => names.includes(name))) {
    const input = inputOf(target, number('seed'), index);
    const problem = await problemWith(target, input, slowMs);
    console.log(
      `${target.name}: ${inspect(input, { depth: 9, maxStringLength: 2_000 })}\n${problem ?? 'nothing is wrong'}`,
    );
    if (problem !== undefined) failed++;
  }
  return failed === 0 ? 0 : 1;
}

async function run(): Promise<number> {
  const seed = number('seed');
  const totals = new Map(names.map(name => [name, { inputs: 0, ms: 0, found: 0 }]));
  const startedMs = performance.now();
  const ending = new AbortController();
  const end = (): void => {
    ending.abort();
  };
  process.once('SIGINT', end).once('SIGTERM', end);
  const timers = [
    setTimeout(end, number('minutes') * 60_000),
    setInterval(() => {
      console.log(`${((performance.now() - startedMs) / 60_000).toFixed(0)} min: ${sum(totals)}`);
    }, reportMs),
  ];
  console.log(`${names.length} targets, seed ${seed}`);
  await Promise.all(
    Array.from({ length: number('jobs') }, (_, job) =>
      fuzz({
        targets: names,
        seed: seed + 1_000_003 * job,
        inputsEach: undefined,
        slowMs,
        signal: ending.signal,
        onChecked(name, inputs, ms) {
          const total = totals.get(name);
          if (total === undefined) return;
          total.inputs += inputs;
          total.ms += ms;
        },
        onFinding(finding) {
          const total = totals.get(finding.target);
          if (total !== undefined && total.found++ < maxKeptEach) keep(finding);
        },
      }),
    ),
  );
  timers.forEach(clearTimeout);
  for (const [name, { inputs, ms, found }] of totals)
    console.log(
      `${name.padEnd(44)}${String(inputs).padStart(10)} inputs ${((1000 * inputs) / Math.max(1, ms)).toFixed(0).padStart(8)}/s${found === 0 ? '' : `   ${found} FOUND`}`,
    );
  console.log(`${((performance.now() - startedMs) / 60_000).toFixed(1)} min, seed ${seed}: ${sum(totals)}`);
  return [...totals.values()].some(({ found }) => found > 0) ? 1 : 0;
}

function sum(totals: ReadonlyMap<string, { readonly inputs: number; readonly found: number }>): string {
  let [inputs, found] = [0, 0];
  for (const total of totals.values()) {
    inputs += total.inputs;
    found += total.found;
  }
  return `${inputs.toLocaleString('en')} inputs, ${found} findings`;
}

function keep({ target, seed, index, problem, input }: Finding): void {
  mkdirSync(values.output, { recursive: true });
  const path = join(values.output, `${target.replace(/[^\w.]+/g, '-')}-${seed}-${index}`);
  const isRaw = typeof input === 'string' || input instanceof Uint8Array;
  writeFileSync(
    `${path}.input`,
    isRaw ? input : inspect(input, { depth: 20, maxStringLength: null, maxArrayLength: null }),
  );
  writeFileSync(
    `${path}.txt`,
    `npm run fuzz -- --target ${JSON.stringify(target)} --seed ${seed} --index ${index}\n\n${problem}\n`,
  );
  console.log(`${target}: ${problem.slice(0, 300)}\n  kept in ${path}.input`);
}
