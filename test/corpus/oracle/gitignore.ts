// Asks Git itself which files its ignore rules leave in seeded random trees, and writes gitignore.jsonl beside this file,
// which the tests compare with. Run by hand: `npx tsx test/corpus/oracle/gitignore.ts`; needs Git.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '../../../src/base/random.ts';

interface IgnoreCase {
  /** Texts of the ignore files, by path; .git/info/exclude is one of them. */
  readonly ignores: Readonly<Record<string, string>>;
  readonly files: readonly string[];
  /** Of the files, those that Git would track. */
  readonly tracked: readonly string[];
}

const random = seededRandom(7);
const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
const some = <T>(items: readonly T[], share: number): T[] => items.filter(() => random() < share);

const folders = ['', 'a', 'a/b', 'a/b/c', 'logs', 'a/logs', 'src', 'src/logs', 'we[ir]d', 'a b'];
const names = ['x.ts', 'y.js', 'debug.log', 'keep.log', 'b', 'c.d.ts', '#hash', '!bang', 'a b.txt', 'Été.md'];
const patterns = [
  '*.log !keep.log logs logs/ /logs a/logs **/logs logs/** !logs/ !logs/keep.log *.ts !*.d.ts *.d.ts /x.ts x.ts',
  'a/**/c a/* !a/b /* !/src !/src/ src/*.js b b/ /b !b [a-x].ts ?.js *.[tj]s [!x].ts \\#hash \\!bang #comment we[ir]d',
  'we\\[ir\\]d a/b/c/ **/c/** !**/c/ Été.md X.TS * !*/ !*.js ** /a/b/*.js c.*.ts *a* a*/ !a*/b',
].flatMap(line => line.split(' '));
patterns.push('a b', 'a\\ b.txt', 'y.js ', 'x.ts\\ ', '', '  ', '!', '/', '\\', '[', 'a[');

function makeCase(): IgnoreCase {
  const files = folders.flatMap(folder =>
    some(names, 0.4).map(name => (folder === '' ? name : `${folder}/${name}`)),
  );
  // A name cannot be a file and a folder at once.
  const plain = files.filter(
    file => !files.some(other => other.startsWith(`${file}/`)) && !folders.includes(file),
  );
  const ignores: Record<string, string> = {};
  const places = ['.gitignore', ...some(folders.slice(1), 0.25).map(folder => `${folder}/.gitignore`)];
  if (random() < 0.2) places.push('.git/info/exclude');
  for (const place of places) {
    const lines = Array.from({ length: 1 + Math.floor(random() * 4) }, () => pick(patterns));
    ignores[place] = lines.join(random() < 0.1 ? '\r\n' : '\n') + '\n';
  }
  return { ignores, files: plain, tracked: trackedBy(ignores, plain) };
}

function trackedBy(ignores: Readonly<Record<string, string>>, files: readonly string[]): string[] {
  const root = mkdtempSync(join(tmpdir(), 'gitignore-'));
  try {
    const git = (...options: string[]) =>
      execFileSync('git', ['-c', 'core.ignorecase=false', '-c', 'core.excludesfile=', ...options], {
        cwd: root,
        encoding: 'utf8',
      });
    git('init', '-q');
    for (const [path, text] of [...Object.entries(ignores), ...files.map(file => [file, 'x'] as const)]) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const listed = git('ls-files', '-z', '--others', '--exclude-standard').split('\0');
    return files.filter(file => listed.includes(file));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const cases = Array.from({ length: 150 }, makeCase);
const text = cases.map(one => JSON.stringify(one)).join('\n');
writeFileSync(join(dirname(fileURLToPath(import.meta.url)), 'gitignore.jsonl'), `${text}\n`);
