// Files and locks over a port, as an engine in a browser or in a webview reaches them, with the disk at the other end.

import { deepStrictEqual, match, ok, rejects, strictEqual } from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import type { Disposable } from '../../src/base/disposable.ts';
import type { Files, Lock, Locks } from '../../src/base/files.ts';
import { readJson, writeFolder } from '../../src/base/files.ts';
import type { PlainMessagePort } from '../../src/base/requests/messagePort.ts';
import { messagePort } from '../../src/base/requests/messagePort.ts';
import type { Port } from '../../src/base/requests/port.ts';
import { nodeDiskRules } from '../../src/worker/platform/nodeDiskRules.ts';
import { nodeLocks } from '../../src/worker/platform/nodeLocks.ts';
import { nodeFiles } from '../../src/worker/platform/nodeStorage.ts';
import type { RemoteHost } from '../../src/worker/platform/remoteHost.ts';
import { serveHost } from '../../src/worker/client/serveHost.ts';
import { remoteHost } from '../../src/worker/platform/remoteHost.ts';
import { storeFile } from '../../src/worker/storage/storeFile.ts';

describe('files over a port', () => {
  let folder: string;
  let ports: MessageChannel;
  let serving: Disposable;
  let served: Files;
  let locks: Locks;
  let files: Files;
  let host: RemoteHost;
  let unheard: string[];

  const serve = (pieceBytes?: number): void => {
    ports = new MessageChannel();
    const storage = { files: served, locks };
    unheard = [];
    serving = serveHost(
      portOf(ports.port1),
      { storage, diskRules: nodeDiskRules },
      { onError: message => unheard.push(message), ...(pieceBytes === undefined ? {} : { pieceBytes }) },
    );
    host = remoteHost(portOf(ports.port2));
    ({ files } = host.storage);
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tinymemory-files-'));
    served = { ...nodeFiles };
    locks = nodeLocks();
    serve();
  });
  afterEach(() => {
    serving.dispose();
    ports.port1.close();
    rmSync(folder, { recursive: true });
  });

  const place = (name: string) => `${folder}/${name}`;
  const bytes = (...values: number[]) => Uint8Array.from(values);

  it('are written with the folders above, read, listed, moved and deleted', async () => {
    await files.write(place('a/b.bin'), bytes(1, 2));
    await files.write(place('a/c.bin'), bytes(3));
    deepStrictEqual(await files.read(place('a/b.bin')), bytes(1, 2));
    await files.rename(place('a/b.bin'), place('a/c.bin'));
    deepStrictEqual(await files.list(place('a')), [{ name: 'c.bin', isFile: true }]);
    deepStrictEqual(await files.list(folder), [{ name: 'a', isFile: false }]);
    deepStrictEqual([...readFileSync(place('a/c.bin'))], [1, 2]);
    strictEqual(await files.exists(place('a')), true);
    await files.remove(place('a'));
    strictEqual(await files.exists(place('a')), false);
  });

  it('may be missing', async () => {
    strictEqual(await files.read(place('none')), undefined);
    deepStrictEqual(await files.list(place('none')), []);
    await files.remove(place('none'));
    strictEqual(await readJson(files, place('none')), undefined);
  });

  it('say what went wrong', async () => {
    await rejects(files.read(folder), /EISDIR/);
    await rejects(files.rename(place('none'), place('some')), /ENOENT/);
    await files.write(place('file'), bytes(1));
    await rejects(files.write(place('file/below'), bytes(1)), /EEXIST|ENOTDIR/);
    symlinkSync('circle', place('circle'));
    await rejects(files.list(place('circle')), /ELOOP/);
    deepStrictEqual(await files.list(place('file')), []);
  });

  it('are handed over whole and copied in part, so that nobody else loses bytes', async () => {
    const whole = bytes(1, 2, 3);
    served.read = () => Promise.resolve(whole);
    deepStrictEqual(await files.read('whole'), bytes(1, 2, 3));
    strictEqual(whole.byteLength, 0);
    const buffer = bytes(0, 7, 8, 0);
    served.read = () => Promise.resolve(buffer.subarray(1, 3));
    deepStrictEqual(await files.read('part'), bytes(7, 8));
    strictEqual(buffer.byteLength, 4);
  });

  it('travel in pieces where messages must be small', async () => {
    ports.port1.close();
    serve(3);
    for (const length of [0, 2, 3, 4, 6, 7]) {
      const file = Uint8Array.from({ length }, (_, at) => at + 1);
      await files.write(place('file'), file);
      const [read, again] = await Promise.all([files.read(place('file')), files.read(place('file'))]);
      deepStrictEqual([read, again], [file, file]);
    }
    strictEqual(await files.read(place('none')), undefined);
  });

  it('come with locks, which end with whoever serves them', async () => {
    const reached = host.storage.locks;
    const lock = await reached.acquire(place('lock'));
    ok(lock !== undefined && existsSync(place('lock')));
    strictEqual(await reached.isHeld(place('lock')), false, 'it is held by this very process');
    strictEqual(await reached.acquire(place('lock')), undefined);
    strictEqual(await lock.isHeld(), true);
    rmSync(place('lock'), { recursive: true });
    strictEqual(await lock.isHeld(), false);
    await lock.release();
    strictEqual(await lock.isHeld(), false);
    await reached.acquire(place('lock'));
    serving.dispose();
    while (existsSync(place('lock'))) await sleep(1);
  });

  it('come with locks that end with the port', async () => {
    ok((await host.storage.locks.acquire(place('lock'))) !== undefined);
    ports.port2.close();
    while (existsSync(place('lock'))) await sleep(1);
    await rejects(files.exists(place('lock')), /the port was closed/);
  });

  it('know each lock by itself, also of one place', async () => {
    const reached = host.storage.locks;
    const lost = await reached.acquire(place('lock'));
    ok(lost !== undefined);
    await lost.release();
    const next = await reached.acquire(place('lock'));
    ok(next !== undefined);
    deepStrictEqual([await lost.isHeld(), await next.isHeld()], [false, true]);
    await lost.release();
    strictEqual(await next.isHeld(), true);
  });

  it('try again at their end to release a lock that could not be released', async () => {
    let tries = 0;
    const lock: Lock = {
      isHeld: () => Promise.resolve(true),
      release: () => (++tries === 1 ? Promise.reject(new Error('the disk is busy')) : Promise.resolve()),
    };
    locks = { acquire: () => Promise.resolve(lock), isHeld: () => Promise.resolve(false) };
    ports.port1.close();
    serve();
    const acquired = await host.storage.locks.acquire(place('lock'));
    ok(acquired !== undefined);
    await rejects(acquired.release(), /the disk is busy/);
    serving.dispose();
    strictEqual(tries, 2);
  });

  it('let go of a lock that was got only after their end', async () => {
    let give: (lock: Lock) => void = () => undefined;
    const seen = { asked: false, released: false };
    locks = {
      acquire: () =>
        new Promise(resolve => {
          seen.asked = true;
          give = resolve;
        }),
      isHeld: () => Promise.resolve(false),
    };
    ports.port1.close();
    serve();
    void host.storage.locks.acquire(place('lock'));
    while (!seen.asked) await sleep(1);
    serving.dispose();
    give({
      isHeld: () => Promise.resolve(true),
      release() {
        seen.released = true;
        return Promise.resolve();
      },
    });
    while (!seen.released) await sleep(1);
  });

  it('answer what cannot be understood with what is wrong with it', async () => {
    ports.port2.postMessage({ api: 'host', kind: 'call', id: 1, method: 'read' });
    // The first request has the same number.
    await rejects(files.read(place('none')), /the input of read is malformed: value/);
    ports.port2.postMessage({ api: 'host', kind: 'call', id: 2, input: place('none') });
    await rejects(files.read(place('none')), /a call of host is malformed: method/);
    strictEqual(await files.read(place('none')), undefined);
    ports.port2.postMessage({ api: 'host', kind: 'call' });
    ports.port2.postMessage('nonsense');
    strictEqual(await files.read(place('none')), undefined);
    match(unheard.join('\n'), /^a call of host is malformed: id: [^\n]*$/);
    served.read = () => new Promise(() => undefined);
    const waiting = [files.read(place('a')), files.read(place('b')), files.read(place('c'))];
    const [a, b, c] = waiting.map(reading => rejects.bind(undefined, reading));
    ports.port1.postMessage('nonsense');
    ports.port1.postMessage({ api: 'host', kind: 'item', id: 5, output: { bytes: 7, restBytes: 0 } });
    await a?.(/the answer to read is malformed: bytes/);
    ports.port1.postMessage({ api: 'host', kind: 'failed', id: 6, message: 7, reason: 'fault' });
    await b?.(/an answer of host is malformed: message/);
    ports.port1.postMessage({ api: 'host', kind: 'answer' });
    await c?.(/an answer of host is malformed: id/);
  });

  it('come with the rules of the disk', async () => {
    await files.write(place('.git/info/exclude'), new TextEncoder().encode('*.log'));
    await files.write(place('.gitignore'), new TextEncoder().encode('/dist'));
    await files.write(place('inner/a.ts'), bytes(1));
    deepStrictEqual(await host.diskRules(place('inner')), await nodeDiskRules(place('inner')));
    strictEqual((await host.diskRules(place('inner'))).outer?.exclude, '*.log');
    strictEqual((await host.diskRules(folder)).outer, undefined);
  });

  it('take a whole folder or nothing of it', async () => {
    await writeFolder(files, place('model'), new Map([['a', bytes(1)]]));
    await writeFolder(files, place('model'), new Map([['b', bytes(2)]]));
    deepStrictEqual(await files.list(place('model')), [{ name: 'b', isFile: true }]);
    served.write = () => Promise.reject(new Error('no space left'));
    await rejects(writeFolder(files, place('model'), new Map([['c', bytes(3)]])), /no space left/);
    deepStrictEqual(await files.list(folder), [{ name: 'model', isFile: false }]);
    deepStrictEqual(await files.list(place('model')), [{ name: 'b', isFile: true }]);
  });

  it('keep what memory stores, and forget it with what a crash left', async () => {
    const store = storeFile(files, place('memory.bin'));
    strictEqual(await store.load(), undefined);
    await store.save(bytes(1));
    deepStrictEqual(await store.load(), bytes(1));
    strictEqual(await store.setAside(), place('memory.bin.damaged'));
    await files.write(place('memory.bin.x1y2.tmp'), bytes(2));
    await files.write(place('other.bin.x1y2.tmp'), bytes(2));
    await store.forget();
    deepStrictEqual(await files.list(folder), [{ name: 'other.bin.x1y2.tmp', isFile: true }]);
  });
});

/** Node's port is one of a browser; its types do not say so. */
function portOf(port: MessageChannel['port1']): Port {
  return messagePort(port as unknown as PlainMessagePort);
}
