// The whole extension, bundled as it is shipped, against an in-memory VS Code and a real engine thread without a model:
// activation, ghost text, commands, states, and that nothing is left behind.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { neverCancelled } from '../../src/base/cancellation.ts';
import { ExtensionBench } from './support/extensionBench.ts';
import type { createFakeVscode, FakeDocument } from './support/fakeVscode.ts';
import { fakeDocument, fakeUri, Position, Range } from './support/fakeVscode.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('the extension', () => {
  const bench = new ExtensionBench();
  let vscode: ReturnType<typeof createFakeVscode>;

  before(() => bench.build());
  after(() => {
    bench.dispose();
  });

  beforeEach(() => {
    bench.reset();
    vscode = bench.vscode;
    bench.activate();
  });

  afterEach(() => bench.deactivate());

  const ready = () => bench.ready();

  /** What is suggested: `[replaced range] text`. The engine without a model echoes the prefix and adds "!". */
  async function suggest(
    document: FakeDocument,
    line: number,
    character: number,
    context = {},
  ): Promise<string> {
    const position = new Position(line, character);
    const asked = { triggerKind: 1, selectedCompletionInfo: undefined, ...context };
    const items = await vscode.state.provider?.provideInlineCompletionItems(
      document,
      position,
      asked,
      neverCancelled,
    );
    return (items ?? [])
      .map(({ insertText, range: { start, end } }) => {
        return `[${start.line}:${start.character}-${end.line}:${end.character}] ${insertText}`;
      })
      .join();
  }

  it('activates without waiting for the engine, and shows its states', async () => {
    assert(vscode.statusBar.shown);
    assert.equal(vscode.statusBar.text, '$(loading~spin) TinyMemory');
    assert(vscode.executed.includes('setContext tinymemory.enabled true'));
    await ready();
    assert.match(vscode.statusBar.tooltip.value, /Model echo/);
    assert.match(vscode.log.join('\n'), /echo ready in/);
  });

  it('registers the commands that package.json declares', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      contributes: { commands: { command: string }[] };
    };
    const declared = manifest.contributes.commands.map(({ command }) => command);
    const internal = ['tinymemory.noteAccepted'];
    assert.deepEqual([...vscode.commands.keys()].sort(), [...declared, ...internal].sort());
  });

  it('gives ghost text for what stands before the cursor, also while the engine is still loading', async () => {
    const document = fakeDocument('file:/folder/a.ts', 'typescript', 'one\ntwo three');
    assert.equal(await suggest(document, 1, 3), '[1:3-1:3] one\ntwo!');
    assert.match(vscode.log.join('\n'), /suggested 1 from network/);
  });

  it('takes any document: CRLF, untitled, a cursor past the end, a huge line', async () => {
    assert.equal(await suggest(fakeDocument('file:/folder/a.ts', 'c', 'a\r\nb'), 1, 1), '[1:1-1:1] a\r\nb!');
    assert.equal(await suggest(fakeDocument('untitled:Untitled-1', 'c', 'ab'), 0, 1), '[0:1-0:1] a!');
    assert.equal(await suggest(fakeDocument('file:/folder/a.ts', 'c', 'ab'), 9, 9), '[9:9-9:9] ab!');
    const huge = await suggest(fakeDocument('file:/folder/a.ts', 'c', 'x'.repeat(1_000_000)), 0, 500_000);
    assert.equal(huge.length, '[0:500000-0:500000] !'.length + 12_000);
  });

  it('continues the item that is selected in the suggest widget', async () => {
    const document = fakeDocument('file:/folder/a.ts', 'c', 'x.lo;');
    const selected = (start: number, end: number, text: string) => ({
      selectedCompletionInfo: { range: new Range(new Position(0, start), new Position(0, end)), text },
    });
    assert.equal(await suggest(document, 0, 4, selected(2, 4, 'log')), '[0:2-0:4] logx.log!');
    assert.equal(await suggest(document, 0, 4, selected(2, 5, 'log')), '');
    assert.equal(await suggest(document, 0, 4, selected(2, 4, 'log(\n)')), '');
    assert.match(vscode.log.at(-1) ?? '', /selected-suggestion/);
  });

  it('lets a notebook cell see the cells of its language above', async () => {
    const cell = (name: string, languageId: string, text: string) =>
      fakeDocument(`vscode-notebook-cell:/folder/n.ipynb#${name}`, languageId, text);
    const documents = [
      cell('a', 'python', 'import x'),
      cell('b', 'markdown', '# Title'),
      cell('c', 'python', 'x.'),
      cell('d', 'python', 'never'),
    ];
    const cells = documents.map(document => ({ document }));
    vscode.state.notebooks.push({ uri: fakeUri('file:/folder/n.ipynb'), getCells: () => cells });
    const [, , third] = documents;
    assert(third !== undefined);
    assert.equal(await suggest(third, 0, 2), '[0:2-0:2] import x\n\nx.!');
  });

  it('toggles, toggles a language, snoozes, and says so', async () => {
    const document = fakeDocument('file:/folder/a.go', 'go', 'a');
    vscode.state.editors.push({ document, selections: [], options: { tabSize: 4, insertSpaces: false } });
    await ready();
    const run = (id: string, ...args: unknown[]) => vscode.api.commands.executeCommand(id, ...args);

    await run('tinymemory.toggle');
    assert.equal(await suggest(document, 0, 1), '');
    assert.equal(vscode.statusBar.text, '$(circle-slash) TinyMemory');
    assert(vscode.executed.includes('setContext tinymemory.enabled false'));
    await run('tinymemory.toggle');
    assert.notEqual(await suggest(document, 0, 1), '');

    await run('tinymemory.toggleLanguage');
    assert.deepEqual(vscode.values.get('languages'), { go: false });
    assert.equal(await suggest(document, 0, 1), '');
    assert.equal(vscode.statusBar.text, '$(eye-closed) TinyMemory');
    assert.notEqual(await suggest(document, 0, 1, { triggerKind: 0 }), '');
    await run('tinymemory.toggleLanguage');

    vscode.state.chosen = '5 minutes';
    await run('tinymemory.snooze');
    assert.equal(vscode.statusBar.text, '$(bell-slash) TinyMemory');
    assert.equal(await suggest(document, 0, 1), '');
    vscode.state.chosen = 'Resume';
    await run('tinymemory.showMenu');
    assert.notEqual(await suggest(document, 0, 1), '');
    await run('tinymemory.snooze', 5);
  });

  it('starts no engine while it is off', async () => {
    await bench.deactivate();
    vscode.values.set('enable', false);
    bench.activate();
    assert.equal(vscode.statusBar.text, '$(circle-slash) TinyMemory');
    await vscode.api.commands.executeCommand('tinymemory.toggle');
    assert.equal(vscode.statusBar.text, '$(loading~spin) TinyMemory');
    await ready();
    await vscode.api.commands.executeCommand('tinymemory.toggle');
    assert.equal(vscode.statusBar.text, '$(circle-slash) TinyMemory');
  });

  it('tells a command that failed, and a wrong setting once', async () => {
    await vscode.api.commands.executeCommand('tinymemory.toggleLanguage');
    assert.match(vscode.messages.join(), /open a file of the language/);
    const configuration = vscode.api.workspace.getConfiguration();
    await configuration.update('maxTokens', 'many');
    await configuration.update('threads', 0);
    assert.equal(vscode.messages.filter(message => message.includes('maxTokens')).length, 1);
  });

  it('restarts the engine when its settings change, and shows why it failed', async () => {
    await ready();
    const configuration = vscode.api.workspace.getConfiguration();
    await configuration.update('threads', 2);
    assert.equal(vscode.statusBar.text, '$(loading~spin) TinyMemory');
    await ready();
    await vscode.api.commands.executeCommand('tinymemory.restartEngine');
    assert.equal(vscode.statusBar.text, '$(loading~spin) TinyMemory');
    await ready();
  });

  it('survives an engine that dies during a request', async () => {
    await ready();
    assert.equal(await suggest(fakeDocument('file:/folder/a.ts', 'c', 'exit'), 0, 4), '');
    assert.equal(await suggest(fakeDocument('file:/folder/a.ts', 'c', 'ab'), 0, 2), '[0:2-0:2] ab!');
  });
});
