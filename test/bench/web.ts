// `npm run bench:web [-- OTHER.vsix ...] [--runs N]`: how long VS Code in a browser takes from the activation of the
// extension to its first ghost text, with all of it on this machine. Each run loads a window anew, with a file open, while
// VS Code itself and its server are starting; and starts the engine once more when they are at rest. Other builds are
// measured in turns with this one, and compared by ratios of medians.

import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { median } from '../../src/base/statistics.ts';
import type { Workbench } from '../host/browser.ts';
import { launchBrowser, openWorkbench } from '../host/browser.ts';
import { CleanUps } from '../host/cleanUps.ts';
import { startCodeServer } from '../host/codeServer.ts';
import { plentifulSettings } from '../host/plentifulSettings.ts';
import { sampleWorkspaceCopy, vsixPath } from '../host/temporaryFolder.ts';

const { values, positionals } = parseArgs({
  options: { runs: { type: 'string', default: '7' } },
  allowPositionals: true,
});
const patienceMs = 60_000;
const settings = { ...plentifulSettings, 'remote.extensionKind': { 'tinymemory.tinymemory': ['web'] } };
const keybindings = [{ key: 'ctrl+alt+r', command: 'tinymemory.restartEngine' }];
const restMs = 3_000;

const cleanUps = new CleanUps();
try {
  const browser = cleanUps.add(await launchBrowser(), started => started.close());
  const builds: { name: string; window: Workbench; loaded: number[]; restarted: number[] }[] = [];
  for (const vsix of [vsixPath, ...positionals])
    builds.push({
      name: basename(vsix),
      window: await openAndType(browser, vsix),
      loaded: [],
      restarted: [],
    });
  for (let run = 0; run < Number(values.runs); run++)
    for (const { window, loaded, restarted } of builds) {
      loaded.push(await loadedMs(window));
      restarted.push(await restartedMs(window));
    }
  for (const { name, loaded, restarted } of builds) {
    tell(`${name}: activation to first ghost text, in a window that loads`, loaded, builds[0]?.loaded);
    tell(`${name}: the same of the engine, in a window at rest`, restarted, builds[0]?.restarted);
  }
} finally {
  await cleanUps.run();
}
process.exit(0);

function tell(what: string, times: readonly number[], first = times): void {
  const range = `${Math.min(...times).toFixed(0)} to ${Math.max(...times).toFixed(0)}`;
  const ratio = (median(times) / median(first)).toFixed(2);
  console.log(
    `${what}: median of ${times.length} ${median(times).toFixed(0)} ms (${range}), ${ratio} times the first build's`,
  );
}

/**
 * A file that says itself how the line goes on, so that a suggestion is sure to come; of a language for which VS Code
 * starts no server, whose start would be measured too.
 */
async function openAndType(browser: Browser, vsix: string): Promise<Workbench> {
  const workspace = cleanUps.add(sampleWorkspaceCopy(), folder => {
    folder.dispose();
  });
  const jars = 'def boil():\n    pass\n\n\ndef fill():\n    marmalade = prepare(orange_peel, sugar_grams)\n';
  writeFileSync(join(workspace.path, 'scripts/jars.py'), jars);
  const server = cleanUps.add(await startCodeServer({ vsix, settings, keybindings }), started =>
    started.stop(),
  );
  const window = await openWorkbench(browser, server, workspace.path, 'TinyMemory');
  await window.openFile('scripts/jars.py');
  await window.goToLineEnd(1);
  await window.press('Enter');
  await window.type('marmalade = ');
  await (
    await watchForGhost(window)
  )();
  // What is not saved may be lost when the window is loaded anew.
  await window.press('Escape', 'Control+s');
  await window.page.locator('.tab.dirty').waitFor({ state: 'detached' });
  return window;
}

/** From the moment in which the extension host asks for the extension's script to that in which ghost text is drawn. */
async function loadedMs(window: Workbench): Promise<number> {
  const { page } = window;
  await page.bringToFront();
  await page.reload();
  await window.statusBarItem('TinyMemory').first().waitFor();
  const ghostMs = await watchForGhost(window);
  await window.press('Control+1', 'End');
  return (await ghostMs()) - (await activatedMs(window));
}

/** From the command that starts the engine anew to ghost text, in a window where nothing else goes on. */
async function restartedMs(window: Workbench): Promise<number> {
  const { page } = window;
  await window.press('Escape');
  await window.untilNoGhostText();
  await page.waitForTimeout(restMs);
  const ghostMs = await watchForGhost(window);
  const startedMs = Number(await page.evaluate('performance.timeOrigin + performance.now()'));
  await window.press('Control+Alt+R');
  return (await ghostMs()) - startedMs;
}

/** Gives what asks for ghost text until there is some, and the time at which it was drawn. */
async function watchForGhost(window: Workbench): Promise<() => Promise<number>> {
  const { page } = window;
  await page.evaluate(
    `globalThis.ghostMs = undefined;
     new MutationObserver((_, observer) => {
       if (document.querySelector('.ghost-text, .ghost-text-decoration') === null) return;
       globalThis.ghostMs = performance.timeOrigin + performance.now();
       observer.disconnect();
     }).observe(document.body, { childList: true, subtree: true })`,
  );
  return async () => {
    const endMs = Date.now() + patienceMs;
    // What is asked before the engine is ready waits for it. The editor may be on its way to the front.
    while (Date.now() < endMs) {
      await window.press('Alt+\\');
      for (let looks = 0; looks < 30; looks++) {
        const at: unknown = await page.evaluate('globalThis.ghostMs');
        if (typeof at === 'number') return at;
        await page.waitForTimeout(100);
      }
    }
    throw new Error('no ghost text in time');
  };
}

async function activatedMs({ page }: Workbench): Promise<number> {
  for (const worker of page.workers()) {
    const began = await worker.evaluate(() => {
      const entry = performance
        .getEntriesByType('resource')
        .find(({ name }) => /tinymemory\.tinymemory.*extension\.cjs/.test(name));
      return entry && performance.timeOrigin + entry.startTime;
    });
    if (began !== undefined) return began;
  }
  throw new Error('no worker of the window has loaded the extension');
}
