// `npm run bench:web [-- OTHER.vsix ...] [--runs N]`: how long VS Code in a browser takes from the activation of the
// extension to its first ghost text, with all of it on this machine. Each run loads a window anew, with a file open. Other
// builds are measured in turns with this one, and compared by ratios of medians.

import { basename } from 'node:path';
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

const cleanUps = new CleanUps();
try {
  const browser = cleanUps.add(await launchBrowser(), started => started.close());
  const builds: { name: string; window: Workbench; times: number[] }[] = [];
  for (const vsix of [vsixPath, ...positionals])
    builds.push({ name: basename(vsix), window: await openAndType(browser, vsix), times: [] });
  for (let run = 0; run < Number(values.runs); run++)
    for (const { window, times } of builds) times.push(await startMs(window));
  for (const { name, times } of builds) {
    const ratio = median(times) / median(builds[0]?.times ?? times);
    console.log(
      `${name}: activation to first ghost text, median of ${times.length} ${median(times).toFixed(0)} ms ` +
        `(${Math.min(...times).toFixed(0)} to ${Math.max(...times).toFixed(0)}), ${ratio.toFixed(2)} times`,
    );
  }
} finally {
  await cleanUps.run();
}
process.exit(0);

async function openAndType(browser: Browser, vsix: string): Promise<Workbench> {
  const workspace = cleanUps.add(sampleWorkspaceCopy(), folder => {
    folder.dispose();
  });
  const server = cleanUps.add(await startCodeServer({ vsix, settings }), started => started.stop());
  const window = await openWorkbench(browser, server, workspace.path, 'TinyMemory');
  await window.openFile('src/catalogue.ts');
  await window.goToLineEnd(10);
  await window.press('Enter');
  await window.type('const found = ');
  await window.untilGhostText(patienceMs);
  // What is not saved may be lost when the window is loaded anew.
  await window.press('Escape', 'Control+s');
  await window.page.locator('.tab.dirty').waitFor({ state: 'detached' });
  return window;
}

/** From the moment in which the extension host asks for the extension's script to that in which ghost text is drawn. */
async function startMs(window: Workbench): Promise<number> {
  const { page } = window;
  await page.bringToFront();
  await page.reload();
  await window.statusBarItem('TinyMemory').first().waitFor();
  await page.evaluate(
    `new MutationObserver((_, observer) => {
       if (document.querySelector('.ghost-text, .ghost-text-decoration') === null) return;
       globalThis.ghostMs = performance.timeOrigin + performance.now();
       observer.disconnect();
     }).observe(document.body, { childList: true, subtree: true })`,
  );
  await window.press('Control+1', 'End');
  // What is asked before the engine is ready waits for it. The editor may be on its way to the front.
  while ((await page.evaluate('globalThis.ghostMs')) === undefined) {
    await window.press('Alt+\\');
    await page.waitForTimeout(3_000);
  }
  return Number(await page.evaluate('ghostMs')) - (await activatedMs(window));
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
