// The model that answers chat: on which device it is loaded, and what stands in for one that fails.

import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { neverCancelled } from '../../src/base/cancellation.ts';
import type { GraphSession } from '../../src/runtime/session.ts';
import { DeviceError } from '../../src/runtime/session.ts';
import type { WebGpuRuntime } from '../../src/runtime/webgpu.ts';
import { loadChatModel } from '../../src/worker/engine/chatModel.ts';
import type { DeviceOptions } from '../../src/worker/protocol/engineOptions.ts';
import type { MeasuredDevices } from '../../src/worker/protocol/editorApi.ts';
import { nodeStorage } from '../../src/worker/platform/nodeStorage.ts';
import { bundledFolder, wasmRuntime } from '../support/engine.ts';

describe('worker/chatModel', () => {
  let folder: string;
  let did: string[];

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'tinymemory-instruct-'));
    cpSync(bundledFolder, folder, { recursive: true });
    writeFileSync(join(folder, 'chat_template.jinja'), '{{ messages[0].content }}');
  });
  beforeEach(() => {
    did = [];
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** A model on a machine whose graphics processor is Wasm by another name, and fails when told to. */
  async function load(setting: DeviceOptions['setting'], fails?: 'to load' | 'to run') {
    const wasm = wasmRuntime();
    const posted: MeasuredDevices[] = [];
    const createSession = async (bytes: Uint8Array): Promise<GraphSession> => {
      did.push('load');
      if (fails === 'to load') throw new DeviceError('out of memory');
      const session = await wasm.createSession(bytes);
      return {
        ...session,
        dispose: () => {
          session.dispose();
        },
        run(feeds) {
          if (fails === 'to run') return Promise.reject(new DeviceError('it was lost'));
          return session.run(feeds);
        },
      };
    };
    const gpu: WebGpuRuntime = {
      ...wasm,
      device: 'webgpu',
      adapter: 'some gpu',
      isSoftware: false,
      createSession,
      dispose: () => did.push('dispose'),
    };
    const model = await loadChatModel(folder, {
      home: {
        storage: nodeStorage,
        isForWebGpuAlone: false,
        createRuntime() {
          did.push('wasm');
          return Promise.resolve(wasm);
        },
        createWebGpuRuntime: () => Promise.resolve(gpu),
      },
      options: { runtimeFolder: '', threads: 1, devices: { setting, times: {} } },
      gate: run => run(),
      editor: {
        deviceMeasured: measured => posted.push(measured),
        handOver: reason => did.push(`hand over: ${reason}`),
      },
    });
    const place = { key: 'a question', path: '', prompt: [1, 2, 3], document: [] };
    const distribution = await model.predictor.next(place, [], neverCancelled);
    ok(Math.abs(distribution.reduce((sum, share) => sum + share, 0) - 1) < 1e-3);
    model.dispose();
    return posted;
  }

  it('loads it on the device of the setting', async () => {
    await load('wasm');
    deepStrictEqual(did, ['wasm']);
    did = [];
    await load('webgpu');
    deepStrictEqual(did, ['load']);
  });

  it('measures both devices where it may choose, and tells', async () => {
    const [measured] = await load('auto');
    ok(measured?.key.startsWith('some gpu / suggesting / ') === true);
    ok(measured.times.wasmMs > 0 && measured.times.webgpuMs > 0);
  });

  it('goes on with Wasm when the device cannot hold it, or is lost', async () => {
    strictEqual((await load('webgpu', 'to load')).length, 0);
    deepStrictEqual(did, ['load', 'dispose', 'wasm']);
    did = [];
    await load('webgpu', 'to run');
    deepStrictEqual(did, ['load', 'dispose', 'wasm']);
  });
});
