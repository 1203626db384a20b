// The box at the bottom: what is typed, the keys that do something there, what the question sees, and send or stop.

import { element, icon, iconButton } from '../dom.ts';
import { isBoxCommand, needsNoWords } from '../../pages/chat/commands.ts';
import { completionListView, listId } from './completionListView.ts';
import { shownText } from './markdown.ts';
import type { Surroundings } from '../../pages/chat/api.ts';
import type { ChatAction, CompletionList, ChatViewState } from './viewState.ts';
import { runningTurn } from './viewState.ts';

export interface ComposerParts {
  readonly dispatch: (action: ChatAction) => void;
  readonly state: () => ChatViewState;
  readonly send: () => void;
  readonly stop: () => void;
}

export interface Composer {
  readonly root: HTMLElement;
  update(state: ChatViewState): void;
  focus(): void;
}

export function composer({ dispatch, state, send, stop }: ComposerParts): Composer {
  const list = completionListView(index => {
    dispatch({ kind: 'complete', index });
  });
  const box = element('textarea', {
    rows: '1',
    'aria-label': 'Ask about this workspace',
    'aria-autocomplete': 'list',
    'aria-haspopup': 'listbox',
    'aria-controls': listId,
    'aria-describedby': 'hint',
    placeholder: 'Ask, or type / for commands',
    spellcheck: 'false',
  });
  const sendButton = iconButton('send', 'Send (Enter)', send);
  const stopButton = iconButton('debug-stop', 'Stop (Escape)', stop);
  const context = element('p', { class: 'context', id: 'hint' });
  const root = element(
    'div',
    { class: 'composer' },
    list.root,
    element(
      'div',
      { class: 'box' },
      box,
      element('div', { class: 'box-foot' }, context, sendButton, stopButton),
    ),
  );

  const tell = (): void => {
    dispatch({ kind: 'typed', text: box.value, caret: box.selectionStart });
  };
  box.addEventListener('input', tell);
  box.addEventListener('click', tell);
  box.addEventListener('blur', () => {
    dispatch({ kind: 'closeList' });
  });
  box.addEventListener('keydown', event => {
    const action = keyAction(event, box, state());
    if (action === undefined) return;
    event.preventDefault();
    if (action === 'send') send();
    else if (action === 'stop') stop();
    else dispatch(action);
  });

  return {
    root,
    update(now) {
      if (box.value !== now.draft) {
        box.value = now.draft;
        box.setSelectionRange(now.caret, now.caret);
      }
      const selected = list.update(now.list);
      if (selected === undefined) box.removeAttribute('aria-activedescendant');
      else box.setAttribute('aria-activedescendant', selected);
      const isRunning = runningTurn(now) !== undefined;
      sendButton.hidden = isRunning;
      stopButton.hidden = !isRunning;
      sendButton.classList.toggle('inactive', now.draft.trim() === '');
      context.replaceChildren(...contextLine(now.surroundings));
    },
    focus() {
      box.focus();
    },
  };
}

/** Whether there is nothing to complete any more: Enter then sends. A command that needs words is not at its end. */
function isTypedOut(
  { completing: { kind, query, start }, items, selected }: CompletionList,
  draft: string,
): boolean {
  if (kind === 'command') return isBoxCommand(query) && needsNoWords(query);
  return items[selected]?.insert.trim() === draft.slice(start).trim();
}

/** What a key does in the box; undefined where it does what it always does. */
function keyAction(
  event: KeyboardEvent,
  box: HTMLTextAreaElement,
  state: ChatViewState,
): ChatAction | 'send' | 'stop' | undefined {
  if (event.isComposing || event.altKey) return undefined;
  const isRunning = runningTurn(state) !== undefined;
  if (state.list !== undefined) {
    if (event.key === 'ArrowDown') return { kind: 'moveInList', by: 1 };
    if (event.key === 'ArrowUp') return { kind: 'moveInList', by: -1 };
    if (event.key === 'Tab' && !event.shiftKey) return { kind: 'complete' };
    if (event.key === 'Enter' && !event.shiftKey) {
      return isTypedOut(state.list, state.draft) ? 'send' : { kind: 'complete' };
    }
    if (event.key === 'Escape') return { kind: 'closeList' };
  }
  if (event.key === 'Enter' && !event.shiftKey) return 'send';
  if (event.key === 'Escape' && isRunning) return 'stop';
  const isUntouched = state.draft === '' || state.recalled > 0;
  if (event.key === 'ArrowUp' && isUntouched && !box.value.slice(0, box.selectionStart).includes('\n')) {
    return { kind: 'recall', by: 1 };
  }
  if (event.key === 'ArrowDown' && state.recalled > 0) return { kind: 'recall', by: -1 };
  return undefined;
}

function contextLine({ obstacle, selection, file }: Surroundings): (HTMLElement | string)[] {
  if (obstacle !== null) return [icon('info'), element('span', {}, obstacle)];
  const seen = selection ?? file;
  if (seen === null) return [element('span', {}, 'No file open')];
  const title =
    selection === null ? 'The file that questions see' : 'The selection that #selection stands for';
  return [
    icon(selection === null ? 'file' : 'selection'),
    element('span', { title }, element('bdi', {}, shownText(seen))),
  ];
}
