// Reads the extension's log as the user does: in the output view.

import type { Workbench } from './browser.ts';
import { commandTitle } from './manifest.ts';

/** Resolves with the lines of the log on screen once one of them matches. */
export async function untilLogged(window: Workbench, pattern: RegExp, patienceMs = 60_000): Promise<string> {
  await window.runCommand(commandTitle('tinymemory.showLog'));
  const lines = window.page.locator('.panel .output-view-container .view-line, .panel .view-line');
  let text = '';
  for (const endMs = Date.now() + patienceMs; Date.now() < endMs;) {
    text = (await lines.allTextContents()).join('').replaceAll('\u00a0', ' ');
    if (pattern.test(text)) return text;
    await window.page.waitForTimeout(250);
  }
  throw new Error(`the log does not say ${String(pattern)}: ${text}`);
}
