// A question and its answer. An answer that is being written is marked busy, so that screen readers read it once, whole.

import { element, icon, iconButton } from '../dom.ts';
import type { AnswerPart, Turn } from '../../pages/chat/conversation.ts';
import { shownText } from './markdown.ts';
import type { ChatPageHost } from '../../pages/chat/api.ts';
import type { PartView } from './partView.ts';
import { partView } from './partView.ts';

export interface TurnView {
  readonly root: HTMLElement;
  update(turn: Turn): void;
}

export function turnView(first: Turn, host: ChatPageHost): TurnView {
  const views: { part: AnswerPart; view: PartView }[] = [];
  const answer = element('div', { class: 'answer' });
  const progress = element('p', { class: 'progress' });
  const timing = element('span', { class: 'timing' });
  const foot = element(
    'footer',
    { class: 'turn-foot' },
    iconButton('copy', 'Copy the answer', () => {
      host.copy({ turn: first.id, part: null });
    }),
    iconButton('refresh', 'Ask again', () => {
      host.retry({ turn: first.id });
    }),
    timing,
  );
  let question = { root: questionView(first), attached: first.attached.join('\n') };
  const root = element('article', { class: 'turn' }, question.root, answer, progress, foot);

  const update = (turn: Turn): void => {
    const isRunning = turn.status === 'running';
    root.setAttribute('aria-busy', String(isRunning));
    // What is handed along is known only once it was looked up.
    const attached = turn.attached.join('\n');
    if (attached !== question.attached) {
      const next = questionView(turn);
      question.root.replaceWith(next);
      question = { root: next, attached };
    }
    for (const [index, part] of turn.parts.entries()) {
      const shown = views[index];
      if (shown === undefined) {
        const view = partView(part, { turn: turn.id, part: index }, host);
        views.push({ part, view });
        answer.append(view.root);
      } else if (shown.part !== part) {
        shown.view.update(part);
        shown.part = part;
      }
    }
    progress.hidden = !isRunning;
    progress.textContent = turn.progress === '' ? (turn.parts.length === 0 ? 'Looking' : '') : turn.progress;
    foot.hidden = isRunning;
    timing.textContent = footText(turn);
  };
  update(first);
  return { root, update };
}

function questionView({ question, attached }: Turn): HTMLElement {
  const [, command, rest = question] = /^(\/[a-z]+)(?!\S)(.*)$/is.exec(question) ?? [];
  const chips = attached.map(label =>
    element('li', {}, icon(/:\d/.test(label) ? 'selection' : 'file'), element('bdi', {}, shownText(label))),
  );
  return element(
    'header',
    { class: 'question' },
    element(
      'h2',
      {},
      element('span', { class: 'unseen' }, 'You asked: '),
      command === undefined ? undefined : element('strong', { class: 'command' }, command),
      shownText(rest),
    ),
    chips.length === 0 ? undefined : element('ul', { class: 'attached', 'aria-label': 'Attached' }, ...chips),
  );
}

function footText({ status, timings, parts }: Turn): string {
  switch (status) {
    case 'running':
      return '';
    case 'stopped':
      return 'Stopped';
    case 'failed':
      return 'Failed';
    case 'done':
      return timings === undefined ? '' : `${seconds(timings.totalMs)} ${placeOfWork(parts)}`;
    default:
      return status satisfies never;
  }
}

/** Where the answer was made: what an endpoint wrote was not made here alone. */
function placeOfWork(parts: Turn['parts']): string {
  for (const part of parts)
    if (part.kind === 'author' && part.author.kind === 'endpoint')
      return `with ${shownText(part.author.name)}`;
  return 'on this machine';
}

function seconds(ms: number): string {
  return ms < 1000 ? `${Math.max(1, Math.round(ms))} ms` : `${(ms / 1000).toFixed(1)} s`;
}
