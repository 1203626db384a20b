// Prose that grows while it streams. Markdown is rendered up to a bound that no frame notices; what is beyond it, which no
// answer of a workspace is, stands below as it came.

import { element } from '../dom.ts';
import { showCode, withinBudget } from './colouring.ts';
import { renderMarkdown } from './markdown.ts';
import type { ChatPageHost } from '../../pages/chat/api.ts';
import { followClicks } from './pageActions.ts';

export interface MarkdownView {
  readonly root: HTMLElement;
  update(text: string): void;
}

/** UTF-16 code units. */
const maxRendered = 20_000;

export function markdownView(text: string, host: ChatPageHost): MarkdownView {
  const rendered = element('div', { class: 'prose' });
  const rest = element('pre', { class: 'prose rest' });
  followClicks(rendered, host);
  let shown = '';
  const update = (grown: string): void => {
    const head = grown.slice(0, endOfHead(grown));
    if (head !== shown) {
      rendered.innerHTML = renderMarkdown(head, withinBudget);
      for (const code of rendered.querySelectorAll<HTMLElement>('code[data-language]'))
        showCode(code, code.textContent, code.dataset['language'] ?? '');
      shown = head;
    }
    rest.textContent = grown.slice(head.length);
    rest.hidden = head.length === grown.length;
  };
  update(text);
  return { root: element('div', {}, rendered, rest), update };
}

/** After the last whole paragraph or line within the bound. */
function endOfHead(text: string): number {
  if (text.length <= maxRendered) return text.length;
  const paragraph = text.lastIndexOf('\n\n', maxRendered);
  const line = text.lastIndexOf('\n', maxRendered);
  return [paragraph, line].find(at => at > maxRendered / 2) ?? maxRendered;
}
