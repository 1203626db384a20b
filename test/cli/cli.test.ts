// The command line as a child process: what it prints, on which stream, and its exit codes.

import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
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
const completion = {
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
};
const silence = { kind: v.literal('none'), reason: v.picklist(noCompletionReasons), timings };
const around = {
  file: v.string(),
  line: v.number(),
  column: v.number(),
  languageId: v.string(),
  trigger: v.picklist(['automatic', 'invoke']),
  workspace: v.nullable(v.object({ folder: v.string(), files: v.number(), tokens: v.number() })),
  coldMs: v.number(),
  withoutMemory: v.nullable(v.variant('kind', [v.strictObject(completion), v.strictObject(silence)])),
};
const resultsSchema = v.array(
  v.variant('kind', [
    v.strictObject({ ...around, ...completion }),
    v.strictObject({ ...around, ...silence }),
  ]),
);

async function completeInJson(args: readonly string[]): Promise<v.InferOutput<typeof resultsSchema>> {
  const { code, stdout, stderr } = await run(['complete', ...args, '--json', '--threads', '1']);
  strictEqual(code, 0, stderr);
  strictEqual(stderr, '');
  return v.parse(resultsSchema, JSON.parse(stdout));
}

describe('cli', function () {
  // Each run loads the model; a busy machine takes its time.
  this.timeout(180_000);

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
    await check(['complete'], 2, /takes one or more places/);
    await check(['complete', 'a.ts:1:1', '--workspace', 'nowhere'], 2, /nowhere does not exist/);
    await check(
      ['complete', 'a.ts:1:1', '--workspace', 'x'.repeat(5_000)],
      2,
      /xxx cannot be looked at: .*name too long/i,
    );
    await check(['complete', 'a.ts:1:1', 'b.ts:1:1', '--text', 'a.ts'], 2, /--text stands for one file/);
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

  it('completes in JSON, an element for each place', async () => {
    const [first, second] = await completeInJson(['a.ts:2:20', 'a.ts:1:8']);
    ok(first?.kind === 'completion', JSON.stringify(first));
    ok(first.timings.totalMs > 0 && first.coldMs > 0);
    deepStrictEqual([first.file, first.line, first.column, first.trigger], ['a.ts', 2, 20, 'invoke']);
    deepStrictEqual([first.workspace, first.withoutMemory, first.languageId], [null, null, 'typescript']);
    strictEqual(second?.kind === 'none' && second.reason, 'mid-word');
  });

  it('completes for people, and names its silence', async () => {
    const { code, stdout, stderr } = await run(['complete', 'a.ts:2:20', 'a.ts:1:8', '--threads', '1']);
    strictEqual(code, 0, stderr);
    match(
      stdout,
      /^without memory: no repository around the file was read; --workspace FOLDER names one\n\na\.ts:2:20\nfor \(const item of ⟦.+⟧\n\(probability [01]\.\d\d, [\d.]+ ms for this keystroke, \d+ ms for the first, \d+ runs? of the network\)\n\na\.ts:1:8\nno suggestion: mid-word \([^\n]+\n$/s,
    );
  });

  it('knows the repository around the file, and shows what memory is worth', async () => {
    const repo = join(bundle.folder, 'repo');
    mkdirSync(join(repo, '.git'), { recursive: true });
    mkdirSync(join(repo, 'src'));
    const call = 'quuxLedger.postEntry(bazAccount, wibbleAmount);';
    writeFileSync(
      join(repo, 'src/known.ts'),
      `export function one() {\n  ${call}\n}\nexport function two() {\n  ${call}\n}\n`,
    );
    writeFileSync(join(repo, 'large.ts'), '// x\n'.repeat(900_000));
    writeFileSync(
      join(repo, 'odd.ts'),
      Uint8Array.from({ length: 400 }, (_, at) => (at % 5 === 4 ? 10 : 0xbd + ((at * 7) % 60))),
    );
    writeFileSync(join(repo, 'new.ts'), 'export function three() {\n  quuxLedger.\n}\n');
    const [known] = await completeInJson(['repo/new.ts:2:14']);
    ok(known?.kind === 'completion', JSON.stringify(known));
    strictEqual(known.items[0]?.text, 'postEntry(bazAccount, wibbleAmount);');
    strictEqual(known.workspace?.folder, repo);
    strictEqual(known.workspace.files, 2);
    ok(known.withoutMemory?.kind === 'none' || known.withoutMemory?.items[0]?.text !== known.items[0].text);
    const { stdout } = await run(['complete', 'repo/new.ts:2:14', '--threads', '1']);
    match(
      stdout,
      /^remembered .*repo: 2 files, \d+ tokens, in [\d.]+ s; left out: .*too-large 1 \(large\.ts\)/,
    );
    match(stdout, /unknown-encoding 1 \(odd\.ts\)/);
    match(stdout, /⟦postEntry\(bazAccount, wibbleAmount\);⟧/);
    match(stdout, /\nwithout memory: /);
    const [alone] = await completeInJson(['repo/new.ts:2:14', '--no-memory']);
    deepStrictEqual([alone?.workspace, alone?.withoutMemory], [null, null]);
  });

  it('takes the workspace and the text that are named', async () => {
    mkdirSync(join(bundle.folder, 'folder'), { recursive: true });
    const line = 'frobnicate(snarkCount, { depth: 3 });';
    writeFileSync(join(bundle.folder, 'folder/other.ts'), `${line}\n${line}\n`);
    writeFileSync(join(bundle.folder, 'folder/b.ts'), 'nothing of it');
    writeFileSync(join(bundle.folder, 'draft.txt'), 'const a = 1;\nfrobnicate(\n');
    const [drafted] = await completeInJson([
      'folder/b.ts:2:12',
      '--workspace',
      'folder',
      '--text',
      'draft.txt',
    ]);
    ok(drafted?.kind === 'completion', JSON.stringify(drafted));
    match(drafted.items[0]?.text ?? '', /^snarkCount, \{ depth: 3 \}\);?$/);
  });

  it('shows what typing shows with --automatic, or why it shows nothing', async () => {
    writeFileSync(join(bundle.folder, 'notes.md'), '# Notes\n\nThe quick brown \n');
    writeFileSync(join(bundle.folder, 'vague.ts'), 'const zzz = \n');
    const [notes, vague] = await completeInJson(['notes.md:3:17', 'vague.ts:1:13', '--automatic']);
    strictEqual(notes?.kind === 'none' && notes.reason, 'language-off');
    strictEqual(notes?.trigger, 'automatic');
    strictEqual(vague?.kind === 'none' && vague.reason, 'low-probability');
    const [asked] = await completeInJson(['notes.md:3:17']);
    ok(asked?.kind === 'completion' || asked?.reason !== 'language-off');
  });

  it('reads files as an editor does: UTF-16, lone carriage returns, and the encoding that is named', async () => {
    writeFileSync(
      join(bundle.folder, 'wide.ts'),
      Buffer.from('\ufeffconst items = [1];\nfor (const item of \n', 'utf16le'),
    );
    writeFileSync(join(bundle.folder, 'old.ts'), 'const items = [1];\rfor (const item of \r');
    writeFileSync(
      join(bundle.folder, 'sjis.ts'),
      Uint8Array.of(0x2f, 0x2f, 0x20, 0x8d, 0x87, 0x8c, 0x76, 0x0a),
    );
    for (const [place, ...options] of [
      ['wide.ts:2:20'],
      ['old.ts:2:20'],
      ['sjis.ts:1:6', '--encoding', 'shiftjis'],
    ]) {
      const results = await completeInJson([place ?? '', ...options]);
      strictEqual(results.length, 1);
    }
    await check(['complete', 'old.ts:4:1'], 1, /old\.ts: has 3 lines/);
    await check(['complete', 'sjis.ts:1:8', '--encoding', 'shiftjis'], 1, /sjis\.ts:1: has 5 characters/);
    writeFileSync(join(bundle.folder, 'picture.ts'), Uint8Array.of(0, 1, 2, 3, 255));
    await check(['complete', 'picture.ts:1:1'], 1, /picture\.ts: is a binary file/);
  });
});
