// What the chat page may ask of the bundled extension, and what the extension answers by itself; and the same engine in VS
// Code's own chat.

import assert from 'node:assert/strict';
import { neverCancelled } from '../../src/base/cancellation.ts';
import type { Turn } from '../../src/pages/chat/conversation.ts';
import { ChatBench } from './support/chatBench.ts';

describe('the extension, asked by the chat page,', () => {
  const bench = new ChatBench();

  before(() => bench.build());
  after(() => {
    bench.dispose();
  });
  beforeEach(() => bench.beginAfresh());
  afterEach(() => bench.end());

  describe('does what it asks for:', () => {
    it('opens a place at its lines, also beyond the end of the file', async () => {
      bench.post({ kind: 'open', path: 'src/a.ts', line: 2, endLine: 99 });
      await bench.until(() => bench.vscode.chat.opened.length === 1, 'the editor');
      const [{ selection } = { selection: undefined }] = bench.vscode.chat.opened;
      assert.deepEqual(JSON.parse(JSON.stringify(selection)), {
        start: { line: 1, character: 0 },
        end: { line: 2, character: 5 },
      });
    });

    it('opens the setting that keeps memory off', async () => {
      bench.post({ kind: 'cure', cure: 'switch-on-memory' });
      await bench.until(
        () => bench.vscode.executed.includes('workbench.action.openSettings tinymemory.memory.enable'),
        'the settings',
      );
    });

    it('says that a file is gone', async () => {
      bench.vscode.state.files.delete('memfs:/folder/src/a.ts');
      bench.post({ kind: 'open', path: 'src/a.ts', line: 1, endLine: 1 });
      assert.match(await bench.notice(), /src\/a\.ts is no longer there/);
    });

    for (const path of ['../secret', 'src/../../secret', '/etc/passwd', '', './a', 'a//b']) {
      it(`opens nothing outside the workspace: "${path}"`, async () => {
        bench.vscode.state.files.set(`memfs:/folder/${path}`, 'secret');
        bench.post({ kind: 'open', path, line: 1, endLine: 1 });
        assert.match(await bench.notice(), /is not in this workspace/);
        assert.deepEqual(bench.vscode.chat.opened, []);
      });
    }

    it('copies a part or the answer, and only what there is', async () => {
      const { clipboard } = bench.vscode.chat;
      const { id } = await bench.ask('q');
      bench.post({ kind: 'copy', turn: id, part: 2 });
      await bench.until(() => clipboard.text === 'second\nthird', 'the lines');
      bench.post({ kind: 'copy', turn: id, part: null });
      await bench.until(() => clipboard.text.includes('`src/a.ts:2-3`'), 'the answer');
      bench.post({ kind: 'copy', turn: id, part: 9 });
      await bench.until(
        () => bench.told.some(message => message.kind === 'notice' && message.text.includes('gone')),
        'the notice',
      );
    });

    it('opens addresses of the web and no others', async () => {
      for (const url of ['command:a', 'javascript:a', 'file:///a', 'https://a.example/b']) {
        bench.post({ kind: 'openLink', url });
      }
      await bench.until(() => bench.vscode.chat.openedLinks.length > 0, 'the address');
      assert.deepEqual(bench.vscode.chat.openedLinks, ['https://a.example/b']);
    });

    it('lists files', async () => {
      bench.vscode.state.files.set('memfs:/folder/src/ab.ts', '').set('memfs:/folder/lib/xa.ts', '');
      bench.post({ kind: 'listFiles', id: 3, query: 'a' });
      const answers = () => bench.page.posted.filter(({ kind }) => kind === 'answer');
      await bench.until(() => answers().length > 0, 'files');
      const output = ['src/a.ts', 'src/ab.ts', 'lib/xa.ts'];
      assert.deepEqual(answers(), [{ api: 'chatHost', kind: 'answer', id: 3, output }]);
    });

    it('lists sources before documents that are named alike, and namesakes by their whole path', async () => {
      for (const path of ['docs/time.md', 'src/deep/down/time.ts', 'src/time.ts', 'src/timers/index.ts'])
        bench.vscode.state.files.set(`memfs:/folder/${path}`, '');
      bench.post({ kind: 'listFiles', id: 4, query: 'time' });
      const answers = () => bench.page.posted.filter(({ kind }) => kind === 'answer');
      await bench.until(() => answers().length > 0, 'files');
      const output = ['src/time.ts', 'src/deep/down/time.ts', 'docs/time.md', 'src/timers/index.ts'];
      assert.deepEqual(answers(), [{ api: 'chatHost', kind: 'answer', id: 4, output }]);
    });

    it('asks a question again in its place', async () => {
      const first = await bench.ask('q');
      bench.post({ kind: 'retry', turn: first.id });
      await bench.until(
        () => bench.turns.at(-1)?.id !== first.id && bench.turns.length === 1,
        'the new turn',
      );
      await bench.ended();
      assert.equal(bench.turns[0]?.question, 'q');
    });

    it('says why nothing can be inserted', async () => {
      const { id } = await bench.ask('q');
      bench.post({ kind: 'insert', turn: id, part: 2 });
      assert.match(await bench.notice(), /open a file/);
    });
  });

  describe('answers by itself:', () => {
    const textOf = (turn: Turn) =>
      turn.parts.flatMap(part => (part.kind === 'markdown' ? [part.text] : [])).join();

    it('/help and /model', async () => {
      assert.match(textOf(await bench.ask('/help')), /`\/usages`/);
      assert.match(textOf(await bench.ask('/model')), /\*\*echo\*\*.*Memory:/s);
      assert.ok((await bench.ask('/model')).parts.every(({ kind }) => kind !== 'author'));
    });

    it('/train, by the command of that name', async () => {
      const asked: unknown[] = [];
      bench.vscode.commands.set('tinymemory.train', (argument: unknown) => asked.push(argument));
      await bench.ask('/train');
      assert.match(textOf(await bench.ask('/train 2.5 minutes')), /training of 2\.5 minutes/);
      assert.match(textOf(await bench.ask('/train as long as it takes')), /`\/train 10`/);
      assert.match(textOf(await bench.ask('/train 0')), /`\/train 10`/);
      assert.deepEqual(asked, [undefined, { minutes: 2.5 }]);
    });

    it('/forget, which forgets this chat too, if the user says so', async () => {
      assert.match(textOf(await bench.ask('/forget')), /Nothing was forgotten/);
      bench.vscode.state.answer = 'Forget';
      bench.post({ kind: 'ask', text: '/forget' });
      await bench.until(() => bench.turns.length === 0, 'the empty chat');
      await bench.until(() => !bench.workspaceState.values.has('tinymemory.chat'), 'the empty history');
    });
  });

  describe("in VS Code's own chat", () => {
    async function answer(prompt: string, command?: string) {
      const said: string[] = [];
      const note = (kind: string) => (value: unknown, title?: string) => {
        said.push(`${kind} ${title ?? (typeof value === 'string' ? value : JSON.stringify(value))}`);
      };
      const stream = Object.fromEntries(
        ['markdown', 'progress', 'anchor', 'reference', 'button'].map(kind => [kind, note(kind)]),
      );
      const [participant] = bench.vscode.chat.participants;
      const request = { prompt, command, references: [] };
      const result = await participant?.handler(request, { history: [] }, stream, neverCancelled);
      return { said: said.join('\n'), result, participant };
    }

    it('answers with anchors, references and code, and proposes to go on', async () => {
      const { said, result, participant } = await answer('where is it?', 'find');
      assert.match(said, /"command":"find"/);
      assert.match(said, /anchor src\/a\.ts:2-3/);
      assert.match(said, /^reference /m);
      assert.match(said, /``````typescript\n\nmarkdown new\nmarkdown \n``````/);
      assert.deepEqual(
        participant?.followupProvider
          ?.provideFollowups(result)
          .map(({ command, prompt }) => `${command} ${prompt}`),
        ['usages second', 'explain second'],
      );
    });

    it('lists the nearest places where it has no answer', async () => {
      const { said } = await answer('nothing');
      assert.match(said, /Not here\.\n\n\nmarkdown - \nanchor src\/a\.ts:2-3/);
    });

    it('offers what cures a refusal', async () => {
      const { said } = await answer('forgotten');
      assert.match(
        said,
        /^button \{"title":"Remember This Workspace","command":"tinymemory\.rememberWorkspace"\}$/m,
      );
    });

    it('fails in words', async () => {
      const { result } = await answer('exit');
      assert.match(JSON.stringify(result), /errorDetails.*cut off/);
    });
  });
});
