// What the parts of the page can ask for: messages to the extension, and nothing else.

import type { Citation } from '../../chat/model/types.ts';
import type { FromPage } from '../../pages/chat/messages.ts';

export type Post = (message: FromPage) => void;

/** Opens the lines of a citation. */
export function openCitation(post: Post, { path, line, endLine }: Citation): void {
  post({ kind: 'open', path, line, endLine });
}

/** Turns clicks on the places and links of rendered Markdown into messages. */
export function followClicks(root: HTMLElement, post: Post): void {
  root.addEventListener('click', event => {
    const target = event.target instanceof Element ? event.target.closest('button') : null;
    if (target === null || !root.contains(target)) return;
    const { path, line, endLine, url } = target.dataset;
    if (path !== undefined) post({ kind: 'open', path, line: Number(line), endLine: Number(endLine) });
    else if (url !== undefined) post({ kind: 'openLink', url });
  });
}
