// A quoted place: a header that opens it, its lines with their numbers, and what can be done with them.

import { linesText } from '../../chat/model/placeText.ts';
import type { Citation } from '../../chat/model/types.ts';
import { element, icon, iconButton } from '../dom.ts';
import { showCode } from './colouring.ts';
import { shownText } from './markdown.ts';
import type { ChatPageHost } from '../../pages/chat/api.ts';
import { openCitation } from './pageActions.ts';

/** Longer quotes are folded to their first lines until asked for. */
const foldedLines = 14;

export interface PartPlace {
  readonly turn: number;
  readonly part: number;
}

export function snippetView(citation: Citation, place: PartPlace, host: ChatPageHost): HTMLElement {
  const lines = citation.text.split('\n');
  const card = element(
    'figure',
    { class: 'card snippet' },
    element(
      'figcaption',
      { class: 'card-head' },
      placeButton(citation, host),
      element(
        'span',
        { class: 'card-actions' },
        iconButton('insert', 'Insert at cursor', () => {
          host.insert(place);
        }),
        iconButton('copy', 'Copy the lines', () => {
          host.copy(place);
        }),
      ),
    ),
    numberedCode(lines, citation),
  );
  if (lines.length > foldedLines + 2) fold(card, lines.length);
  return card;
}

/** The name of a place as a button that opens it. */
export function placeButton(citation: Citation, host: ChatPageHost): HTMLElement {
  const { path, symbol } = citation;
  const slash = path.lastIndexOf('/') + 1;
  const range = linesText(citation);
  const button = element(
    'button',
    { type: 'button', class: 'place-head', title: `Open ${shownText(path)}:${range}` },
    icon('file-code'),
    element('span', { class: 'place-name' }, element('bdi', {}, shownText(path.slice(slash))), `:${range}`),
    symbol === undefined ? undefined : element('bdi', { class: 'place-symbol' }, shownText(symbol)),
    slash === 0 ? undefined : element('bdi', { class: 'place-folder' }, shownText(path.slice(0, slash - 1))),
  );
  button.addEventListener('click', () => {
    openCitation(host, citation);
  });
  return button;
}

function numberedCode(lines: readonly string[], { line, text, languageId, path }: Citation): HTMLElement {
  const numbers = lines.map((_, index) => String(line + index)).join('\n');
  const code = element('code');
  showCode(code, text, languageId);
  return element(
    'div',
    { class: 'numbered', tabindex: '0', role: 'group', 'aria-label': `Lines of ${shownText(path)}` },
    element('pre', { class: 'numbers', 'aria-hidden': 'true' }, numbers),
    element('pre', { class: 'code' }, code),
  );
}

function fold(card: HTMLElement, lineCount: number): void {
  const label = `Show all ${lineCount} lines`;
  const button = element('button', { type: 'button', class: 'fold', 'aria-expanded': 'false' }, label);
  card.classList.add('folded');
  button.addEventListener('click', () => {
    const isFolded = card.classList.toggle('folded');
    button.setAttribute('aria-expanded', String(!isFolded));
    button.textContent = isFolded ? label : 'Show fewer lines';
  });
  card.append(button);
}
