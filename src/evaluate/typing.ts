// Types held-out text key by key through the completer, as a person who takes a suggestion when all of it is right,
// the moment it appears, and never otherwise. After that, as after each key, the editor asks anew. What that saves, and how often suggestions were worth their place.

import type { CompletionRequest, CompletionResult } from '../complete/types.ts';
import type { DocumentFormat } from './documentState.ts';
import { stateWindow } from './documentState.ts';
import type { WritingState } from './editorKeys.ts';
import { keysBetween, press } from './editorKeys.ts';

/** The text from one offset to another is typed; all before it is there, nothing after it is. */
export interface TypedStretch {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly format: DocumentFormat;
}

/** Sums over stretches; figures of several add up. */
export class TypingFigures {
  /** Keys that the text takes without suggestions. */
  keysAlone = 0;
  /** Keys pressed with them, acceptances included. */
  keysPressed = 0;
  /** The same where of a suggestion that is partly right each right word may be accepted by a key too (estimated). */
  keysByWord = 0;
  /** Suggestions that appeared; one that is typed into is still the same. */
  shown = 0;
  accepted = 0;
  /** Of each request from its arrival to its answer. */
  readonly latenciesMs: number[] = [];
  /** Runs of the network, over all requests. */
  runs = 0;

  add(other: TypingFigures): void {
    this.keysAlone += other.keysAlone;
    this.keysPressed += other.keysPressed;
    this.keysByWord += other.keysByWord;
    this.shown += other.shown;
    this.accepted += other.accepted;
    this.latenciesMs.push(...other.latenciesMs);
    this.runs += other.runs;
  }

  get keystrokesSaved(): number {
    return this.keysAlone === 0 ? 0 : 1 - this.keysPressed / this.keysAlone;
  }

  get keystrokesSavedByWord(): number {
    return this.keysAlone === 0 ? 0 : 1 - this.keysByWord / this.keysAlone;
  }

  /** Accepted of shown; 0 where none was. */
  get precision(): number {
    return this.shown === 0 ? 0 : this.accepted / this.shown;
  }
}

/** The request that the editor makes while somebody types. */
export function typingRequest(window: CompletionRequest['window'], showThreshold: number): CompletionRequest {
  return { window, trigger: 'automatic', alternatives: 1, showThreshold, maxTokens: 48, multiLine: true };
}

/**
 * Types one stretch and adds to the figures. `uri` must be new to the completer. A suggestion may reach beyond the
 * stretch's end: it is judged by the whole text.
 */
export async function typeStretch(
  complete: (request: CompletionRequest) => Promise<CompletionResult>,
  uri: string,
  { text, from, to, format }: TypedStretch,
  showThreshold: number,
  figures: TypingFigures,
): Promise<void> {
  let state: WritingState = { position: from, indented: '' };
  const isRight = ({ position, indented }: WritingState, suggested: string) =>
    suggested !== '' && indented === '' && text.startsWith(suggested, position);
  let suggestion = '';
  /** What is on display, as the whole text that it would make. */
  let displayed = '';
  /** Up to where words of suggestions that were partly right have been accepted, were they accepted. */
  let acceptedByWord = from;
  while (state.position < to) {
    figures.keysPressed++;
    if (isRight(state, suggestion)) {
      figures.accepted++;
      const position = state.position + suggestion.length;
      if (position > acceptedByWord) figures.keysByWord++;
      state = { position, indented: '' };
    } else {
      if (state.position >= acceptedByWord) figures.keysByWord++;
      state = press(text, state, format);
    }
    if (state.position >= to) break;

    const before = text.slice(0, state.position) + state.indented;
    const result = await complete(
      typingRequest(stateWindow(uri, format, { before, after: '' }), showThreshold),
    );
    figures.latenciesMs.push(result.timings.totalMs);
    figures.runs += result.timings.runs;
    suggestion = result.kind === 'completion' ? (result.items[0]?.text ?? '') : '';
    const shown = suggestion === '' ? '' : before + suggestion;
    const isNew = shown !== '' && shown !== displayed;
    displayed = shown;
    if (!isNew) continue;
    figures.shown++;
    if (state.position < acceptedByWord || state.indented !== '' || isRight(state, suggestion)) continue;
    const words = rightWords(suggestion, text.slice(state.position));
    const end = state.position + words.join('').length;
    if (keysBetween(text, state.position, end, format) <= words.length) continue;
    figures.keysByWord += words.length;
    acceptedByWord = end;
  }
  figures.keysAlone += keysBetween(text, from, state.position, format);
}

/** The leading words of a suggestion that are right, as accepting word by word takes them. */
function rightWords(suggestion: string, following: string): readonly string[] {
  const words: string[] = [];
  let at = 0;
  for (const [word] of suggestion.matchAll(/(?<!\s)\s*(?:[\p{L}\p{N}_$]+|[^\p{L}\p{N}_$\s]+)/gu)) {
    if (!following.startsWith(word, at)) break;
    words.push(word);
    at += word.length;
  }
  return words;
}
