// Runs the suites of inHost/ inside the extension host of a code-server that has the VSIX installed: bundles them
// with a tiny extension that sets traps first, opens a workbench on them, and brings the results back.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { launchBrowser, outputFolder } from './browser.ts';
import { CleanUps } from './cleanUps.ts';
import { startCodeServer } from './codeServer.ts';
import type { HostTestResult } from './inHost/index.ts';
import { sampleWorkspaceCopy, temporaryFolder, type TemporaryFolder } from './temporaryFolder.ts';

/** What came out of a run. */
export interface HostRun {
  /** VS Code's exit code, 0 when the suites ran to their end, whether or not tests failed; undefined when they did not. */
  readonly exitCode: number | undefined;
  /** Of the tests that ended. */
  readonly results: readonly HostTestResult[];
  /** What was printed in the extension host. */
  readonly log: string;
}

/** Runs all suites against `vsix`. They are stopped after `timeoutMs`. */
export async function runInExtensionHost(
  vsix: string,
  settings: Readonly<Record<string, unknown>>,
  timeoutMs: number,
): Promise<HostRun> {
  const cleanUps = new CleanUps();
  const lines: string[] = [];
  const dispose = (folder: TemporaryFolder) => {
    folder.dispose();
  };
  try {
    const suites = cleanUps.add(temporaryFolder('suites'), dispose);
    await bundleSuites(suites.path);
    const workspace = cleanUps.add(sampleWorkspaceCopy(), dispose);
    const browser = cleanUps.add(await launchBrowser(), started => started.close());
    const server = await startCodeServer({ vsix, settings, testDriver: true, say: console.log });
    cleanUps.add(server, started => started.stop());
    const page = await browser.newPage();
    await page.exposeFunction('codeAutomationLog', (type: string, args: unknown) => {
      lines.push(`${type}: ${JSON.stringify(args).slice(0, 3_000)}`);
    });
    const exitCode = await new Promise<number | undefined>((resolve, reject) => {
      const timer = setTimeout(() => {
        resolve(undefined);
      }, timeoutMs);
      const finish = (code: number) => {
        clearTimeout(timer);
        resolve(code);
      };
      const remote = `vscode-remote://${server.authority}`;
      page
        .exposeFunction('codeAutomationExit', finish)
        .then(() =>
          page.goto(
            server.workbenchUrl(workspace.path, [
              ['extensionDevelopmentPath', remote + suites.path],
              ['extensionTestsPath', `${remote}${suites.path}/index.js`],
              ['enableProposedApi', ''],
              ['skipWelcome', 'true'],
            ]),
          ),
        )
        .catch(reject);
    });
    return { exitCode, results: readResults(suites.path), log: lines.join('\n') };
  } finally {
    mkdirSync(outputFolder, { recursive: true });
    writeFileSync(join(outputFolder, 'extension-host.log'), lines.join('\n'));
    await cleanUps.run();
  }
}

/** What the suites wrote into their folder; nothing when they did not come to it. */
export function readResults(suitesFolder: string): readonly HostTestResult[] {
  const file = join(suitesFolder, 'results.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as HostTestResult[]) : [];
}

/** Bundles the suites and the extension that carries them into a folder. */
export async function bundleSuites(folder: string): Promise<void> {
  const source = (name: string) => fileURLToPath(new URL(`inHost/${name}.ts`, import.meta.url));
  await build({
    entryPoints: {
      index: source('index'),
      trapExtension: source('trapExtension'),
      preload: source('preload'),
    },
    outdir: folder,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['vscode'],
    define: { mochaEntry: JSON.stringify(createRequire(import.meta.url).resolve('mocha')) },
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  const manifest = {
    name: 'tinymemory-host-tests',
    publisher: 'tinymemory',
    version: '0.0.1',
    engines: { vscode: '^1.100.0' },
    extensionKind: ['workspace'],
    main: './trapExtension.js',
    activationEvents: ['*'],
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, undefined, 2));
}
