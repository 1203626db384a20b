// Makes the training data: files of the manifest's repositories, admitted by the rules that the extension itself obeys,
// without near-duplicates and without anything of the repositories that results are measured on; a BPE; windows of tokens.
//
// npx tsx models/recipe/prepare.ts --mirrors DIR --out DIR [--vocabulary 8192] [--length 1025] [--seed 0] [--tokenizer FILE]

import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { seededRandom } from '../../src/base/random.ts';
import { readAdmitted } from '../../src/corpus/admit.ts';
import { fileKind, languageOf } from '../../src/corpus/fileKind.ts';
import { nodeFolder } from '../../src/corpus/nodeFolder.ts';
import { walkCorpus } from '../../src/corpus/walk.ts';
import { normalizeLineEnds } from '../../src/text/window.ts';
import { Tokenizer } from '../../src/tokenizer/tokenizer.ts';
import { trainBpe } from '../../src/tokenizer/trainBpe.ts';
import { ForbiddenLines, NearDuplicates } from './duplicates.ts';
import { exchangesOf } from './questions.ts';
import type { Repository } from './repositories.ts';
import { exportRepository, readManifest } from './repositories.ts';
import { packRepository } from './windows.ts';

/** Megabytes of text by group of languages; what a group lacks is not made up for by others. */
const shares = {
  script: {
    megabytes: 40,
    languages: 'typescript typescriptreact javascript javascriptreact vue svelte astro',
  },
  python: { megabytes: 28, languages: 'python' },
  go: { megabytes: 13, languages: 'go' },
  rust: { megabytes: 13, languages: 'rust' },
  java: { megabytes: 13, languages: 'java' },
  c: { megabytes: 8, languages: 'c cpp' },
  csharp: { megabytes: 4, languages: 'csharp' },
  others: { megabytes: 3, languages: 'kotlin php ruby lua' },
  shell: { megabytes: 2, languages: 'shellscript powershell bat makefile cmake dockerfile' },
  sql: { megabytes: 1, languages: 'sql' },
  markup: { megabytes: 3, languages: 'html css scss less' },
  data: { megabytes: 3, languages: '' },
  docs: { megabytes: 4, languages: '' },
} as const;

type Group = keyof typeof shares;

/** Of a group's text, what one repository, and what tests may make up. */
const maxOfRepository = 0.12;
const maxOfTests = 0.3;
const maxFileBytes = 150_000;
const minFileChars = 120;
const longestPath = 160;
/** Text that the BPE is learnt on. */
const bpeBytes = 40_000_000;

interface PreparedFile {
  readonly repository: Repository;
  readonly path: string;
  readonly text: string;
  readonly group: Group;
  readonly isTest: boolean;
}

const { values: options } = parseArgs({
  options: {
    mirrors: { type: 'string' },
    out: { type: 'string' },
    vocabulary: { type: 'string', default: '8192' },
    length: { type: 'string', default: '1025' },
    seed: { type: 'string', default: '0' },
    tokenizer: { type: 'string' },
  },
});
if (options.mirrors === undefined || options.out === undefined) {
  throw new Error('say where clones are (or go) and where the data goes: --mirrors DIR --out DIR');
}
const { mirrors, out } = { mirrors: options.mirrors, out: options.out };
const exports = join(out, 'exports');
mkdirSync(exports, { recursive: true });

async function prepare(): Promise<void> {
  const manifest = readManifest(join(import.meta.dirname, 'corpus.json'));
  const forbidden = await forbiddenLines(manifest);
  const files = await admittedFiles(manifest, forbidden);
  const training = select(files.filter(({ repository }) => repository.split === 'train'));
  const validation = files.filter(({ repository, isTest }) => repository.split === 'validation' && !isTest);
  const tokenizer = tokenizerFor(training);
  const length = Number(options.length);
  const infill = { length, infillShare: 0.5, exchangeShare: 0.05 };
  writeWindows('train', training, tokenizer, infill);
  writeWindows('validation', validation, tokenizer, { length, infillShare: 0, exchangeShare: 0 });
}

/** The repositories that results are measured on and defaults are fitted on: nothing of them may be learnt. */
async function forbiddenLines(manifest: readonly Repository[]): Promise<ForbiddenLines> {
  const path = join(import.meta.dirname, '../../test/bench/repositories.json');
  const listed = JSON.parse(readFileSync(path, 'utf8')) as Record<'measured' | 'fitted', Repository[]>;
  const forbidden = new ForbiddenLines();
  for (const { name, commit } of [...listed.measured, ...listed.fitted]) {
    if (manifest.some(repository => repository.name === name)) {
      throw new Error(`${name} is measured on: take it out of the manifest`);
    }
    const repository = { name, commit, licence: '', licenceFile: '', split: 'train' } as const;
    const folder = exportRepository(repository, mirrors, exports, false);
    for await (const { path, text } of textsOf(folder)) {
      if (groupOf(path) !== undefined) forbidden.add(text);
    }
  }
  return forbidden;
}

async function* textsOf(folder: string): AsyncGenerator<{ readonly path: string; readonly text: string }> {
  const tree = nodeFolder(folder);
  for await (const file of walkCorpus(tree, { maxFileBytes })) {
    const admitted = await readAdmitted(tree, file, { maxFileBytes });
    if (admitted.kind === 'admitted') yield { path: file.path, text: normalizeLineEnds(admitted.text) };
  }
}

