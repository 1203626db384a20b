// The walk on trees in memory and on the disk: order, reasons, links in a circle, faults, huge trees, cancellation.

import { deepStrictEqual, ok, rejects } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { CancellationError, CancellationSource } from '../../src/base/cancellation.ts';
import type { FileTree } from '../../src/corpus/fileTree.ts';
import { CorpusCount } from '../../src/corpus/leftOut.ts';
import type { LeftOut } from '../../src/corpus/leftOut.ts';
import { nodeFolder, readPlainFile } from '../../src/corpus/nodeFolder.ts';
import { nodeOuterIgnores } from '../../src/corpus/nodeRepository.ts';
import type { CorpusRules, WalkOptions } from '../../src/corpus/walk.ts';
import { walkCorpus } from '../../src/corpus/walk.ts';
import { memoryTree } from './memoryTree.ts';

/** Every path with its reason, or `+` where it is of the corpus, in the order of the walk. */
async function walked(tree: FileTree, rules: CorpusRules = {}, options: WalkOptions = {}): Promise<string[]> {
  const found: string[] = [];
  const onLeftOut = ({ path, reason }: LeftOut): void => void found.push(`${path} ${reason}`);
  for await (const { path } of walkCorpus(tree, rules, { ...options, onLeftOut })) found.push(`${path} +`);
  return found;
}

/** `expected` lists paths and reasons alike, separated by commas, in any order. */
async function check(
  files: Parameters<typeof memoryTree>[0],
  expected: string,
  rules?: CorpusRules,
): Promise<void> {
  const wanted = expected.split(', ').sort();
  deepStrictEqual((await walked(memoryTree(files), rules)).sort(), wanted);
}

