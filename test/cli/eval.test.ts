// `eval` as a child process: the one object that it prints, the table, and what it says to wrong calls; and the
// comparison with compressors, which need not be installed.

import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { measureCompressors } from '../../src/cli/compressors.ts';
import type { EngineBundle } from '../support/engineBundle.ts';
import { bundleEngine } from '../support/engineBundle.ts';
import { repository } from '../support/engine.ts';

let bundle: EngineBundle;
const fixture = join(repository, 'test/fixtures/workspace');

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(args: readonly string[]): Promise<Outcome> {
  return new Promise(resolve => {
    execFile(process.execPath, [bundle.cliPath, 'eval', ...args], (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      resolve({ code: typeof code === 'number' ? code : -1, stdout, stderr });
    });
  });
}

async function checkRefused(args: readonly string[], code: 1 | 2, expected: RegExp): Promise<void> {
  const outcome = await run(args);
  strictEqual(outcome.code, code, outcome.stderr);
  strictEqual(outcome.stdout, '');
  match(outcome.stderr, expected);
  strictEqual(outcome.stderr.includes('tinymemory eval FOLDER'), code === 2);
}

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const configuration = v.object({
  bitsPerByte: v.pipe(v.number(), v.minValue(0), v.maxValue(16)),
  tokenAccuracy: share,
  calibrationError: share,
  lineExact: share,
  lineSimilarity: share,
  keystrokesSaved: v.pipe(v.number(), v.minValue(-1), v.maxValue(1)),
  shown: v.pipe(v.number(), v.integer()),
  precision: share,
  latencyMs: v.strictObject({ p50: v.number(), p95: v.number() }),
});
const evaluation = v.object({
  files: v.pipe(v.number(), v.minValue(1)),
  bytes: v.pipe(v.number(), v.minValue(1)),
  configs: v.strictObject({ network: configuration, memory: configuration, both: configuration }),
  acceptance: v.object({
    places: v.pipe(v.number(), v.minValue(1)),
    shown: v.pipe(v.number(), v.integer()),
    meanChars: v.number(),
    brokenShare: share,
    breaks: v.array(
      v.strictObject({ path: v.string(), line: v.number(), column: v.number(), text: v.string() }),
    ),
  }),
});

describe('cli eval', function () {
  this.timeout(120_000);

  before(async () => {
    bundle = await bundleEngine();
  });
  after(() => {
    bundle.dispose();
  });

  it('prints one object', async () => {
    const { code, stdout, stderr } = await run([fixture, '--limit', '300', '--json', '--threads', '1']);
    strictEqual(code, 0, stderr);
    strictEqual(stderr, '');
    const { configs } = v.parse(evaluation, JSON.parse(stdout));
    ok(configs.both.bitsPerByte < configs.network.bitsPerByte);
  });

  it('prints the configurations side by side, and what was read and left out', async () => {
    const { code, stdout } = await run([
      fixture,
      ...['--limit', '100', '--seed', '3', '--threads', '1', '--infill'],
    ]);
    strictEqual(code, 0);
    match(stdout, /^ +network +memory +both$/m);
    match(stdout, /^bits per byte( +\d\.\d{3}){3}$/m);
    match(stdout, /^bits per byte, lines below known( +\d\.\d{3}){2}$/m);
    match(stdout, /^next token right, the same( +[\d.]+ %){2}$/m);
    match(stdout, /^rest of line, these hidden( +[\d.]+ %){3}$/m);
    match(stdout, /^keystrokes saved( +-?[\d.]+ %){3}$/m);
    match(stdout, /^shown that break what parsed +[\d.]+ %$/m);
    match(stdout, /^ {2}\(\d+ of \d+ shown at \d+ places of files that parse, [\d.]+ characters each\)$/m);
    match(stdout, /^workspace: \d+ files, \d+ tokens remembered$/m);
    match(stdout, /^files read: \d+/m);
    match(stdout, /seed 3$/m);
  });

  it('sweeps the show threshold', async () => {
    const { code, stdout } = await run([fixture, '--limit', '100', '--sweep', '--json', '--threads', '1']);
    strictEqual(code, 0);
    const { all } = v.parse(
      v.object({ all: v.array(v.object({ threshold: v.number(), keystrokesSaved: v.number() })) }),
      JSON.parse(stdout),
    );
    deepStrictEqual([all.length, all[0]?.threshold, all.at(-1)?.threshold], [14, 0.15, 0.8]);
  });

  it('refuses wrong calls', async () => {
    const empty = join(bundle.folder, 'empty');
    mkdirSync(empty, { recursive: true });
    writeFileSync(join(empty, 'a.ts'), 'let a;\n');
    await checkRefused([], 2, /^eval takes a folder/);
    await checkRefused([fixture, fixture], 2, /^eval takes one folder, or several with --sweep/);
    await checkRefused([join(empty, 'none')], 2, /none does not exist/);
    await checkRefused([join(empty, 'a.ts')], 2, /a\.ts is not a folder/);
    await checkRefused([fixture, '--limit', '0'], 2, /^--limit takes a whole number from 1/);
    await checkRefused([fixture, '--seed', 'x'], 2, /^--seed takes a whole number from 0/);
    await checkRefused([fixture, '--minutes', '1'], 2, /^options of a training need --train/);
    await checkRefused([fixture, '--train', '--sweep'], 2, /^--train and --sweep do not go together/);
    await checkRefused([fixture, '--train', '--mode', 'x'], 2, /^--mode takes one of full, lora, scratch/);
    await checkRefused([fixture, '--train', '--minutes', '0'], 2, /^--minutes takes a number above 0/);
    await checkRefused([empty], 1, /^error: .*too few files of code to evaluate on: 0 .* 4 are needed/);
  });
});

describe('cli/compressors', function () {
  this.timeout(60_000);

  it('measures what is installed, and says of the rest how to install it', async () => {
    const lines = (word: string) =>
      Array.from(
        { length: 50 },
        (_, at) => `export function ${word}${at}(left: number) {\n  return left;\n}\n`,
      );
    const text = lines('add').join('');
    const figures = await measureCompressors(
      [{ path: 'a.ts', text }],
      [{ path: 'b.ts', text: lines('subtract').join('') }],
    );
    deepStrictEqual(
      figures.map(({ name }) => name),
      ['zpaq -m5', '7z PPMd'],
    );
    for (const figure of figures) {
      if (figure.kind === 'skipped')
        match(figure.reason, /^\w+ is not installed \(Debian's package [\w-]+\)$/);
      else ok(figure.bitsPerByte > 0 && figure.bitsPerByte < 1, `${figure.name} ${figure.bitsPerByte}`);
    }
  });

  it('skips programs that are not installed', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = join(repository, 'media');
    try {
      for (const figure of await measureCompressors([], [{ path: 'b.ts', text: 'x' }]))
        strictEqual(figure.kind, 'skipped');
    } finally {
      process.env['PATH'] = path;
    }
  });
});
