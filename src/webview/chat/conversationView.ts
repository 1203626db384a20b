// The turns, in a log that screen readers follow. While an answer streams it stays at its end, unless the user scrolled up
// to read, and never beyond the question: an answer is read from its beginning.

import { element } from '../dom.ts';
import type { Turn } from '../../pages/chat/conversation.ts';
import type { ChatPageHost } from '../../pages/chat/api.ts';
import type { TurnView } from './turnView.ts';
import { turnView } from './turnView.ts';
import type { ChatViewState } from './viewState.ts';
import { welcome } from './welcome.ts';

export interface ConversationView {
  readonly root: HTMLElement;
  update(state: Pick<ChatViewState, 'turns' | 'surroundings'>): void;
}

/** Pixels from the end that still count as at the end. */
const nearEnd = 40;

/** Pixels above a question that is scrolled to. */
const marginAbove = 10;

/** `begin` gets the text of a question that the welcome proposes. */
export function conversationView(host: ChatPageHost, begin: (text: string) => void): ConversationView {
  const views = new Map<number, { turn: Turn; view: TurnView }>();
  const log = element('div', { class: 'log', role: 'log', 'aria-label': 'Conversation', tabindex: '-1' });
  const greeting = welcome(begin);
  const root = element('div', { class: 'scroll' }, greeting.root, log);

  const show = (turn: Turn): boolean => {
    const shown = views.get(turn.id);
    if (shown?.turn === turn) return false;
    // An answer that began anew is drawn anew: what it had is no start of what it has.
    if (shown !== undefined && turn.parts.length >= shown.turn.parts.length) {
      shown.view.update(turn);
      shown.turn = turn;
      return true;
    }
    const view = turnView(turn, host);
    if (shown === undefined) log.append(view.root);
    else shown.view.root.replaceWith(view.root);
    views.set(turn.id, { turn, view });
    return true;
  };

  return {
    root,
    update({ turns, surroundings }) {
      greeting.update(surroundings.endpoint);
      const wasAtEnd = root.scrollHeight - root.scrollTop - root.clientHeight < nearEnd;
      const isNew = turns.some(({ id }) => !views.has(id));
      const ids = new Set(turns.map(({ id }) => id));
      for (const [id, { view }] of views) {
        if (ids.has(id)) continue;
        view.root.remove();
        views.delete(id);
      }
      const changed = turns.map(show).includes(true);
      greeting.root.hidden = turns.length > 0;
      log.hidden = turns.length === 0;
      const newest = log.lastElementChild;
      if ((isNew || (changed && wasAtEnd)) && newest instanceof HTMLElement) {
        root.scrollTop = Math.min(root.scrollHeight - root.clientHeight, newest.offsetTop - marginAbove);
      }
    },
  };
}
