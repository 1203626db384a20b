// The conversation of this window: its turns, the one answer that is being written, and what of it is kept. Pages are told
// of every change and hold copies.

import type { CancellationToken } from '../../base/cancellation.ts';
import { CancellationSource } from '../../base/cancellation.ts';
import type { Disposable } from '../../base/disposable.ts';
import { Emitter } from '../../base/event.ts';
import type { Logger } from '../../base/logger.ts';
import { errorMessage } from '../../base/logger.ts';
import type { ChatEvent } from '../../chat/model/types.ts';
import { chatLimits } from '../../chat/model/types.ts';
import type { AnswerPart, Turn } from '../../pages/chat/conversation.ts';
import { applyEvent, startTurn } from '../../pages/chat/conversation.ts';
import type { ChatPageChange } from '../../pages/chat/api.ts';
import type { ChatHistory } from './chatHistory.ts';

/** A question whose references were looked up. */
export interface PreparedQuestion {
  /** What is handed along, as shown. */
  readonly attached: readonly string[];
  /** Answers, given the turns before. The last event is `done`, `stopped` or `failed`. */
  answer(
    before: readonly Turn[],
    onEvent: (event: ChatEvent) => void,
    cancellation: CancellationToken,
  ): Promise<void>;
}

export interface ChatSessionParts {
  readonly prepare: (typed: string) => Promise<PreparedQuestion>;
  readonly history: Pick<ChatHistory, 'load' | 'save'>;
  readonly logger: Logger;
}

export class ChatSession implements Disposable {
  private readonly parts: ChatSessionParts;
  private readonly changes = new Emitter<ChatPageChange>();
  private current: readonly Turn[];
  private running: { readonly id: number; readonly cancellation: CancellationSource } | undefined;
  private lastId: number;

  /** Fires what pages must be told. */
  readonly onDidChange = this.changes.event;

  constructor(parts: ChatSessionParts) {
    this.parts = parts;
    this.current = parts.history.load();
    this.lastId = Math.max(0, ...this.current.map(({ id }) => id));
  }

  get turns(): readonly Turn[] {
    return this.current;
  }

  /** The part of an answer that a page names; undefined if there is none such. */
  part(turn: number, part: number): AnswerPart | undefined {
    return this.current.find(({ id }) => id === turn)?.parts[part];
  }

  /** Asks, after stopping what is being answered. Resolves when the answer ended; never rejects. */
  async ask(typed: string): Promise<void> {
    this.stop();
    const id = ++this.lastId;
    const cancellation = new CancellationSource();
    this.running = { id, cancellation };
    const before = this.current;
    // One character more than is answered, so that it is still too long when it is asked again.
    const shown = typed.slice(0, chatLimits.questionChars + 1);
    this.show([...before, startTurn(id, shown, [])]);
    try {
      const question = await this.parts.prepare(typed);
      if (cancellation.token.isCancellationRequested) return;
      this.show(this.current.map(turn => (turn.id === id ? { ...turn, attached: question.attached } : turn)));
      await this.keep();
      await question.answer(
        before,
        event => {
          this.apply(id, event);
        },
        cancellation.token,
      );
    } catch (error) {
      this.parts.logger.error(`chat: ${errorMessage(error)}`);
      this.apply(id, { kind: 'failed', message: errorMessage(error) });
    } finally {
      // Nothing runs any more, even if the answerer did not say so.
      this.apply(id, { kind: 'stopped' });
      this.ended(id);
      await this.keep();
    }
  }

  /** Asks the question of a turn again, in its place if it is the last. */
  async retry(id: number): Promise<void> {
    const turn = this.current.find(candidate => candidate.id === id);
    if (turn === undefined) return;
    this.stop();
    if (this.current.at(-1)?.id === id) this.show(this.current.slice(0, -1));
    await this.ask(turn.question);
  }

  /** Stops what is being answered; what it has so far stays. */
  stop(): void {
    if (this.running === undefined) return;
    const { id, cancellation } = this.running;
    cancellation.cancel();
    this.apply(id, { kind: 'stopped' });
  }

  async clear(): Promise<void> {
    this.stop();
    this.show([]);
    await this.keep();
  }

  dispose(): void {
    this.running?.cancellation.cancel();
    this.changes.dispose();
  }

  /** Another answer may have begun meanwhile, and even have ended. */
  private ended(id: number): void {
    if (this.running?.id === id) this.running = undefined;
  }

  private show(turns: readonly Turn[]): void {
    this.current = turns;
    this.changes.fire({ kind: 'turns', turns });
  }

  private apply(id: number, event: ChatEvent): void {
    const turn = this.current.find(candidate => candidate.id === id);
    if (turn?.status !== 'running') return;
    const next = applyEvent(turn, event);
    this.current = this.current.map(candidate => (candidate === turn ? next : candidate));
    this.changes.fire({ kind: 'events', turn: id, events: [event] });
  }

  private async keep(): Promise<void> {
    await this.parts.history.save(this.current);
  }
}
