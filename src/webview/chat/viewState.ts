// The state of the chat page and every way that it changes, without a page: what the extension says, what is typed, and
// the keys that move in the list of completions and through earlier questions.

import type { Completing, BoxCompletion } from './completion.ts';
import { completingAt, completionItems } from './completion.ts';
import type { Turn } from '../../pages/chat/conversation.ts';
import { applyEvent } from '../../pages/chat/conversation.ts';
import type { ChatPageChange, Surroundings } from '../../pages/chat/api.ts';

export interface ChatViewState {
  readonly turns: readonly Turn[];
  readonly surroundings: Surroundings;
  readonly draft: string;
  readonly caret: number;
  /** The open list of completions. */
  readonly list: CompletionList | undefined;
  /** How many questions back the draft was recalled from; 0 for a draft of its own. */
  readonly recalled: number;
  /** What an action did; said once, shown until the next. */
  readonly notice: string;
}

export interface CompletionList {
  readonly completing: Completing;
  readonly items: readonly BoxCompletion[];
  readonly selected: number;
}

export type ChatAction =
  | ChatPageChange
  /** The files that fit what is typed behind an @. */
  | { readonly kind: 'files'; readonly paths: readonly string[] }
  | { readonly kind: 'typed'; readonly text: string; readonly caret: number }
  | { readonly kind: 'closeList' }
  | { readonly kind: 'moveInList'; readonly by: 1 | -1 }
  /** Puts an item into the draft, the selected one where `index` is left out. */
  | { readonly kind: 'complete'; readonly index?: number }
  /** One question further back, or forth again. */
  | { readonly kind: 'recall'; readonly by: 1 | -1 };

export const initialChatState: ChatViewState = {
  turns: [],
  surroundings: { file: null, selection: null, hasWorkspace: true, endpoint: null, obstacle: null },
  draft: '',
  caret: 0,
  list: undefined,
  recalled: 0,
  notice: '',
};

/** The turn that is being answered. */
export function runningTurn({ turns }: Pick<ChatViewState, 'turns'>): Turn | undefined {
  return turns.find(({ status }) => status === 'running');
}

export function reduceChat(state: ChatViewState, action: ChatAction): ChatViewState {
  switch (action.kind) {
    case 'turns':
      return { ...state, turns: action.turns, notice: '' };
    case 'events': {
      const turns = state.turns.map(turn =>
        turn.id === action.turn ? action.events.reduce(applyEvent, turn) : turn,
      );
      return { ...state, turns };
    }
    case 'surroundings':
      return { ...state, surroundings: action.surroundings };
    case 'files':
      return withFiles(state, action.paths);
    case 'compose':
      return { ...state, ...draftOf(action.text), list: undefined, recalled: 0 };
    case 'notice':
      return { ...state, notice: action.text };
    case 'focus':
      return state;
    case 'typed':
      return typed(state, action.text, action.caret);
    case 'closeList':
      return { ...state, list: undefined };
    case 'moveInList':
      return moved(state, action.by);
    case 'complete':
      return completed(state, action.index);
    case 'recall':
      return recalled(state, action.by);
    default:
      return action satisfies never;
  }
}

function typed(state: ChatViewState, draft: string, caret: number): ChatViewState {
  const completing = completingAt(draft, caret);
  const before = state.list;
  // Files of the query before stay until those of this one come, so that the list does not flicker.
  const files = completing?.kind === 'file' && before?.completing.kind === 'file' ? before.items : undefined;
  const items =
    completing === undefined ? [] : (files ?? completionItems(completing, [], state.surroundings.selection));
  const list =
    completing === undefined || items.length === 0 ? undefined : { completing, items, selected: 0 };
  return { ...state, draft, caret, list, recalled: draft === state.draft ? state.recalled : 0 };
}

function withFiles(state: ChatViewState, paths: readonly string[]): ChatViewState {
  const completing = completingAt(state.draft, state.caret);
  if (completing?.kind !== 'file') return state;
  const items = completionItems(completing, paths, null);
  return { ...state, list: items.length === 0 ? undefined : { completing, items, selected: 0 } };
}

function moved(state: ChatViewState, by: 1 | -1): ChatViewState {
  const { list } = state;
  if (list === undefined) return state;
  const { length } = list.items;
  return { ...state, list: { ...list, selected: (list.selected + by + length) % length } };
}

function completed(state: ChatViewState, index: number | undefined): ChatViewState {
  const { list, draft, caret } = state;
  const item = list?.items[index ?? list.selected];
  if (list === undefined || item === undefined) return state;
  const before = draft.slice(0, list.completing.start) + item.insert;
  const after = draft.slice(caret).replace(/^"?/, '');
  return { ...state, draft: before + after, caret: before.length, list: undefined };
}

function recalled(state: ChatViewState, by: 1 | -1): ChatViewState {
  const questions = state.turns.map(({ question }) => question);
  const back = Math.min(Math.max(state.recalled + by, 0), questions.length);
  if (back === state.recalled) return state;
  const question = back === 0 ? '' : (questions.at(-back) ?? '');
  return { ...state, ...draftOf(question), recalled: back, list: undefined };
}

function draftOf(draft: string): Pick<ChatViewState, 'draft' | 'caret'> {
  return { draft, caret: draft.length };
}
