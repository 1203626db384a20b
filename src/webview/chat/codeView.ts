// Generated code: each token shaded by how sure its author was, a legend of the shades, and what can be done with it.

import { linesText } from '../../chat/model/placeText.ts';
import { element, icon, iconButton } from '../dom.ts';
import { showCode } from './colouring.ts';
import type { ConfidenceStep } from './confidence.ts';
import { confidenceStep, confidenceSteps, confidenceText } from './confidence.ts';
import type { PartOf } from '../../pages/chat/conversation.ts';
import { codeOf } from '../../pages/chat/conversation.ts';
import { shownText } from './markdown.ts';
import type { ChatPageHost } from '../../pages/chat/api.ts';
import type { PartPlace } from './snippetView.ts';

export interface CodeView {
  readonly root: HTMLElement;
  update(part: PartOf<'code'>): void;
}

export function codeView(first: PartOf<'code'>, place: PartPlace, host: ChatPageHost): CodeView {
  const code = element('code');
  const legend = confidenceLegend();
  const { target } = first;
  const review = element('vscode-button', { class: 'review' }, 'Review as diff');
  review.addEventListener('click', () => {
    host.apply(place);
  });
  const root = element(
    'figure',
    { class: 'card generated' },
    element(
      'figcaption',
      { class: 'card-head' },
      element('span', { class: 'card-title' }, icon('sparkle'), element('bdi', {}, titleOf(first))),
      element(
        'span',
        { class: 'card-actions' },
        iconButton('insert', 'Insert at cursor', () => {
          host.insert(place);
        }),
        iconButton('copy', 'Copy the code', () => {
          host.copy(place);
        }),
      ),
    ),
    element('pre', { class: 'code', tabindex: '0', 'aria-label': 'Generated code' }, code),
    element('div', { class: 'card-foot' }, legend, target === undefined ? undefined : review),
  );
  const update = (part: PartOf<'code'>): void => {
    showCode(code, codeOf(part), part.languageId, () => {
      shade(code, part.tokens);
    });
    legend.hidden = part.tokens.every(({ confidence }) => confidence === null);
  };
  update(first);
  return { root, update };
}

function titleOf({ target }: PartOf<'code'>): string {
  if (target === undefined) return 'Generated code';
  const lines = target.kind === 'insert' ? String(target.line) : linesText(target);
  const name = target.path.slice(target.path.lastIndexOf('/') + 1);
  return `For ${shownText(name)}:${lines}`;
}

/** Wraps each token's stretch of the coloured code, which colours may cut in pieces. */
function shade(code: HTMLElement, tokens: PartOf<'code'>['tokens']): void {
  const texts: Text[] = [];
  const walker = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) texts.push(walker.currentNode as Text);
  let [text, index] = [texts[0], 0];
  for (const token of tokens) {
    let left = token.text.length;
    while (left > 0 && text !== undefined) {
      const rest: Text | undefined = text.length > left ? text.splitText(left) : undefined;
      left -= text.length;
      wrap(text, token.confidence);
      text = rest ?? texts[++index];
    }
  }
}

function wrap(text: Text, confidence: number | null): void {
  const step = confidenceStep(confidence);
  if (step === undefined || confidence === null) return;
  const span = element('span', { class: `token ${step}`, title: confidenceText(confidence) });
  text.replaceWith(span);
  span.append(text);
}

const stepNames: Readonly<Record<ConfidenceStep, string>> = {
  guess: 'a guess',
  unsure: 'unsure',
  fair: 'fair',
  sure: 'sure',
  certain: 'certain',
};

function confidenceLegend(): HTMLElement {
  const steps = confidenceSteps.map(step => element('span', { class: `token ${step}` }, stepNames[step]));
  return element('p', { class: 'legend' }, 'How sure: ', ...steps.flatMap(step => [step, ' ']));
}
