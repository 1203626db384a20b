// Files as VS Code in a browser gives them, with a stand-in for its file systems: one in memory, and the one of a server,
// which tells little of what goes wrong.

import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';
import { build } from 'esbuild';
import type { Files } from '../../src/base/files.ts';
import { repository } from '../support/engine.ts';

class FileSystemError extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

const Uri = { parse: (text: string) => ({ scheme: text.slice(0, text.indexOf(':')), text }) };
type FakeUri = ReturnType<typeof Uri.parse>;

class MemoryFileSystem {
  readonly contents = new Map<string, Uint8Array>();
  failsWriting = false;

  readFile({ scheme, text }: FakeUri): Promise<Uint8Array> {
    const bytes = this.contents.get(text);
    if (bytes !== undefined) return Promise.resolve(bytes);
    return Promise.reject(new FileSystemError(scheme === 'https' ? 'Unknown' : 'FileNotFound'));
  }

  writeFile({ text }: FakeUri, bytes: Uint8Array): Promise<void> {
    this.contents.set(text, this.failsWriting ? bytes.subarray(0, 1) : bytes);
    return this.failsWriting ? Promise.reject(new Error('quota exceeded')) : Promise.resolve();
  }

  async rename(from: FakeUri, to: FakeUri, { overwrite }: { overwrite: boolean }): Promise<void> {
    strictEqual(overwrite, true);
    this.contents.set(to.text, await this.readFile(from));
    this.contents.delete(from.text);
  }

  async delete(uri: FakeUri): Promise<void> {
    const all = [...this.contents.keys()].filter(
      name => name === uri.text || name.startsWith(`${uri.text}/`),
    );
    if (all.length === 0) await this.readFile(uri);
    for (const name of all) this.contents.delete(name);
  }

  readDirectory({ text }: FakeUri): Promise<[string, number][]> {
    const names = [...this.contents.keys()].filter(name => name.startsWith(`${text}/`));
    if (names.length === 0) return Promise.reject(new FileSystemError('FileNotFound'));
    return Promise.resolve(names.map(name => [name.slice(text.length + 1), 1]));
  }

  async stat(uri: FakeUri): Promise<object> {
    await this.readFile(uri);
    return {};
  }
}

describe('files of VS Code in a browser', () => {
  let disk: MemoryFileSystem;
  let files: Files;

  before(async () => {
    const built = await build({
      entryPoints: [join(repository, 'src/editor/memory/editorFiles.ts')],
      bundle: true,
      write: false,
      format: 'cjs',
      external: ['vscode'],
    });
    const module = { exports: {} as { editorFiles: Files } };
    const run = compileFunction(built.outputFiles[0]?.text ?? '', ['require', 'module']) as (
      require: () => unknown,
      module: object,
    ) => void;
    const workspace = {
      get fs() {
        return disk;
      },
    };
    run(() => ({ FileSystemError, FileType: { File: 1 }, Uri, workspace }), module);
    files = module.exports.editorFiles;
  });

  beforeEach(() => {
    disk = new MemoryFileSystem();
  });

  const bytes = Uint8Array.of(1, 2);

  it('are written in one step, and no half of them is left behind', async () => {
    await files.write('mem:/a/b', bytes);
    deepStrictEqual([...disk.contents], [['mem:/a/b', bytes]]);
    disk.failsWriting = true;
    await rejects(files.write('mem:/a/b', Uint8Array.of(3, 4)), /quota exceeded/);
    deepStrictEqual([...disk.contents], [['mem:/a/b', bytes]]);
  });

  it('may be missing', async () => {
    strictEqual(await files.read('mem:/none'), undefined);
    strictEqual(await files.exists('mem:/none'), false);
    deepStrictEqual(await files.list('mem:/none'), []);
    await files.remove('mem:/none');
    await rejects(files.rename('mem:/none', 'mem:/some'), FileSystemError);
  });

  it('may be missing on a server, which does not say so', async () => {
    disk.contents.set('https://a/b', bytes);
    deepStrictEqual(await files.read('https://a/b'), bytes);
    strictEqual(await files.read('https://a/none'), undefined);
    disk.readFile = () => Promise.reject(new FileSystemError('NoPermissions'));
    await rejects(files.read('mem:/a'), /NoPermissions/);
    disk.readDirectory = () => Promise.reject(new FileSystemError('NoPermissions'));
    await rejects(files.list('mem:/a'), /NoPermissions/);
  });

  it('are listed, moved and deleted with their folder', async () => {
    await files.write('mem:/a/b', bytes);
    await files.rename('mem:/a/b', 'mem:/a/c');
    deepStrictEqual(await files.list('mem:/a'), [{ name: 'c', isFile: true }]);
    await files.remove('mem:/a');
    strictEqual(disk.contents.size, 0);
  });
});
