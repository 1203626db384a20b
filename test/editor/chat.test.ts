// Chat in the bundled extension, against an in-memory VS Code and a real engine thread without a model: what reaches the
// engine and what the page is told of its answers, also when either ends in the middle; and history over sessions.

import assert from 'node:assert/strict';
import { recordOf } from '../../src/base/checkedRecord.ts';
import { chatLimits } from '../../src/chat/model/types.ts';
import { historyLimits, withinLimits } from '../../src/editor/chat/chatHistory.ts';
import type { Turn } from '../../src/pages/chat/conversation.ts';
import { startTurn } from '../../src/pages/chat/conversation.ts';
import { ChatBench, requestOf } from './support/chatBench.ts';
import { fakeDocument, fakeUri, Position, Range } from './support/fakeVscode.ts';

describe('chat in the extension', () => {
  const bench = new ChatBench();

  before(() => bench.build());
  after(() => {
    bench.dispose();
  });
  beforeEach(() => bench.beginAfresh());
  afterEach(() => bench.end());

  /** Opens an editor with a selection, as lines from 0. */
  function openEditor(from: Position, to: Position): void {
    const document = fakeDocument('memfs:/folder/src/a.ts', 'typescript', 'first\nsecond\nthird');
    const editor = {
      document: { ...document, getText: () => 'second', getWordRangeAtPosition: () => undefined },
      selection: Object.assign(new Range(from, to), { active: to, isEmpty: from.isEqual(to) }),
      // No cursor, so that the engine does not read ahead where it rests.
      selections: [],
      options: { tabSize: 2, insertSpaces: true },
      visibleRanges: [],
    };
    bench.vscode.state.editors.unshift(editor);
    bench.vscode.fire('activeEditor', editor);
  }

  it('gives the page its bundle and nothing else', () => {
    const folder = (bench.page.options as { localResourceRoots: { path: string }[] }).localResourceRoots;
    assert.equal(folder.length, 1);
    assert.match(folder[0]?.path ?? '', /\/dist\/webview$/);
    assert.match(bench.page.html, /default-src &#39;none&#39;|default-src 'none'/);
    assert.match(bench.page.html, /<script type="module" nonce="[0-9a-f]{32}" src="https:\/\/host\.example/);
    assert.doesNotMatch(bench.page.html, /unsafe|\son\w+=/);
  });

  it('asks the engine and tells the page what comes', async () => {
    const turn = await bench.ask('where is it?');
    assert.equal(turn.status, 'done');
    assert.deepEqual(
      turn.parts.map(({ kind }) => kind),
      ['author', 'markdown', 'snippet', 'code'],
    );
    const request = requestOf(turn);
    assert.deepEqual([request.text, request.command, request.references], ['where is it?', undefined, []]);
  });

  it('hands along commands, files that are there, the selection, and the turns before', async () => {
    openEditor(new Position(1, 0), new Position(1, 6));
    await bench.ask('first question');
    const turn = await bench.ask('/explain @src/a.ts @src/gone.ts #selection');
    assert.deepEqual(turn.attached, ['src/a.ts', 'src/a.ts:2']);
    const { command, text, references, history, activeFile } = requestOf(turn);
    assert.deepEqual([command, text], ['explain', 'src/a.ts src/gone.ts']);
    assert.deepEqual(
      references.map(({ kind, path }) => `${kind} ${path}`),
      ['file src/a.ts', 'selection src/a.ts'],
    );
    assert.equal(activeFile?.path, 'src/a.ts');
    assert.deepEqual(
      history.map(({ question }) => question),
      ['first question'],
    );
    assert.match(history[0]?.answer ?? '', /```typescript\nsecond\nthird\n```/);
  });

  it('means the selection by a bare /explain, and says what questions see', async () => {
    openEditor(new Position(1, 0), new Position(2, 0));
    await bench.until(
      () => JSON.stringify(bench.told.at(-1)).includes('"selection":"src/a.ts:2"'),
      'the selection',
    );
    assert.equal(requestOf(await bench.ask('/explain')).references[0]?.kind, 'selection');
    assert.deepEqual(requestOf(await bench.ask('/explain something')).references, []);
    const fix = requestOf(await bench.ask('/fix count from one'));
    assert.deepEqual([fix.text, fix.references[0]?.kind], ['count from one', 'selection']);
  });

  it('says on the page where questions are sent, as soon as the settings say so', async () => {
    const endpoints = () =>
      bench.told.flatMap(message => (message.kind === 'surroundings' ? [message.surroundings.endpoint] : []));
    assert.equal(endpoints().at(-1), null);
    const { workspace } = bench.vscode.api;
    await workspace.getConfiguration().update('chat.endpoint', 'https://models.example:81/v1');
    await bench.until(() => endpoints().at(-1) === 'models.example:81', 'the endpoint');
  });

  it('asks language servers, and does not wait for slow ones', async () => {
    const { commands } = bench.vscode;
    commands.set('vscode.executeWorkspaceSymbolProvider', (name: unknown) =>
      name === 'findLoan'
        ? [
            {
              name: 'findLoan()',
              location: {
                uri: fakeUri('memfs:/folder/src/a.ts'),
                range: new Range(new Position(4, 0), new Position(9, 1)),
              },
            },
            {
              name: 'findLoans',
              location: {
                uri: fakeUri('memfs:/folder/src/a.ts'),
                range: new Range(new Position(1, 0), new Position(1, 1)),
              },
            },
            {
              name: 'findLoan',
              location: {
                uri: fakeUri('memfs:/other/b.ts'),
                range: new Range(new Position(1, 0), new Position(1, 1)),
              },
            },
          ]
        : [],
    );
    commands.set('vscode.executeReferenceProvider', () => new Promise(() => undefined));
    // The answer comes although the references never do.
    const { languageServer } = requestOf(await bench.ask('what does findLoan do?'));
    assert.deepEqual(languageServer, [
      { kind: 'symbol', symbol: 'findLoan', path: 'src/a.ts', line: 5, endLine: 10 },
    ]);
  });

  it('takes what language servers say twice for once, and no declaration for a use', async () => {
    const placeAt = (line: number) => ({
      uri: fakeUri('memfs:/folder/src/a.ts'),
      range: new Range(new Position(line, 0), new Position(line, 6)),
    });
    const { commands } = bench.vscode;
    commands.set('vscode.executeWorkspaceSymbolProvider', () => [
      { name: 'findLoan', location: placeAt(1) },
      { name: 'findLoan', location: placeAt(1) },
    ]);
    commands.set('vscode.executeReferenceProvider', () => [placeAt(1), placeAt(2), placeAt(2)]);
    const { languageServer } = requestOf(await bench.ask('/usages findLoan'));
    assert.deepEqual(
      languageServer.map(fact => (fact.kind === 'hover' ? fact.kind : `${fact.kind} ${fact.line}`)),
      ['symbol 2', 'reference 3'],
    );
  });

  it('hands along who answers: the endpoint with the key for it, else the model folder, else nobody', async () => {
    const { workspace, commands } = bench.vscode.api;
    const set = (key: string, value: string) => workspace.getConfiguration().update(key, value);
    assert.equal(requestOf(await bench.ask('where 1?')).writer, undefined);
    await set('chat.modelFolder', '/models/qwen');
    const folder = requestOf(await bench.ask('where 2?')).writer;
    assert.ok(folder?.kind === 'model' && folder.folder === '/models/qwen', JSON.stringify(folder));
    await set('chat.endpoint', 'http://127.0.0.1:1/v1');
    assert.equal((await bench.ask('where 3?')).status, 'failed');
    await set('chat.endpointModel', 'm');
    bench.vscode.state.typed = ' k1 ';
    await commands.executeCommand('tinymemory.setChatKey');
    const endpoint = { kind: 'endpoint', url: 'http://127.0.0.1:1/v1', model: 'm' };
    assert.deepEqual(requestOf(await bench.ask('where 4?')).writer, { ...endpoint, key: 'k1' });
    await set('chat.endpoint', 'http://127.0.0.1:2/v1');
    const elsewhere = { ...endpoint, url: 'http://127.0.0.1:2/v1', key: null };
    assert.deepEqual(requestOf(await bench.ask('where 5?')).writer, elsewhere);
    await set('chat.endpoint', 'file:///etc/passwd');
    assert.equal(requestOf(await bench.ask('where 6?')).writer?.kind, 'model');
  });

  it('sends a key unencrypted to another machine only with consent, remembered for that address', async () => {
    const { workspace, commands } = bench.vscode.api;
    const { state, messages } = bench.vscode;
    const set = (key: string, value: string) => workspace.getConfiguration().update(key, value);
    await set('chat.endpointModel', 'm');
    const keyFor = async (url: string, key: string): Promise<void> => {
      await set('chat.endpoint', url);
      state.typed = key;
      await commands.executeCommand('tinymemory.setChatKey');
    };
    const warnings = () => messages.filter(line => line.includes('unencrypted?')).length;
    await keyFor('http://models.example/v1', 'k1');
    const refused = await bench.ask('where 1?');
    assert.equal(refused.status, 'failed');
    assert.match(JSON.stringify(refused.parts), /was not sent.*https:.*allow it/);
    state.answer = 'Send the Key';
    assert.deepEqual(requestOf(await bench.ask('where 2?')).writer, {
      kind: 'endpoint',
      url: 'http://models.example/v1',
      model: 'm',
      key: 'k1',
    });
    state.answer = undefined;
    assert.equal((await bench.ask('where 3?')).status, 'done');
    assert.equal(warnings(), 2);
    await keyFor('http://models.example:81/v1', 'k1');
    assert.equal((await bench.ask('where 4?')).status, 'failed');
    await keyFor('http://models.example/v1', 'k2');
    assert.equal((await bench.ask('where 5?')).status, 'failed');
    for (const url of ['http://127.0.0.1:1/v1', 'https://models.example/v1']) {
      await keyFor(url, 'k3');
      assert.equal((await bench.ask(`where ${url}?`)).status, 'done');
    }
    await keyFor('http://open.example/v1', '');
    assert.equal((await bench.ask('where 6?')).status, 'done');
    assert.equal(warnings(), 4);
  });

  it('stops an answer, and keeps what there is of it', async () => {
    await bench.begun('hang');
    bench.post({ kind: 'stop' });
    await bench.ended();
    assert.equal(bench.turns.at(-1)?.status, 'stopped');
    assert.equal((await bench.ask('and now?')).status, 'done');
  });

  it('says so when the engine dies in the middle of an answer, and answers again after', async () => {
    const turn = await bench.ask('exit');
    assert.equal(turn.status, 'failed');
    assert.match(JSON.stringify(turn.parts.at(-1)), /cut off/);
    assert.equal((await bench.ask('and now?')).status, 'done');
  });

  it('shows a page that is loaded anew while streaming all that there is, and goes on', async () => {
    await bench.begun('hang');
    bench.openPage();
    assert.deepEqual(bench.told, []);
    bench.post({ kind: 'ready' });
    assert.equal(bench.turns.at(-1)?.status, 'running');
    assert.equal(bench.turns.at(-1)?.parts.length, 2);
    bench.post({ kind: 'stop' });
    await bench.ended();
    assert.equal(bench.turns.at(-1)?.status, 'stopped');
  });

  it('drops messages of the wrong shape and goes on', async () => {
    const event = { api: 'chatHost', kind: 'event' };
    const input = { path: 'a', line: -1, endLine: 1 };
    const malformed = [event, { ...event, method: 'ask' }, { ...event, method: 'open', input }];
    for (const message of [7, null, {}, ...malformed]) bench.page.post(message);
    assert.equal(bench.vscode.log.filter(line => line.includes('malformed')).length, 3);
    assert.equal((await bench.ask('still there?')).status, 'done');
  });

  it('hands a question of 1 MB to the engine, and keeps its beginning', async () => {
    bench.post({ kind: 'ask', text: 'x'.repeat(1_000_000) });
    await bench.ended();
    const [turn] = bench.turns;
    assert.ok(turn !== undefined);
    assert.equal(requestOf(turn).text.length, 1_000_000);
    assert.equal(turn.question.length, chatLimits.questionChars + 1);
  });

  describe('history', () => {
    it('outlives the session, and an answer that was cut off counts as stopped', async () => {
      await bench.ask('one');
      await bench.begun('hang');
      await bench.deactivate();
      await bench.begin();
      assert.deepEqual(
        bench.turns.map(({ question, status }) => `${question} ${status}`),
        ['one done', 'hang stopped'],
      );
      assert.equal((await bench.ask('three')).status, 'done');
    });

    it('keeps what fits, newest first, and passes over what is too long', () => {
      const turn = (id: number, chars: number): Turn => startTurn(id, 'x'.repeat(chars), []);
      const ids = (...kept: readonly Turn[]) => withinLimits(kept).map(({ id }) => id);
      assert.deepEqual(ids(turn(1, 10), turn(2, historyLimits.chars), turn(3, 10)), [1, 3]);
      const third = historyLimits.chars / 3;
      assert.deepEqual(ids(turn(1, third), turn(2, third), turn(3, third)), [2, 3]);
      const many = Array.from({ length: historyLimits.turns + 5 }, (_, id) => turn(id, 1));
      assert.equal(ids(...many)[0], 5);
    });

    it('is cleared on demand', async () => {
      await bench.ask('one');
      await bench.vscode.api.commands.executeCommand('tinymemory.clearChat');
      assert.deepEqual(bench.turns, []);
      assert.equal(bench.workspaceState.values.has('tinymemory.chat'), false);
    });

    it('starts anew where it cannot be read', async () => {
      await bench.deactivate();
      bench.workspaceState.values.set('tinymemory.chat', recordOf([{ id: 'x' }]));
      await bench.begin();
      assert.deepEqual(bench.turns, []);
      assert.match(bench.vscode.log.join('\n'), /history cannot be read/);
    });

    it('is exported as Markdown', async () => {
      await bench.ask('one\ntwo');
      await bench.vscode.api.commands.executeCommand('tinymemory.exportChat');
      const text = bench.vscode.chat.opened.at(-1)?.text ?? '';
      assert.match(text, /^# Chat with TinyMemory\n\n## one two\n\n_Looked up in this workspace:_/);
    });
  });
});
