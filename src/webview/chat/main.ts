// The chat page: state in one place, changed by actions, shown by the parts of the page; what the user does becomes
// messages to the extension, which has the conversation.

import '@vscode-elements/elements/dist/vscode-button/index.js';
import { errorMessage } from '../../base/logger.ts';
import { connect } from '../../base/requests/connect.ts';
import { serve } from '../../base/requests/serve.ts';
import { openChannel, reportDropped } from '../channel.ts';
import { element, onceAFrame } from '../dom.ts';
import { completingAt } from './completion.ts';
import { composer } from './composer.ts';
import { conversationView } from './conversationView.ts';
import { chatHostApi, chatPageApi } from '../../pages/chat/api.ts';
import type { ChatAction, ChatViewState } from './viewState.ts';
import { initialChatState, reduceChat, runningTurn } from './viewState.ts';

let state: ChatViewState = initialChatState;
let lastQuery = 0;
const drawSoon = onceAFrame(draw);

const channel = openChannel();
const { calls: host } = connect(chatHostApi, channel.port);
serve(chatPageApi, channel.port, { update: receive }, reportDropped);
const notice = element('p', { class: 'notice', role: 'status', 'aria-live': 'polite' });
const box = composer({ dispatch, state: () => state, send, stop });
const conversation = conversationView(host, text => {
  dispatch({ kind: 'compose', text });
  box.focus();
});
document.body.append(element('main', {}, conversation.root, notice, box.root));

const draft = channel.kept();
if (typeof draft === 'string') dispatch({ kind: 'compose', text: draft });
document.addEventListener('keydown', event => {
  if (event.key === 'Escape' && !event.defaultPrevented) stop();
});
window.addEventListener('focus', () => {
  if (document.activeElement === document.body) box.focus();
});
host.ready();
draw();
if (document.hasFocus()) box.focus();

function receive(action: ChatAction): void {
  dispatch(action);
  if (action.kind === 'compose' || action.kind === 'focus') box.focus();
}

function dispatch(action: ChatAction): void {
  const before = state;
  state = reduceChat(before, action);
  if (state.draft !== before.draft) channel.keep(state.draft);
  if (action.kind === 'typed') {
    const completing = completingAt(state.draft, state.caret);
    if (completing?.kind === 'file') void listFiles(completing.query);
  }
  // What streams is drawn once a frame; what the user does, at once.
  if (action.kind === 'events') drawSoon();
  else draw();
}

async function listFiles(query: string): Promise<void> {
  const id = ++lastQuery;
  try {
    const paths = await host.listFiles({ query });
    // A list that answers an earlier query comes too late.
    if (id === lastQuery) dispatch({ kind: 'files', paths });
  } catch (error) {
    dispatch({ kind: 'notice', text: errorMessage(error) });
  }
}

function draw(): void {
  conversation.update(state);
  box.update(state);
  if (notice.textContent !== state.notice) notice.textContent = state.notice;
}

function send(): void {
  const text = state.draft.trim();
  if (text === '' || runningTurn(state) !== undefined) return;
  host.ask({ text });
  dispatch({ kind: 'compose', text: '' });
}

function stop(): void {
  if (runningTurn(state) !== undefined) host.stop();
}
