// What clicks on places and links ask of the extension.

import type { Citation } from '../../chat/model/types.ts';
import type { ChatPageHost } from '../../pages/chat/api.ts';

/** Opens the lines of a citation. */
export function openCitation(host: ChatPageHost, { path, line, endLine }: Citation): void {
  host.open({ path, line, endLine });
}

/** Turns clicks on the places and links of rendered Markdown into messages. */
export function followClicks(root: HTMLElement, host: ChatPageHost): void {
  root.addEventListener('click', event => {
    const target = event.target instanceof Element ? event.target.closest('button') : null;
    if (target === null || !root.contains(target)) return;
    const { path, line, endLine, url } = target.dataset;
    if (path !== undefined) host.open({ path, line: Number(line), endLine: Number(endLine) });
    else if (url !== undefined) host.openLink({ url });
  });
}
