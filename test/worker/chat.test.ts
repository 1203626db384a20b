// The real engine thread that is asked: it answers from the files of the workspace, follows them as they change, writes
// token by token, stops when told to, keeps its index, and says so when it is gone.

import { deepStrictEqual, equal, ok } from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CancellationSource, neverCancelled } from '../../src/base/cancellation.ts';
import type { ChatEvent, ChatRequest } from '../../src/chat/model/types.ts';
import { ask } from '../../src/worker/client/chatClient.ts';
import type { ChatWriter } from '../../src/worker/protocol/chatWriter.ts';
import type { Workspace } from '../../src/worker/protocol/workspace.ts';
import { requestOf, sampleFiles } from '../chat/support/sampleSources.ts';
import { bundledFolder } from '../support/engine.ts';
import type { EngineBundle } from '../support/engineBundle.ts';
import { bundleEngine } from '../support/engineBundle.ts';
import { requestFor } from './support/fakeWorker.ts';
import { startEngine } from './support/realEngine.ts';

describe('the engine thread that is asked', function () {
  this.timeout(120_000);
  let bundle: EngineBundle;
  let folder: string;
  let closing: (() => Promise<void>)[] = [];

  before(async () => {
    bundle = await bundleEngine();
  });

  after(() => {
    bundle.dispose();
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tinymemory-chat-'));
    for (const [path, text] of Object.entries(sampleFiles)) write(path, text);
  });

  afterEach(async () => {
    for (const close of closing) await close();
    closing = [];
    rmSync(folder, { recursive: true });
  });

  const storePath = () => join(folder, 'store/memory.bin');
  const write = (path: string, text: string) => {
    const file = join(folder, 'files', path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
  };

  function start() {
    const { client, memory, logger, shutDown } = startEngine(bundle);
    const path = join(folder, 'files');
    const workspace: Workspace = {
      folders: [{ prefix: '', uri: `file://${path}`, diskPath: path, excludes: [] }],
      capBytes: 1e6,
      storeFile: storePath(),
      storeKey: '1',
    };
    closing.push(shutDown);
    const events = async (
      request: ChatRequest,
      token = neverCancelled,
      seen?: (event: ChatEvent) => void,
      writer?: ChatWriter,
    ) => {
      const list: ChatEvent[] = [];
      const note = (event: ChatEvent): void => {
        list.push(event);
        seen?.(event);
      };
      await ask(client, request, note, token, writer);
      return list;
    };
    const open = async (): Promise<void> => {
      const opened = new Promise<void>(resolve => {
        const listener = memory.onDidChangeState(({ kind }) => {
          if (kind !== 'ready') return;
          listener.dispose();
          resolve();
        });
      });
      memory.open(workspace);
      await opened;
    };
    return { client, memory, logger, events, open, close: shutDown };
  }

  const placesOf = (events: readonly ChatEvent[]): readonly string[] =>
    events.flatMap(event =>
      event.kind === 'snippet' ? [`${event.citation.path}:${event.citation.line}`] : [],
    );

  it('answers from the workspace, follows what changes, and forgets', async () => {
    const { memory, events, open } = start();
    await open();
    equal(placesOf(await events(requestOf('what does `warn` do?')))[0], 'src/log.ts:2');
    write('src/paint.ts', '/** Paints an elephant. */\nexport function paintElephant() {\n  return 1;\n}\n');
    memory.changed(['src/paint.ts']);
    const question = requestOf('what does `paintElephant` do?');
    let places: readonly string[] = [];
    for (let attempt = 0; attempt < 50 && places.length === 0; attempt++)
      places = placesOf(await events(question));
    deepStrictEqual(places, ['src/paint.ts:2']);
    await memory.forget(storePath());
    ok(!existsSync(`${storePath()}-chat`));
    const [declined] = (await events(question)).filter(event => event.kind === 'declined');
    equal(declined?.reason, 'no-workspace');
  });

  it('keeps its index between sessions, and builds it anew when it was damaged', async () => {
    const first = start();
    await first.open();
    await first.events(requestOf('what does `warn` do?'));
    await first.close();
    ok(existsSync(`${storePath()}-chat`), 'the index was not kept');
    const second = start();
    await second.open();
    equal(placesOf(await second.events(requestOf('what does `warn` do?')))[0], 'src/log.ts:2');
    ok(
      second.logger.lines.some(line => /chat: .*read 0 files/.test(line)),
      second.logger.lines.join('\n'),
    );
    await second.close();
    writeFileSync(`${storePath()}-chat`, 'TMEM, but damaged');
    const third = start();
    await third.open();
    equal(placesOf(await third.events(requestOf('what does `warn` do?')))[0], 'src/log.ts:2');
    ok(
      third.logger.lines.some(line => /chat: .*set aside as/.test(line)),
      third.logger.lines.join('\n'),
    );
  });

  it('writes with how sure it is, and stops when told to', async () => {
    const { events, open } = start();
    await open();
    const prefix =
      'export function sumOf(values: number[]): number {\n  let sum = 0;\n  for (const value of values) ';
    const { window } = requestFor(prefix);
    const request = requestOf('', { command: 'complete', activeFile: window });
    const written = await events(request);
    const tokens = written.filter(event => event.kind === 'token');
    ok(tokens.length > 1, JSON.stringify(written));
    ok(tokens.every(({ confidence }) => confidence !== null && confidence >= 0 && confidence <= 1));
    const target = written.find(event => event.kind === 'code')?.target;
    deepStrictEqual(target, { kind: 'insert', path: window.path, line: window.startLine + 3, column: 31 });
    ok(written.some(event => event.kind === 'author' && event.author.kind === 'model'));

    const source = new CancellationSource();
    const stopped = await events(request, source.token, event => {
      if (event.kind === 'progress' && event.text === 'Writing') source.cancel();
    });
    equal(stopped.at(-1)?.kind, 'stopped');
    ok(stopped.every(({ kind }) => kind !== 'token'));
  });

  it('lets an instruct model of a folder answer from the places, and says what is wrong with a folder', async () => {
    const { events, open } = start();
    await open();
    const model = join(folder, 'instruct');
    cpSync(bundledFolder, model, { recursive: true });
    const writer = { kind: 'model', folder: model, runtimeFolder: bundle.runtimeFolder, threads: 1 } as const;
    const question = requestOf('what does `warn` do?');
    const failed = (await events(question, neverCancelled, undefined, writer)).at(-1);
    ok(failed?.kind === 'failed' && failed.message.includes('has no chat template'), JSON.stringify(failed));

    const template =
      "{% for m in messages %}<|im_start|>{{ m.role + '\\n' + m.content + '<|im_end|>\\n' }}{% endfor %}{{ '<|im_start|>assistant\\n' }}";
    writeFileSync(join(model, 'chat_template.jinja'), template);
    const list = await events(question, neverCancelled, undefined, writer);
    deepStrictEqual(
      list.flatMap(event => (event.kind === 'author' ? [event.author.kind] : [])),
      ['workspace', 'model'],
    );
    equal(placesOf(list)[0], 'src/log.ts:2');
    equal(list.at(-1)?.kind, 'done');
    ok(list.some(({ kind }) => kind === 'markdown'));

    const source = new CancellationSource();
    const stopped = await events(
      requestOf('where are items removed from the stock?'),
      source.token,
      ({ kind }) => {
        if (kind === 'snippet') source.cancel();
      },
      writer,
    );
    equal(stopped.at(-1)?.kind, 'stopped');
  });

  it('asks an endpoint with the key it was given, and opens no socket without one', async () => {
    const seen: { key: string | undefined; body: string }[] = [];
    const server = createServer((incoming, response) => {
      let body = '';
      incoming.on('data', (bytes: Buffer) => (body += bytes.toString()));
      incoming.on('end', () => {
        seen.push({ key: incoming.headers.authorization, body });
        response.setHeader('content-type', 'text/event-stream');
        response.end('data: {"choices":[{"delta":{"content":"It warns."}}]}\n\ndata: [DONE]\n\n');
      });
    });
    await new Promise<void>(resolve => {
      server.listen(0, '127.0.0.1', resolve);
    });
    closing.push(
      () =>
        new Promise<void>(resolve => {
          server.closeAllConnections();
          server.close(() => {
            resolve();
          });
        }),
    );
    const { events, open, logger } = start();
    await open();
    const question = requestOf('what does `warn` do?');
    await events(question);
    equal(seen.length, 0);
    const { port } = server.address() as AddressInfo;
    const writer = {
      kind: 'endpoint',
      url: `http://127.0.0.1:${port}/v1`,
      model: 'm',
      key: 's3cret',
    } as const;
    const list = await events(question, neverCancelled, undefined, writer);
    ok(
      list.some(event => event.kind === 'markdown' && event.text === 'It warns.'),
      JSON.stringify(list),
    );
    ok(list.some(event => event.kind === 'author' && event.author.kind === 'endpoint'));
    equal(placesOf(list)[0], 'src/log.ts:2');
    equal(seen.length, 1);
    equal(seen[0]?.key, 'Bearer s3cret');
    ok(seen[0].body.includes('console.warn'));
    ok(!logger.lines.join('\n').includes('s3cret'));
  });

  it('ends the answer when the engine is stopped, and says what to do', async () => {
    const { client, events, open } = start();
    await open();
    const { window } = requestFor('export function a() {\n  ');
    const request = requestOf('something long', { command: 'write', activeFile: window });
    const list = await events(request, neverCancelled, ({ kind }) => {
      if (kind === 'progress') client.stop();
    });
    const last = list.at(-1);
    ok(last?.kind === 'failed' && last.message.includes('Toggle Suggestions'), JSON.stringify(last));
    const [after] = await events(request);
    ok(after?.kind === 'failed' && after.message.includes('not running'), JSON.stringify(after));
  });
});
