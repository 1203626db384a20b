// The bundled extension on a fake VS Code, activated and deactivated as often as a test likes: sessions share the
// fake's state, so that what outlives a session can be seen.

import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { compileFunction } from 'node:vm';
import { build } from 'esbuild';
import { fakeSecrets } from './fakeSecrets.ts';
import { createFakeVscode, fakeMemento, fakeUri } from './fakeVscode.ts';

interface Extension {
  activate(context: unknown): void;
  deactivate(): Promise<void>;
}

const root = fileURLToPath(new URL('../../..', import.meta.url));

export class ExtensionBench {
  vscode = createFakeVscode();
  globalState = fakeMemento();
  workspaceState = fakeMemento();
  secrets = fakeSecrets();
  private readonly folder = mkdtempSync(join(tmpdir(), 'tinymemory-'));
  private code = '';
  private extension: Extension | undefined;
  private subscriptions: { dispose(): void }[] = [];

  /** Where VS Code lets the extension keep data of the workspace. */
  get storageFolder(): string {
    return join(this.folder, 'workspace/tinymemory');
  }

  /** Bundles the extension, with an engine that has no model. */
  async build(): Promise<void> {
    const built = await build({
      entryPoints: [join(root, 'src/extension.ts')],
      bundle: true,
      write: false,
      platform: 'node',
      format: 'cjs',
      external: ['vscode'],
    });
    this.code = built.outputFiles[0]?.text ?? '';
    mkdirSync(join(this.folder, 'dist'));
    writeFileSync(join(this.folder, 'package.json'), '{ "type": "module" }');
    const support = join(root, 'test/worker/support');
    copyFileSync(join(support, 'fakeEngine.mjs'), join(this.folder, 'dist/engine.js'));
    copyFileSync(join(support, 'fakeTraining.mjs'), join(this.folder, 'dist/fakeTraining.mjs'));
  }

  /** A fresh VS Code, in which nothing was kept. */
  reset(): void {
    this.vscode = createFakeVscode();
    this.globalState = fakeMemento();
    this.workspaceState = fakeMemento();
    this.secrets = fakeSecrets();
  }

  activate(): void {
    this.extension = load(this.code, this.vscode.api);
    this.subscriptions = [];
    this.extension.activate({
      extensionPath: this.folder,
      extensionUri: fakeUri(`file:${this.folder}`),
      extension: { packageJSON: { version: '1.2.3' } },
      subscriptions: this.subscriptions,
      globalState: this.globalState,
      workspaceState: this.workspaceState,
      secrets: this.secrets,
      storageUri: fakeUri(`file:${this.storageFolder}`),
    });
  }

  /** Ends the session; fails when the extension leaves anything registered. */
  async deactivate(): Promise<void> {
    await this.extension?.deactivate();
    for (const subscription of this.subscriptions) subscription.dispose();
    assert.deepEqual([...this.vscode.live], [], 'left behind');
  }

  /** Resolves once the status bar says that the engine is ready. */
  async ready(): Promise<void> {
    while (this.vscode.statusBar.text !== '$(sparkle) TinyMemory') await sleep(5);
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true });
  }
}

function load(code: string, vscode: unknown): Extension {
  const require = createRequire(import.meta.url);
  const module = { exports: {} as Extension };
  const run = compileFunction(code, ['require', 'module', 'exports']) as (
    require: (id: string) => unknown,
    module: { exports: Extension },
    exports: Extension,
  ) => void;
  run(id => (id === 'vscode' ? vscode : (require(id) as unknown)), module, module.exports);
  return module.exports;
}
