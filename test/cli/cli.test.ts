// The command line as a child process: what it prints, on which stream, and its exit codes.

import { match, ok, strictEqual } from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { noCompletionReasons } from '../../src/complete/types.ts';
import type { EngineBundle } from '../support/engineBundle.ts';
import { bundleEngine, copyOfModel } from '../support/engineBundle.ts';

let bundle: EngineBundle;

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line in the bundle's folder. */
function run(args: readonly string[]): Promise<Outcome> {
  return new Promise(resolve => {
    execFile(process.execPath, [bundle.cliPath, ...args], { cwd: bundle.folder }, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      resolve({ code: typeof code === 'number' ? code : -1, stdout, stderr });
    });
  });
}

/** The error says `expected` and nothing else was printed; usage follows wrong calls only. */
async function check(args: readonly string[], code: 1 | 2, expected: RegExp): Promise<void> {
  const outcome = await run(args);
  strictEqual(outcome.code, code, outcome.stderr);
  strictEqual(outcome.stdout, '');
  match(outcome.stderr, expected);
  strictEqual(outcome.stderr.includes('tinymemory complete FILE:LINE:COLUMN'), code === 2, outcome.stderr);
  ok(!/^\s+at /m.test(outcome.stderr), `a stack trace: ${outcome.stderr}`);
}

const timings = v.strictObject({ totalMs: v.number(), runs: v.number(), tokens: v.number() });
const resultSchema = v.variant('kind', [
  v.strictObject({
    coldMs: v.number(),
    kind: v.literal('completion'),
    items: v.pipe(
      v.array(
        v.strictObject({
          text: v.pipe(v.string(), v.nonEmpty()),
          replaceAfter: v.number(),
          probability: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
        }),
      ),
      v.nonEmpty(),
    ),
    source: v.picklist(['network', 'cache']),
    timings,
  }),
  v.strictObject({
    kind: v.literal('none'),
    reason: v.picklist(noCompletionReasons),
    timings,
    coldMs: v.number(),
  }),
]);

describe('cli', () => {
  before(async () => {
    bundle = await bundleEngine();
    writeFileSync(join(bundle.folder, 'a.ts'), 'const items = [1, 2, 3];\r\nfor (const item of \r\n');
  });
  after(() => {
    bundle.dispose();
  });

  it('prints its usage when asked', async () => {
    for (const args of [[], ['--help'], ['help']]) {
      const { code, stdout, stderr } = await run(args);
      strictEqual(code, 0);
      strictEqual(stderr, '');
      match(stdout, /tinymemory complete FILE:LINE:COLUMN/);
      match(stdout, /tinymemory bench/);
    }
  });

  it('refuses wrong calls with the usage', async () => {
    await check(['nonsense'], 2, /unknown command nonsense/);
    await check(['toString'], 2, /unknown command toString/);
    await check(['complete'], 2, /takes one place/);
    await check(['complete', 'a.ts:1:1', 'b.ts:1:1'], 2, /takes one place/);
    await check(['complete', 'a.ts'], 2, /a\.ts is not FILE:LINE:COLUMN/);
    await check(['complete', 'a.ts:1'], 2, /is not FILE:LINE:COLUMN/);
    await check(['complete', 'a.ts:x:1'], 2, /is not FILE:LINE:COLUMN/);
    await check(['complete', 'a.ts:1:1', '--nonsense'], 2, /nonsense/);
    await check(['complete', 'a.ts:1:1', '--threads', 'x'], 2, /--threads takes a whole number/);
    await check(['complete', 'a.ts:1:1', '--threads=-1'], 2, /--threads takes a whole number/);
    await check(['bench', 'one', 'two'], 2, /takes one folder at most/);
    await check(['bench', '--training', '2x'], 2, /--training takes rows x tokens: 2x512/);
    await check(['bench', '--training', '0x512'], 2, /--training takes rows x tokens/);
  });

  it('says which file or place is wrong', async () => {
    mkdirSync(join(bundle.folder, 'folder.ts'));
    const large = join(bundle.folder, 'large.ts');
    writeFileSync(large, '');
    truncateSync(large, 100 * 2 ** 20);
    await check(['complete', 'missing.ts:1:1'], 1, /missing\.ts: cannot be read.*ENOENT/);
    await check(['complete', 'folder.ts:1:1'], 1, /folder\.ts.*directory/i);
    await check(['complete', 'large.ts:1:1'], 1, /large\.ts: 104857600 bytes, more than/);
    await check(['complete', 'a.ts:4:1'], 1, /a\.ts: has 3 lines, there is no line 4/);
    await check(['complete', 'a.ts:0:1'], 1, /there is no line 0/);
    await check(['complete', 'a.ts:1:99'], 1, /a\.ts:1: has 24 characters, there is no column 99/);
    await check(['complete', 'a.ts:1:0'], 1, /there is no column 0/);
    await check(['complete', 'a.ts:99999999999999999999:1'], 1, /there is no line/);
  });

  it('says which file of a model is wrong', async () => {
    await check(['complete', 'a.ts:1:1', '--model', 'nowhere'], 1, /nowhere\/config\.json: is missing/);
    const model = copyOfModel(bundle, 'damaged');
    truncateSync(join(model, 'model.safetensors'), 5000);
    await check(['complete', 'a.ts:1:1', '--model', model], 1, /damaged\/model\.safetensors: /);
  });

  it('completes in JSON', async () => {
    const { code, stdout, stderr } = await run(['complete', 'a.ts:2:20', '--json', '--threads', '1']);
    strictEqual(code, 0, stderr);
    strictEqual(stderr, '');
    const result = v.parse(resultSchema, JSON.parse(stdout));
    ok(result.kind === 'completion', stdout);
    ok(result.timings.totalMs > 0 && result.coldMs > 0);
  });

  it('completes for people, and names its silence', async () => {
    const shown = await run(['complete', 'a.ts:2:20', '--threads', '1']);
    strictEqual(shown.code, 0, shown.stderr);
    match(
      shown.stdout,
      /^for \(const item of ⟦.+⟧\n\(probability [01]\.\d\d, [\d.]+ ms for this keystroke, \d+ ms for the first, \d+ runs of the network\)\n$/s,
    );
    const silent = await run(['complete', 'a.ts:1:8', '--threads', '1']);
    strictEqual(silent.code, 0);
    match(silent.stdout, /^no suggestion: mid-word \(/);
  });
});