describe('walkCorpus', () => {
  it('gives files depth first, by the code units of names, with size and time', async () => {
    const tree = memoryTree({
      'b.ts': 'x',
      'a/z.ts': 'x',
      'B.ts': 'x',
      'a.ts': { content: 'xyz', mtimeMs: 7 },
    });
    deepStrictEqual(await walked(tree), ['B.ts +', 'a/z.ts +', 'a.ts +', 'b.ts +']);
    const files = [];
    for await (const file of walkCorpus(tree)) files.push(file);
    deepStrictEqual(files[2], { path: 'a.ts', sizeBytes: 3, mtimeMs: 7 });
  });

  it('names the reason for whatever it leaves out', async () => {
    await check({ '.gitignore': 'a.ts', 'a.ts': 'x', 'b.ts': 'x' }, '.gitignore +, a.ts ignored, b.ts +');
    await check({ 'out/a.ts': 'x', 'b.ts': 'x' }, 'out/ excluded, b.ts +', {
      excludes: [{ '**/out': true }],
    });
    await check({ 'a.js': 'x', 'a.ts': 'x' }, 'a.js excluded, a.ts +', {
      excludes: [{}, { '**/*.js': { when: '$(basename).ts' } }],
    });
    await check(
      { '.env': 'x', 'a/.ssh/config': 'x', 'b.pem': 'x' },
      '.env secret, a/.ssh/ secret, b.pem secret',
    );
    await check(
      { 'a.png': 'x', 'b.min.js': 'x', 'yarn.lock': 'x', 'c.csv': 'x' },
      ['a.png binary, b.min.js minified', 'yarn.lock generated, c.csv data'].join(', '),
    );
    await check({ 'a.ts': '', 'b.ts': 'xxxxx', 'c.ts': 'xxxx' }, 'a.ts empty, b.ts too-large, c.ts +', {
      maxFileBytes: 4,
    });
    await check({ 'a.ts': { kind: 'symlink' }, b: { kind: 'other' } }, 'a.ts symbolic-link, b not-text');
  });

  it('never enters dependencies and version control, and outputs only where they are sources', async () => {
    await check(
      { '.git/config': 'x', 'node_modules/a.js': 'x', 'a/.venv/b.py': 'x' },
      ['.git/ folder, a/.venv/ folder, node_modules/ folder'].join(),
    );
    await check(
      { 'vendor/a.go': 'x', 'dist/a.js': 'x', 'build/a.ts': 'x' },
      'vendor/ folder, dist/ folder, build/a.ts +',
    );
    await check(
      { 'a/Cargo.toml': 'x', 'a/target/x.rs': 'x', 'target/x.rs': 'x' },
      ['a/Cargo.toml +, a/target/ folder, target/x.rs +'].join(),
    );
    const back = { '.tinymemoryignore': '!vendor/\n!node_modules/\n!.git/\n', '.git/a': 'x' };
    await check(
      { ...back, 'vendor/a.go': 'x', 'node_modules/a.js': 'x' },
      ['.tinymemoryignore +, .git/ folder, node_modules/ folder, vendor/a.go +'].join(),
    );
    // A list of what to keep, as it is common, opens no such folder.
    await check({ '.gitignore': '*\n!*/\n!*.go', 'vendor/a.go': 'x' }, '.gitignore ignored, vendor/ folder');
  });

  it('does not look into what it leaves out', async () => {
    const tree = memoryTree({
      '.env': 'x',
      'a.pem': 'x',
      'node_modules/a/b.js': 'x',
      '.aws/credentials': 'x',
      'b.ts': 'x',
    });
    await walked(tree);
    deepStrictEqual([tree.listed, tree.reads], [[''], []]);
  });

  it('goes on past what cannot be read, and leaves out what an unreadable ignore file might ignore', async () => {
    const fault = 'EACCES: permission denied';
    await check(
      {
        'a/b.ts': 'x',
        c: { kind: 'folder', fault },
        'd.ts': { fault },
        'e/.gitignore': { fault },
        'e/f.ts': 'x',
      },
      'a/b.ts +, c/ unreadable, d.ts unreadable, e/ unreadable',
    );
    await check({ 'a/.gitignore': ' '.repeat(1_000_001), 'a/b.ts': 'x' }, 'a/ unreadable');
    const details: unknown[] = [];
    const options = { onLeftOut: ({ detail }: LeftOut) => void details.push(detail) };
    for await (const _ of walkCorpus(memoryTree({ 'd.ts': { fault } }), {}, options)) ok(false, _.path);
    deepStrictEqual(details, [fault]);
    const gone: FileTree = { ...memoryTree({}), list: () => Promise.reject(new Error('gone')) };
    deepStrictEqual(await walked(gone), ['/ unreadable']);
  });

  it('judges single files as it does in the whole, listing only the folders that lead to them', async () => {
    const files = {
      '.gitignore': 'x.ts',
      'a/x.ts': 'x',
      'a/y.ts': 'x',
      'b/c/z.ts': 'x',
      'b/q.ts': 'x',
      'd/e.ts': 'x',
    };
    const tree = memoryTree({ ...files, 'node_modules/m.ts': 'x' });
    const only = ['b/c/z.ts', 'a/x.ts', 'node_modules/m.ts', 'no/such.ts', 'a/gone.ts'];
    deepStrictEqual(await walked(tree, {}, { only }), [
      'a/x.ts ignored',
      'b/c/z.ts +',
      'node_modules/ folder',
    ]);
    deepStrictEqual(tree.listed, ['', 'a', 'b', 'b/c']);
    const all = Object.keys(files);
    await fc.assert(
      fc.asyncProperty(fc.subarray(all), async chosen => {
        const whole = (await walked(memoryTree(files))).filter(line =>
          chosen.includes(line.split(' ')[0] ?? ''),
        );
        deepStrictEqual(await walked(memoryTree(files), {}, { only: chosen }), whole);
      }),
      { seed: 1, numRuns: 30 },
    );
  });

  it('lets others in while it walks 100,000 small files, and holds few of them', async () => {
    const perFolder = 1000;
    let peak = 0;
    let alive = 0;
    const tree: FileTree = {
      list: folder =>
        Promise.resolve(
          Array.from({ length: folder === '' ? 100 : perFolder }, (_, at) =>
            folder === ''
              ? { name: `f${String(at).padStart(3, '0')}`, kind: 'folder' as const }
              : { name: `n${String(at).padStart(4, '0')}.ts`, kind: 'file' as const },
          ),
        ),
      stat: () => {
        peak = Math.max(peak, ++alive);
        return Promise.resolve({ sizeBytes: 10, mtimeMs: 0 }).finally(() => alive--);
      },
      read: () => Promise.reject(new Error('no file is read')),
    };
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    let count = 0;
    try {
      for await (const { path } of walkCorpus(tree)) {
        ok(path !== '');
        count++;
      }
    } finally {
      clearInterval(timer);
    }
    deepStrictEqual(count, 100_000);
    ok(turns >= 10, `others had ${turns} turns`);
    ok(peak <= 64, `${peak} files were measured at once`);
  });

  it('stops when cancelled', async () => {
    const source = new CancellationSource();
    const tree = memoryTree(Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`f${at}.ts`, 'x'])));
    let count = 0;
    const walk = async (): Promise<void> => {
      for await (const { path } of walkCorpus(tree, {}, {}, source.token)) {
        ok(path);
        if (++count === 10) source.cancel();
      }
    };
    await rejects(walk(), CancellationError);
    deepStrictEqual(count, 10);
  });
});

