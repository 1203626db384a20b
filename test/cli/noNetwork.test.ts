// The command line opens no socket and asks for no name, whatever it is asked to do with a folder.

import { match, strictEqual } from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { EngineBundle } from '../support/engineBundle.ts';
import { bundleEngine } from '../support/engineBundle.ts';

describe('the command line, with every way to a socket trapped,', function () {
  this.timeout(120_000);
  let bundle: EngineBundle;
  let preload: string;

  before(async () => {
    bundle = await bundleEngine();
    preload = join(bundle.folder, 'countSockets.cjs');
    await build({
      entryPoints: ['test/cli/support/countSockets.ts'],
      outfile: preload,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      logLevel: 'error',
    });
    mkdirSync(join(bundle.folder, 'shelf/src'), { recursive: true });
    for (let at = 0; at < 12; at++) {
      const text = `export function book${at}(title: string): string {\n  return title + ${at};\n}\n`.repeat(
        6,
      );
      writeFileSync(join(bundle.folder, `shelf/src/book${at}.ts`), text);
    }
  });
  after(() => {
    bundle.dispose();
  });

  /** Runs Node with the traps; gives its exit code and what the traps saw. */
  function run(args: readonly string[]): Promise<{ code: number; trapped: string; stderr: string }> {
    return new Promise(resolve => {
      const options = { cwd: bundle.folder, maxBuffer: 1e8 };
      execFile(process.execPath, ['--require', preload, ...args], options, (error, _, stderr) => {
        const [, trapped = ''] = /trapped calls: (.*)\n/.exec(stderr) ?? [];
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, trapped, stderr });
      });
    });
  }

  it('is caught where it opens one', async () => {
    const { trapped } = await run(['-e', "fetch('http://127.0.0.1:1').catch(() => 0)"]);
    match(trapped, /fetch/);
  });

  const commands: readonly (readonly string[])[] = [
    ['complete', 'shelf/src/book1.ts:2:10', '--workspace', 'shelf'],
    ['ask', 'shelf', 'where is book3?'],
    ['eval', 'shelf', '--limit', '100'],
  ];
  for (const command of commands)
    it(`opens none on ${command[0] ?? ''}`, async () => {
      const { code, trapped, stderr } = await run([bundle.cliPath, ...command]);
      strictEqual(trapped, 'none', stderr);
      strictEqual(code, 0, stderr);
    });
});
