// Memory and statistics in the bundled extension, against an in-memory VS Code and an engine thread that has no model
// but speaks the protocol: what the engine is told and asked, forgetting, and the statistics page.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { recordOf } from '../../src/base/checkedRecord.ts';
import { ExtensionBench } from './support/extensionBench.ts';
import { fakeDocument, fakeUri, Position } from './support/fakeVscode.ts';

describe('memory in the editor', () => {
  const bench = new ExtensionBench();

  before(() => bench.build());
  after(() => {
    bench.dispose();
  });

  beforeEach(() => {
    bench.reset();
    bench.vscode.state.folders.push({ name: 'folder', uri: fakeUri('memfs:/folder') });
    bench.vscode.state.files.set('memfs:/folder/src/a.ts', 'let a;');
    bench.vscode.values.set('exclude', { '**/*.js': { when: '$(basename).ts' }, '**/x': true, odd: 7 });
    bench.activate();
  });

  afterEach(() => bench.deactivate());

  const run = (id: string) => bench.vscode.api.commands.executeCommand(id);
  const logged = async (pattern: RegExp): Promise<void> => {
    // What never comes, mocha's own limit ends.
    while (!bench.vscode.log.some(line => pattern.test(line))) await sleep(5);
  };
  const hover = () => bench.vscode.statusBar.tooltip.value;

  it('tells the engine of the workspace, and answers its questions about virtual files', async () => {
    await logged(/opened \{"folders":\[\{"prefix":"","uri":"memfs:\/folder","diskPath":null,/);
    await logged(/"excludes":\[\{"\*\*\/\*\.js":\{"when":"\$\(basename\)\.ts"\},"\*\*\/x":true\},/);
    await logged(/"capBytes":30000000,"storeFile":".*memory\.bin","storeKey":"1\.2\.3"/);
    await logged(/"kind":"answer","id":1,"output":\{"names":\["src"\],"kinds":"d"\}/);
    await logged(/"id":2,"output":\[\{"sizeBytes":6,"mtimeMs":1\},\{"error":".*no such file"\}\]/);
    await logged(/"kind":"answer","id":3,"output":"let a;"/);
    await logged(/"kind":"failed","id":4,"message":".*no folder of the workspace/);
    await logged(/"kind":"failed","id":5,"message":".*leads out of the workspace/);
    assert.match(hover(), /Memory: 0 files, 7 tokens/);
  });

  it('tells the engine of several folders by their names, and documents by the same paths', async () => {
    await bench.deactivate();
    bench.vscode.state.folders.push({ name: 'folder', uri: fakeUri('file:/other') });
    bench.activate();
    await logged(
      /"prefix":"folder\/","uri":"memfs:\/folder".*"prefix":"folder \(2\)\/".*"diskPath":"\/other"/,
    );
    const uri = fakeUri('file:/other/src/b.ts');
    bench.vscode.fire('fileChanged', uri);
    await logged(/filesChanged folder \(2\)\/src\/b\.ts/);
  });

  it('reports what changes, gathered, by whichever way it is told', async () => {
    await logged(/opened/);
    const uri = (name: string) => fakeUri(`memfs:/folder/${name}`);
    bench.vscode.fire('fileCreated', uri('a.ts'));
    bench.vscode.fire('fileDeleted', uri('b.ts'));
    bench.vscode.fire('saved', { uri: uri('a.ts') });
    bench.vscode.fire('createdFiles', { files: [uri('c.ts')] });
    bench.vscode.fire('deletedFiles', { files: [uri('d.ts')] });
    bench.vscode.fire('renamedFiles', { files: [{ oldUri: uri('e.ts'), newUri: uri('f.ts') }] });
    bench.vscode.fire('fileChanged', fakeUri('memfs:/elsewhere/x.ts'));
    await logged(/filesChanged a\.ts,b\.ts,c\.ts,d\.ts,e\.ts,f\.ts$/);
    for (let number = 0; number < 10_000; number++) bench.vscode.fire('fileChanged', uri(`${number}.ts`));
    await logged(/rescanWorkspace/);
    bench.vscode.log.length = 0;
    bench.vscode.fire('folders', {});
    await logged(/opened/);
    bench.vscode.log.length = 0;
    bench.vscode.fire('configuration', { affectsConfiguration: (key: string) => key === 'search.exclude' });
    await logged(/opened/);
  });

  it('tells in which encoding VS Code shows a file, where its bytes do not say so', async () => {
    await logged(/opened/);
    bench.vscode.log.length = 0;
    const shown = (name: string, encoding: string) => ({
      ...fakeDocument(`memfs:/folder/${name}`, 'typescript', 'let b;'),
      encoding,
    });
    bench.vscode.fire('openedTextDocument', shown('plain.ts', 'utf8'));
    bench.vscode.fire('openedTextDocument', shown('src/a.ts', 'shiftjis'));
    await logged(/opened .*"encodings":\{"src\/a\.ts":"shiftjis"\}/);
    await logged(/filesChanged src\/a\.ts/);
    bench.vscode.log.length = 0;
    // Reopened with another encoding.
    bench.vscode.fire('textDocument', { document: shown('src/a.ts', 'utf8'), contentChanges: [] });
    await logged(/opened .*"encodings":\{\}/);
    await logged(/filesChanged src\/a\.ts/);
  });

  it('tells what is not saved once the typing pauses, and when it is saved', async () => {
    await logged(/opened/);
    const document = (uri: string, isDirty: boolean) => ({
      ...fakeDocument(uri, 'typescript', 'let b;'),
      isDirty,
      getText: () => 'let b;',
    });
    const edited = document('memfs:/folder/src/a.ts', true);
    const type = (changed: object) => {
      bench.vscode.fire('textDocument', { document: changed, contentChanges: [] });
    };
    type(edited);
    type(edited);
    type(document('memfs:/elsewhere/x.ts', true));
    type(document('untitled:Untitled-1', true));
    type(document('memfs:/folder/src/clean.ts', false));
    await logged(/unsavedText src\/a\.ts let b;/);
    bench.vscode.fire('saved', edited);
    await logged(/unsavedText src\/a\.ts null/);
    bench.vscode.fire('closedTextDocument', edited);
    assert.equal(bench.vscode.log.filter(line => line.includes('unsavedText')).length, 2);
  });

  it('tells that the file counts again when a document is undone, reverted or outgrows what is told', async () => {
    await logged(/opened/);
    const text = { now: 'let c;' };
    const state = { isDirty: true, lineCount: 1 };
    const edited = {
      ...fakeDocument('memfs:/folder/src/a.ts', 'typescript', ''),
      getText: () => text.now,
      get isDirty() {
        return state.isDirty;
      },
      get lineCount() {
        return state.lineCount;
      },
    };
    const change = () => {
      bench.vscode.fire('textDocument', { document: edited, contentChanges: [] });
    };
    const ways: readonly [string, () => void, () => void][] = [
      ['is clean', () => (state.isDirty = false), () => (state.isDirty = true)],
      ['has too many lines', () => (state.lineCount = 20_001), () => (state.lineCount = 1)],
      ['is too long', () => (text.now = 'x'.repeat(500_001)), () => (text.now = 'let c;')],
    ];
    for (const [, leave, back] of ways) {
      bench.vscode.log.length = 0;
      change();
      await logged(/unsavedText src\/a\.ts let c;/);
      leave();
      change();
      await logged(/unsavedText src\/a\.ts null/);
      back();
    }
    bench.vscode.log.length = 0;
    change();
    state.isDirty = false;
    change();
    state.isDirty = true;
    text.now = 'let d;';
    change();
    await logged(/unsavedText src\/a\.ts let d;/);
    assert.equal(
      bench.vscode.log.filter(line => line.includes('unsavedText')).length,
      1,
      'nothing was told to end',
    );
  });

  it('follows the settings', async () => {
    await logged(/opened/);
    const configuration = bench.vscode.api.workspace.getConfiguration();
    await configuration.update('memory.enable', false);
    while (!hover().includes('memory\\.enable says so')) await sleep(5);
    await configuration.update('memory.maxMegabytes', 7);
    await configuration.update('memory.enable', true);
    await logged(/"capBytes":7000000/);
  });

  it('forgets when the user says so twice, and stays so until it is to remember', async () => {
    await logged(/opened/);
    mkdirSync(bench.storageFolder, { recursive: true });
    const store = join(bench.storageFolder, 'memory.bin');
    writeFileSync(store, 'x');
    await run('tinymemory.forgetWorkspace');
    assert(existsSync(store), 'forgotten without being asked twice');

    bench.vscode.state.answer = 'Forget';
    await run('tinymemory.forgetWorkspace');
    assert(!existsSync(store));
    assert.match(hover(), /had this workspace forgotten/);

    // Another session.
    await bench.deactivate();
    bench.vscode.log.length = 0;
    bench.activate();
    await bench.ready();
    await sleep(20);
    assert(!bench.vscode.log.some(line => line.includes('opened')));
    assert.match(hover(), /had this workspace forgotten/);
    await run('tinymemory.rememberWorkspace');
    await logged(/opened/);
    assert.doesNotMatch(hover(), /forgotten/);
  });

  it('has left out what ended an engine of this version, until the workspace is forgotten', async () => {
    const key = 'tinymemory.endedTheEngine';
    const files = [{ path: 'deadly.ts', sizeBytes: 9, mtimeMs: 7 }];
    const restart = async (version: string): Promise<void> => {
      await bench.deactivate();
      bench.vscode.log.length = 0;
      await bench.workspaceState.update(key, recordOf({ version, files }));
      bench.activate();
      await logged(/opened/);
    };
    const isLeftOut = () => bench.vscode.log.some(line => line.includes('"skip":[{"path":"deadly.ts"'));
    await restart('0.0.0');
    assert(!isLeftOut());
    await restart('1.2.3');
    assert(isLeftOut());
    bench.vscode.state.answer = 'Forget';
    await run('tinymemory.forgetWorkspace');
    assert.equal(bench.workspaceState.get(key), undefined);
  });

  it('counts suggestions, shows and resets the counts, and forgets those of the workspace', async () => {
    const document = fakeDocument('memfs:/folder/a.ts', 'typescript', 'ab');
    const context = { triggerKind: 1, selectedCompletionInfo: undefined };
    const token = {
      isCancellationRequested: false,
      onCancellationRequested: () => ({ dispose: () => undefined }),
    };
    const suggest = () =>
      bench.vscode.state.provider?.provideInlineCompletionItems(document, new Position(0, 2), context, token);
    const [item] = (await suggest()) ?? [];
    bench.vscode.fire('textDocument', { document, contentChanges: [{ rangeOffset: 2, text: 'ab!' }] });
    await bench.vscode.api.commands.executeCommand(
      item?.command.command ?? '',
      ...(item?.command.arguments ?? []),
    );
    await run('tinymemory.showStatistics');
    const page = () => bench.vscode.panels.at(-1)?.html ?? '';
    assert.match(page(), /<strong>3 characters<\/strong> for you in 1 accepted/);

    await bench.deactivate();
    assert.equal(bench.globalState.values.size, 1);
    bench.activate();
    await run('tinymemory.showStatistics');
    assert.match(page(), /3 characters/);
    await run('tinymemory.resetStatistics');
    assert.match(page(), /Nothing yet/);
    assert.equal(bench.globalState.values.size, 0);

    await suggest();
    await run('tinymemory.showStatistics');
    assert.match(page(), /<td>1<\/td>/);
    bench.vscode.state.answer = 'Forget';
    await run('tinymemory.forgetWorkspace');
    assert.match(page(), /Nothing yet/);
    bench.vscode.panels.at(-1)?.close();
    await run('tinymemory.showStatistics');
  });
});