async function admittedFiles(
  manifest: readonly Repository[],
  forbidden: ForbiddenLines,
): Promise<readonly PreparedFile[]> {
  const duplicates = new NearDuplicates();
  const files: PreparedFile[] = [];
  const dropped = { copied: 0, repeated: 0 };
  for (const repository of manifest) {
    const before = files.length;
    for await (const { path, text } of textsOf(exportRepository(repository, mirrors, exports))) {
      const group = groupOf(path);
      if (group === undefined || text.length < minFileChars || path.length > longestPath) continue;
      if (forbidden.coversMostOf(text)) dropped.copied++;
      else if (duplicates.isDuplicate(text)) dropped.repeated++;
      else files.push({ repository, path, text, group, isTest: fileKind(path) === 'test' });
    }
    console.error(repository.name, files.length - before, 'files');
  }
  console.error(`dropped ${dropped.copied} copies of measured files, ${dropped.repeated} near-duplicates`);
  return files;
}

function groupOf(path: string): Group | undefined {
  const language = languageOf(path);
  if (language !== undefined) return groupOfLanguage.get(language);
  const kind = fileKind(path);
  if (kind === 'docs') return /\.mdx?$/.test(path) ? 'docs' : undefined;
  return kind === 'data' && /\.(?:json|ya?ml|toml)$/.test(path) ? 'data' : undefined;
}

const groupOfLanguage = new Map(
  (Object.keys(shares) as Group[]).flatMap(group =>
    shares[group].languages.split(' ').map(language => [language, group] as const),
  ),
);

/** Folders in an order that is random but repeatable, until each group's share is full; then sorted as they lay. */
function select(files: readonly PreparedFile[]): readonly PreparedFile[] {
  const taken = new Map<string, number>();
  const take = (key: string, size: number, most: number): boolean => (taken.get(key) ?? 0) + size <= most;
  const add = (key: string, size: number) => taken.set(key, (taken.get(key) ?? 0) + size);
  const rank = (file: PreparedFile) =>
    hash(`${options.seed}${file.repository.name}/${file.path.slice(0, file.path.lastIndexOf('/') + 1)}`);
  const ranked = files
    .map(file => ({ file, rank: rank(file) }))
    .sort((a, b) => Number(a.file.isTest) - Number(b.file.isTest) || a.rank - b.rank);
  const kept = new Set<PreparedFile>();
  for (const { file } of ranked) {
    const { group, repository, text, isTest } = file;
    const most = shares[group].megabytes * 1e6;
    const own = `${group} ${repository.name}`;
    const fits =
      take(group, text.length, isTest ? most : most * (1 - maxOfTests / 2)) &&
      take(own, text.length, most * maxOfRepository) &&
      (!isTest || take(`${group} tests`, text.length, most * maxOfTests));
    if (!fits) continue;
    kept.add(file);
    add(group, text.length);
    add(own, text.length);
    if (isTest) add(`${group} tests`, text.length);
  }
  for (const group of Object.keys(shares)) {
    console.error(group, ((taken.get(group) ?? 0) / 1e6).toFixed(1), 'MB');
  }
  return files.filter(file => kept.has(file));
}

function tokenizerFor(files: readonly PreparedFile[]): Tokenizer {
  const path = options.tokenizer ?? join(out, 'tokenizer.json');
  if (!existsSync(path)) {
    const total = files.reduce((sum, { text }) => sum + text.length, 0);
    const share = bpeBytes / total;
    const sample = files.filter(file => hash(`bpe ${file.repository.name}/${file.path}`) / 2 ** 32 < share);
    const json = trainBpe(
      sample.map(({ text }) => text),
      { vocabularySize: Number(options.vocabulary) },
    );
    writeFileSync(path, JSON.stringify(json));
  }
  return new Tokenizer(JSON.parse(readFileSync(path, 'utf8')) as object, path);
}

/** Writes `NAME.bin`, windows of 16-bit token ids one after the other, and `NAME.json`, which describes them. */
function writeWindows(
  name: string,
  files: readonly PreparedFile[],
  tokenizer: Tokenizer,
  packing: { readonly length: number; readonly infillShare: number; readonly exchangeShare: number },
): void {
  const random = seededRandom(Number(options.seed));
  const output = openSync(join(out, `${name}.bin`), 'w');
  let [windows, bytes] = [0, 0];
  const repositories = [...new Set(files.map(({ repository }) => repository))];
  for (const repository of repositories) {
    const own = files.filter(file => file.repository === repository);
    const prepared = own.map(({ path, text }) => {
      bytes += Buffer.byteLength(text);
      return { path, text, exchanges: exchangesOf(text, languageOf(path) ?? '') };
    });
    packRepository(repository.name, prepared, tokenizer, random, packing, window => {
      writeSync(output, Uint16Array.from(window));
      windows++;
    });
  }
  closeSync(output);
  const description = { windows, ...packing, files: files.length, bytes, vocabulary: tokenizer.size };
  writeFileSync(join(out, `${name}.json`), `${JSON.stringify(description, null, 1)}\n`);
  console.error(name, description);
}

function hash(text: string): number {
  return createHash('md5').update(text).digest().readUInt32LE(0);
}

await prepare();
