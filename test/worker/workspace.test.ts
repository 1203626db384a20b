// The real engine thread with a workspace: on the disk and on a file system that only the editor reaches; what it
// remembers shows in its suggestions, outlives it, and is gone once forgotten.

import { deepStrictEqual, equal, match, notEqual, ok } from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { neverCancelled } from '../../src/base/cancellation.ts';
import type { MemoryState } from '../../src/worker/protocol/memoryState.ts';
import type { Workspace } from '../../src/worker/protocol/workspace.ts';
import type { EngineBundle } from '../support/engineBundle.ts';
import type { EditorFiles } from '../../src/worker/client/serveEditor.ts';
import { bundleEngine } from '../support/engineBundle.ts';
import { requestFor } from './support/fakeWorker.ts';
import { editorFilesOf, MemoryFiles } from './support/memoryFiles.ts';
import { startEngine } from './support/realEngine.ts';

/** Nobody could guess it. */
const distinctive = 'prepareMarmalade(orangePeel, sugarGrams)';
/** What memory makes of its beginning. */
const remembered = 'orangePeel, sugarGrams);';
const source = `import { jars } from './jars';\n\nexport function start() {\n  ${distinctive};\n}\n`;

describe('the engine thread with a workspace', function () {
  this.timeout(60_000);
  let bundle: EngineBundle;
  let folder: string;
  let clients: { shutDown(): Promise<void> }[] = [];

  before(async () => {
    bundle = await bundleEngine();
  });

  after(() => {
    bundle.dispose();
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tinymemory-workspace-'));
    mkdirSync(join(folder, 'files/src'), { recursive: true });
  });

  afterEach(async () => {
    for (const client of clients) await client.shutDown();
    clients = [];
    rmSync(folder, { recursive: true });
  });

  const storePath = () => join(folder, 'store/memory.bin');
  const write = (path: string, text: string) => {
    writeFileSync(join(folder, 'files', path), text);
  };

  function workspaceOf(changed: Partial<Workspace['folders'][number]> = {}): Workspace {
    const path = join(folder, 'files');
    const own = {
      prefix: '',
      uri: `file://${path}`,
      diskPath: path,
      excludes: [{ '**/*.log': true }],
      ...changed,
    };
    return { folders: [own], capBytes: 1e6, storeFile: storePath(), storeKey: '1' };
  }

  function start(files?: EditorFiles) {
    const { client, memory, logger, shutDown } = startEngine(bundle, files);
    clients.push({ shutDown });
    const states: MemoryState[] = [];
    memory.onDidChangeState(state => states.push(state));
    /** Resolves at the next `ready` that satisfies the condition. */
    const ready = (satisfies: (state: MemoryState) => boolean = () => true) =>
      new Promise<Extract<MemoryState, { kind: 'ready' }>>(resolve => {
        const listener = memory.onDidChangeState(state => {
          if (state.kind !== 'ready' || !satisfies(state)) return;
          listener.dispose();
          resolve(state);
        });
      });
    let asked = 0;
    /** What is suggested after a text in another file; the text differs each time, so that no answer is cached. */
    const suggestion = async (): Promise<string> => {
      const request = requestFor(`// ${++asked}\nexport function other() {\n  prepareMarmalade(`);
      const result = await client.complete(
        { ...request, window: { ...request.window, path: 'src/other.ts' }, maxTokens: 32 },
        neverCancelled,
      );
      return result.kind === 'none' ? result.reason : (result.items[0]?.text ?? '');
    };
    return { client, memory, logger, states, ready, suggestion, shutDown };
  }

  it('suggests what stands in another file, and no longer once it is forgotten', async () => {
    write('src/a.ts', source);
    const { memory, ready, suggestion } = start();
    memory.open(workspaceOf());
    equal((await ready()).files, 1);
    equal(await suggestion(), remembered);
    await memory.forget(storePath());
    equal(memory.state.kind, 'off');
    notEqual(await suggestion(), remembered);
  });

  it('follows what is reported to it', async () => {
    write('src/a.ts', 'export {};\n');
    const { memory, ready, suggestion } = start();
    memory.open(workspaceOf());
    await ready();
    write('src/b.ts', source);
    const two = ready(({ kind, ...state }) => kind === 'ready' && 'files' in state && state.files === 2);
    memory.changed(['src/b.ts']);
    await two;
    equal(await suggestion(), remembered);
    rmSync(join(folder, 'files/src/b.ts'));
    const one = ready(state => 'files' in state && state.files === 1);
    memory.rescan();
    await one;
    notEqual(await suggestion(), remembered);
  });

  it('knows what is not saved yet, and the file again when that is taken back', async () => {
    write('src/a.ts', 'export {};\n');
    const { memory, ready, suggestion } = start();
    memory.open(workspaceOf());
    const saved = await ready();
    const changed = ready(
      ({ kind, ...state }) => kind === 'ready' && 'tokens' in state && state.tokens > saved.tokens,
    );
    memory.unsaved('src/a.ts', source);
    memory.unsaved('src/not-there.ts', source);
    equal((await changed).files, 1);
    equal(await suggestion(), remembered);
    const back = ready(
      ({ kind, ...state }) => kind === 'ready' && 'tokens' in state && state.tokens === saved.tokens,
    );
    memory.unsaved('src/a.ts', null);
    await back;
    notEqual(await suggestion(), remembered);
  });

  it('keeps what it remembers when it ends, and reads nothing again after', async () => {
    write('src/a.ts', source);
    write('src/odd.log', 'excluded');
    const first = start();
    first.memory.open(workspaceOf());
    equal((await first.ready()).filesRead, 1);
    await first.shutDown();
    ok(existsSync(storePath()));
    const second = start();
    second.memory.open(workspaceOf());
    const state = await second.ready();
    deepStrictEqual([state.filesRead, state.files, state.leftOut], [0, 1, { excluded: 1 }]);
    equal(await second.suggestion(), remembered);
  });

  it('leaves nothing on the disk when it forgets, with or without an engine', async () => {
    write('src/a.ts', source);
    const first = start();
    first.memory.open(workspaceOf());
    await first.ready();
    await first.shutDown();
    writeFileSync(`${storePath()}.damaged`, 'x');
    writeFileSync(`${storePath()}.1-abc.tmp`, 'x');
    const second = start();
    second.client.stop();
    await second.memory.forget(storePath());
    deepStrictEqual(readdirSync(join(folder, 'store')), []);
  });

  it('sets a damaged store aside and names it', async () => {
    write('src/a.ts', source);
    mkdirSync(join(folder, 'store'));
    writeFileSync(storePath(), 'no store');
    const { memory, ready, logger, shutDown } = start();
    memory.open(workspaceOf());
    equal((await ready()).files, 1);
    match(
      logger.lines.join('\n'),
      /warn: .*store.memory\.bin is damaged; set aside as .*memory\.bin\.damaged/,
    );
    await shutDown();
    deepStrictEqual(readdirSync(join(folder, 'store')).sort(), ['memory.bin', 'memory.bin.damaged']);
  });

  it('works where nothing can be written, and says so', async function () {
    write('src/a.ts', source);
    // A file where the folder should be: not even root can write there.
    writeFileSync(join(folder, 'store'), 'x');
    const { memory, ready, logger, suggestion, shutDown } = start();
    memory.open(workspaceOf());
    await ready();
    equal(await suggestion(), remembered);
    await shutDown();
    equal(logger.lines.filter(line => /warn: .*cannot be written/.test(line)).length, 1);
  });

  it('goes round no loop of links, and passes over folders that it may not read', async () => {
    write('src/a.ts', source);
    symlinkSync(join(folder, 'files'), join(folder, 'files/src/loop'), 'junction');
    mkdirSync(join(folder, 'files/locked'));
    chmodSync(join(folder, 'files/locked'), 0);
    try {
      const { memory, ready } = start();
      memory.open(workspaceOf());
      const { files, leftOut } = await ready();
      equal(files, 1);
      equal(leftOut['symbolic-link'], 1);
    } finally {
      chmodSync(join(folder, 'files/locked'), 0o700);
    }
  });

  it('remembers again after the engine was restarted or died', async () => {
    write('src/a.ts', source);
    const { memory, client, ready, suggestion, states } = start();
    memory.open(workspaceOf());
    await ready();
    client.restart();
    equal(memory.state.kind, 'off');
    await ready();
    equal(await suggestion(), remembered);
    ok(states.some(({ kind }) => kind === 'off'));
  });

  it('switches off without forgetting', async () => {
    write('src/a.ts', source);
    const { memory, ready, suggestion } = start();
    memory.open(workspaceOf());
    await ready();
    const off = new Promise<void>(resolve => {
      memory.onDidChangeState(({ kind }) => {
        if (kind === 'off') resolve();
      });
    });
    memory.open(undefined);
    await off;
    notEqual(await suggestion(), remembered);
    ok(existsSync(storePath()));
    memory.open(workspaceOf());
    equal((await ready()).filesRead, 0);
  });

  it('asks the editor for files that are not on the disk, sizes in one go', async () => {
    const files = new MemoryFiles({ 'src/a.ts': source, 'src/b.ts': 'export {};\n', 'c.bin': 'x' });
    const folders: string[] = [];
    const batches: number[] = [];
    const { listFolder, statFiles, readFile } = editorFilesOf(() => files);
    const { memory, ready, suggestion } = start({
      listFolder(input, token) {
        folders.push(input.folder);
        return listFolder(input, token);
      },
      statFiles(input, token) {
        folders.push(input.folder);
        batches.push(input.paths.length);
        return statFiles(input, token);
      },
      readFile(input, token) {
        folders.push(input.folder);
        return readFile(input, token);
      },
    });
    memory.open(workspaceOf({ uri: 'memfs:/folder', diskPath: null }));
    equal((await ready()).files, 2);
    equal(await suggestion(), remembered);
    ok(folders.length > 0 && folders.every(folder => folder === 'memfs:/folder'));
    ok(batches.includes(2));
    deepStrictEqual(files.reads.sort(), ['src/a.ts', 'src/b.ts']);
    files.fail('', 'no connection');
    memory.rescan();
    equal((await ready()).files, 2);
  });
});