describe('a folder of the disk', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'corpus-'));
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });
  const write = (path: string, text: string): void => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  };

  it('is walked past links, one that leads round in a circle among them', async () => {
    write('a/b.ts', 'text');
    symlinkSync('..', join(root, 'a', 'up'));
    symlinkSync('b.ts', join(root, 'a', 'c.ts'));
    symlinkSync('nowhere', join(root, 'a', 'd.ts'));
    deepStrictEqual(await walked(nodeFolder(root)), [
      'a/c.ts symbolic-link',
      'a/d.ts symbolic-link',
      'a/up symbolic-link',
      'a/b.ts +',
    ]);
    await rejects(nodeFolder(root).read('a/c.ts'), /ELOOP|symbolic/);
    await rejects(nodeFolder(root).read('a'), /not a plain file|EISDIR/);
    deepStrictEqual(new TextDecoder().decode(await nodeFolder(root).read('a/b.ts')), 'text');
  });

  it('obeys the ignore files above it, up to the top of the repository', async () => {
    write('.gitignore', 'not-ours.ts');
    write('repo/.git/info/exclude', 'local.ts');
    write('repo/.gitignore', '/pack/app/gen.ts');
    write('repo/pack/.gitignore', 'tmp.ts');
    for (const name of ['gen', 'tmp', 'local', 'not-ours', 'kept']) write(`repo/pack/app/${name}.ts`, 'x');
    const folder = join(root, 'repo/pack/app');
    const outer = await nodeOuterIgnores(folder);
    deepStrictEqual(await walked(nodeFolder(folder), { outer }), [
      'gen.ts ignored',
      'local.ts ignored',
      'tmp.ts ignored',
      'kept.ts +',
      'not-ours.ts +',
    ]);
    deepStrictEqual(await nodeOuterIgnores(join(root, 'repo')), undefined);
  });

  it('is never left, whatever path is asked for', async () => {
    write('in/folder/a.ts', 'text');
    write('out/secret.ts', 'text');
    symlinkSync('../out', join(root, 'in', 'linked'));
    symlinkSync('in', join(root, 'alias'));
    const tree = nodeFolder(join(root, 'in'));
    await rejects(tree.read('linked/secret.ts'), /linked\/secret\.ts leads through a symbolic link/);
    await rejects(tree.list('linked'), /symbolic link/);
    for (const path of [
      '../out/secret.ts',
      'folder/../../out/secret.ts',
      '/etc/hosts',
      'folder/./a.ts',
      'a\0',
    ]) {
      await rejects(tree.read(path), /is not a path within the folder/, path);
      await rejects(tree.stat(path), /is not a path within the folder/, path);
      await rejects(tree.list(path), /is not a path within the folder/, path);
    }
    // The folder that the user opened may be a link itself.
    deepStrictEqual((await nodeFolder(join(root, 'alias')).read('folder/a.ts')).byteLength, 4);
  });

  it('is read up to a limit, and only plain files are', async () => {
    write('a.ts', 'text');
    deepStrictEqual((await readPlainFile(join(root, 'a.ts'), 4)).byteLength, 4);
    await rejects(readPlainFile(join(root, 'a.ts'), 3), /a\.ts has 4 bytes, more than the 3/);
    execFileSync('mkfifo', [join(root, 'pipe')]);
    await rejects(readPlainFile(join(root, 'pipe'), 9), /pipe is not a plain file/);
    await rejects(readPlainFile('/dev/zero', 9), /not a plain file/);
  });

  it('reads no ignore file that is a pipe or leads to a device', async () => {
    write('repo/.git/HEAD', 'ref: x');
    write('repo/pack/app/a.ts', 'x');
    symlinkSync('/dev/zero', join(root, 'repo/.gitignore'));
    execFileSync('mkfifo', [join(root, 'repo/pack/.gitignore')]);
    execFileSync('mkfifo', [join(root, 'repo/pack/app/.gitignore')]);
    mkdirSync(join(root, 'repo/.git/info'));
    symlinkSync('/dev/zero', join(root, 'repo/.git/info/exclude'));
    const folder = join(root, 'repo/pack/app');
    const outer = await nodeOuterIgnores(folder);
    deepStrictEqual(await walked(nodeFolder(folder), { outer }), ['.gitignore not-text', 'a.ts +']);
    const above = join(root, 'repo');
    const rules = { outer: await nodeOuterIgnores(above) };
    deepStrictEqual(await walked(nodeFolder(above), rules), [
      '.git/ folder',
      '.gitignore symbolic-link',
      'pack/.gitignore not-text',
      'pack/app/.gitignore not-text',
      'pack/app/a.ts +',
    ]);
  });

  it('obeys the exclude file of worktrees and submodules, and leaves out the file .git', async () => {
    const git = (at: string, ...options: string[]) =>
      execFileSync(
        'git',
        ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'protocol.file.allow=always', ...options],
        {
          cwd: join(root, at),
          stdio: 'pipe',
        },
      );
    for (const name of ['main', 'lib']) {
      write(`${name}/a.ts`, 'x');
      git(name, 'init', '-q');
      git(name, 'add', '.');
      git(name, 'commit', '-qm', 'first');
    }
    git('main', 'submodule', '-q', 'add', '../lib', 'deps-of-ours/lib');
    git('main', 'worktree', 'add', '-q', '../tree');
    write('main/.git/info/exclude', 'local.ts');
    write('main/.git/modules/deps-of-ours/lib/info/exclude', 'own.ts');
    for (const at of ['main', 'tree', 'main/deps-of-ours/lib']) {
      for (const name of ['local', 'own']) write(`${at}/${name}.ts`, 'x');
    }
    const left = async (at: string): Promise<string[]> => {
      const folder = join(root, at);
      const lines = await walked(nodeFolder(folder), { outer: await nodeOuterIgnores(folder) });
      return lines.filter(line => !line.endsWith(' +'));
    };
    deepStrictEqual(await left('tree'), ['.git generated', 'local.ts ignored']);
    deepStrictEqual(await left('main/deps-of-ours/lib'), ['.git generated', 'own.ts ignored']);
    deepStrictEqual(await left('main'), [
      '.git/ folder',
      'deps-of-ours/lib/.git generated',
      'deps-of-ours/lib/local.ts ignored',
      'deps-of-ours/lib/own.ts ignored',
      'local.ts ignored',
    ]);
    // What a stranger wrote into the file leads to no network share, and nowhere at all.
    for (const named of ['//host/share', '\\\\host\\share', 'nowhere', '../../..', '']) {
      write('odd/.git', `gitdir: ${named}\n`);
      write('odd/a.ts', 'x');
      deepStrictEqual(await left('odd'), ['.git generated'], named);
    }
  });
});

describe('the report', () => {
  it('counts files and folders by reason, with a few examples', () => {
    const count = new CorpusCount(2);
    count.admit(10, 3);
    count.admit(5);
    for (const path of ['a.ts', 'b/', 'c.ts']) count.leaveOut({ path, reason: 'ignored' });
    count.leaveOut({ path: 'd.ts', reason: 'empty' });
    const report = count.report();
    count.admit(1);
    deepStrictEqual(report, {
      admittedFiles: 2,
      admittedBytes: 15,
      redactions: 3,
      redactedFiles: 1,
      unreadableLines: 0,
      leftOut: {
        empty: { files: 1, folders: 0, examples: ['d.ts'] },
        ignored: { files: 2, folders: 1, examples: ['a.ts', 'b/'] },
      },
    });
    deepStrictEqual(structuredClone(report), report);
  });
});
