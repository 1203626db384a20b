// The worker's side of chat: answers beside the suggestions, which keep their latency. What the network writes goes
// through the queue of the requests one run at a time, with caches of its own.

import { CancellationSource } from '../base/cancellation.ts';
import type { SerialQueue } from '../base/serialQueue.ts';
import { answer } from '../chat/answer.ts';
import type { ChatSources } from '../chat/retrieve.ts';
import type { ChatRequest } from '../chat/types.ts';
import { write } from '../chat/writing.ts';
import type { WriterParts } from '../chat/writtenTokens.ts';
import { MixedPredictor } from '../infer/predictor.ts';
import type { Engine } from './loadEngine.ts';
import type { FromWorker } from './messages.ts';
import type { Traffic } from './turns.ts';
import { Turns } from './turns.ts';

export interface ChatHostParts {
  readonly engine: Pick<Engine, 'apart' | 'memory' | 'report'>;
  /** What the open workspace holds, complete or after so many milliseconds. */
  readonly sources: (patienceMs: number, onWait: (text: string) => void) => Promise<ChatSources | undefined>;
  /** Of all that runs the network. */
  readonly queue: SerialQueue;
  readonly traffic: Traffic;
  readonly post: (message: FromWorker) => void;
}

/** How long a question waits for a workspace that is still being read. */
const patienceMs = 20_000;

export class ChatHost {
  private readonly parts: ChatHostParts;
  private readonly running = new Map<number, CancellationSource>();
  private readonly turns: Turns;
  private writer: WriterParts | undefined;
  /** Answers, one after another: the writer is not re-entrant. */
  private last: Promise<void> = Promise.resolve();

  constructor(parts: ChatHostParts) {
    this.parts = parts;
    this.turns = new Turns(parts.traffic);
  }

  /** Posts the events of the answer. Never rejects. */
  async ask(id: number, request: ChatRequest): Promise<void> {
    const cancellation = new CancellationSource();
    this.running.set(id, cancellation);
    const before = this.last;
    const own = before.then(() => this.answer(id, request, cancellation));
    this.last = own;
    await own;
  }

  cancel(id: number): void {
    this.running.get(id)?.cancel();
  }

  /** Ends all answers. */
  cancelAll(): void {
    for (const cancellation of this.running.values()) cancellation.cancel();
  }

  private async answer(id: number, request: ChatRequest, { token }: CancellationSource): Promise<void> {
    const { post } = this.parts;
    const sources = await this.parts.sources(patienceMs, text => {
      if (!token.isCancellationRequested) post({ kind: 'chatEvent', id, event: { kind: 'progress', text } });
    });
    const events = answer(
      request,
      { sources, write: (asked, stop) => write(asked, sources, this.writing(), stop) },
      token,
    );
    for await (const event of events) {
      post({ kind: 'chatEvent', id, event });
      // Lets a cancellation in, and a suggestion that waits.
      await this.turns.giveWay();
    }
    this.running.delete(id);
  }

  private writing(): WriterParts {
    if (this.writer !== undefined) return this.writer;
    const { engine, queue } = this.parts;
    const { decoder, vocabulary, prompts, mixture, alone } = engine.apart(async run => {
      await this.turns.giveWay();
      return queue.run(run);
    });
    const predictor = new MixedPredictor({ decoder, memory: engine.memory, mixture, alone });
    this.writer = { predictor, vocabulary, prompts, modelName: engine.report.modelName };
    return this.writer;
  }
}
