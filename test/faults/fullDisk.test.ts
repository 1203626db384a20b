// A disk without room: what was kept before is still there, nothing half written or empty is left, the error names the
// file, and what could not be saved is saved when there is room again.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Memento } from 'vscode';
import { ChatHistory } from '../../src/editor/chat/chatHistory.ts';
import { StatisticsStore } from '../../src/editor/reports/statisticsStore.ts';
import { checkedState } from '../../src/editor/settings/checkedState.ts';
import { startTurn } from '../../src/pages/chat/conversation.ts';
import { recordingLogger } from '../worker/support/fakeWorker.ts';

const run = promisify(execFile);

describe('a full disk', function () {
  this.timeout(120_000);
  let disk: string;

  beforeEach(() => {
    disk = mkdtempSync(join(tmpdir(), 'tinymemory-full-'));
  });
  afterEach(() => {
    rmSync(disk, { recursive: true });
  });

  /** Whether this machine lets a user mount a small disk that only one process sees. */
  const canMount = async (): Promise<boolean> =>
    run('unshare', [...namespace, 'mount', '-t', 'tmpfs', 'tmpfs', disk]).then(
      () => true,
      () => false,
    );

  it('keeps what was there, names the file, and takes what comes when there is room', async () => {
    const child = fileURLToPath(new URL('support/fullDiskChild.ts', import.meta.url));
    const script = 'mount -t tmpfs -o size=2m tmpfs "$DISK" && exec "$0" --import=tsx "$1"';
    const isMounted = await canMount();
    const [program, args] = isMounted
      ? (['unshare', [...namespace, 'sh', '-c', script, process.execPath, child]] as const)
      : ([process.execPath, ['--import=tsx', child]] as const);
    const env = { ...process.env, DISK: disk, MOUNTED: isMounted ? 'yes' : 'no' };
    const { stdout } = await run(program, args, { env });
    assert.equal(stdout, 'all was kept\n');
  });

  it('costs the editor a warning, and no count and no answer once there is room', async () => {
    let isFull = false;
    const values = new Map<string, unknown>();
    const memento: Memento = {
      keys: () => [...values.keys()],
      get: (key: string) => values.get(key),
      update(key, value) {
        if (isFull) return Promise.reject(new Error('ENOSPC: no space left on device, state.vscdb'));
        values.set(key, value);
        return Promise.resolve();
      },
    };
    const logger = recordingLogger();
    const state = checkedState(memento, logger);
    const statistics = () =>
      new StatisticsStore({ state, workspaceId: 'w', logger, writeAfterMs: 1_000_000 });
    const counting = statistics();
    const history = new ChatHistory(state, logger);
    const turn = (id: number) => ({ ...startTurn(id, `question ${id}`, []), status: 'done' as const });
    counting.add('shown', 1);
    await counting.flush();
    await history.save([turn(1)]);
    isFull = true;
    counting.add('shown', 1);
    await counting.flush();
    await history.save([turn(1), turn(2)]);
    assert.equal(logger.lines.length, 2, logger.lines.join('\n'));
    for (const line of logger.lines) assert.match(line, /^warn: .*cannot be written: ENOSPC/);
    const shown = () => statistics().all()[0]?.[statistics().today]?.shown;
    assert.equal(shown(), 1);
    assert.deepEqual(
      history.load().map(({ id }) => id),
      [1],
    );
    isFull = false;
    counting.add('rejected', 1);
    await counting.flush();
    await history.save([turn(1), turn(2), turn(3)]);
    assert.equal(shown(), 2);
    assert.deepEqual(
      history.load().map(({ id }) => id),
      [1, 2, 3],
    );
    counting.dispose();
  });
});

const namespace = ['--map-root-user', '--mount'];
