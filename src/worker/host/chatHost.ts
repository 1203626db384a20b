// The worker's side of chat: answers beside the suggestions, which keep their latency. What the network writes goes
// through the queue of the requests one run at a time, with caches of its own.

import type { CancellationToken } from '../../base/cancellation.ts';
import { CancellationError, CancellationSource, throwIfCancelled } from '../../base/cancellation.ts';
import { errorMessage } from '../../base/logger.ts';
import type { SerialQueue } from '../../base/scheduling/serialQueue.ts';
import { answer } from '../../chat/answers/answer.ts';
import { endpointWriter } from '../../chat/endpoint/endpointWriter.ts';
import { modelWriter } from '../../chat/writers/modelWriter.ts';
import type { ChatSources } from '../../chat/search/retrieve.ts';
import type { ChatEvent } from '../../chat/model/types.ts';
import { write } from '../../chat/writing/writing.ts';
import type { WriterParts } from '../../chat/writing/writtenTokens.ts';
import { MixedPredictor } from '../../infer/predictor.ts';
import type { AnswerWriter } from '../../chat/writers/writer.ts';
import type { ChatModel, ChatModelParts } from '../engine/chatModel.ts';
import { loadChatModel } from '../engine/chatModel.ts';
import type { ChatWriter } from '../protocol/chatMessages.ts';
import type { EngineHome } from '../engine/engineHome.ts';
import type { RunGate } from '../../infer/decoder.ts';
import type { Engine } from '../engine/loadEngine.ts';
import type { EngineOptions, FromWorker, ToWorker } from '../protocol/messages.ts';
import type { Traffic } from '../../base/scheduling/traffic.ts';
import { TrafficSlices } from '../../base/scheduling/traffic.ts';

export interface ChatHostParts {
  readonly home: Pick<EngineHome, 'askEndpoint'> & ChatModelParts['home'];
  /** What the engine was told of the devices. */
  readonly devices: EngineOptions['devices'];
  readonly engine: Pick<Engine, 'apart' | 'memory' | 'report'>;
  /** What the open workspace holds, complete or after so many milliseconds. Rejects when cancelled. */
  readonly sources: (
    patienceMs: number,
    onWait: (text: string) => void,
    cancellation: CancellationToken,
  ) => Promise<ChatSources | undefined>;
  /** Of all that runs the network. */
  readonly queue: SerialQueue;
  readonly traffic: Traffic;
  readonly post: (message: FromWorker) => void;
}

/** How long a question waits for a workspace that is still being read. */
const patienceMs = 20_000;

type Question = Extract<ToWorker, { kind: 'ask' }>;

export class ChatHost {
  private readonly parts: ChatHostParts;
  private readonly running = new Map<number, CancellationSource>();
  private readonly slicer: TrafficSlices;
  private writer: WriterParts | undefined;
  /** The instruct model, once it was asked for. */
  private model: { readonly folder: string; readonly loading: Promise<ChatModel> } | undefined;
  /** Answers, one after another: the writer is not re-entrant. */
  private last: Promise<void> = Promise.resolve();

  constructor(parts: ChatHostParts) {
    this.parts = parts;
    this.slicer = new TrafficSlices(parts.traffic);
  }

  private readonly gate: RunGate = async run => {
    await this.slicer.giveWay();
    return this.parts.queue.run(run);
  };

  /** Posts the events of the answer, of which the last is an end. Never rejects. */
  async ask(question: Question): Promise<void> {
    const { id } = question;
    const source = new CancellationSource();
    this.running.set(id, source);
    const before = this.last;
    const ended = this.endsOnce(id);
    // Who gives up while others are answered need not wait for them.
    const giveUp = source.token.onCancellationRequested(() => {
      ended({ kind: 'stopped' });
    });
    const own = before.then(async () => {
      giveUp.dispose();
      try {
        await this.answer(question, source.token, ended);
      } catch (error) {
        ended(
          error instanceof CancellationError
            ? { kind: 'stopped' }
            : { kind: 'failed', message: errorMessage(error) },
        );
      } finally {
        this.running.delete(id);
      }
    });
    this.last = own;
    await own;
  }

  cancel(id: number): void {
    this.running.get(id)?.cancel();
  }

  /** Ends all answers, and lets go of the model. */
  dispose(): void {
    this.cancelAll();
    void this.last.then(() => this.dropModel());
  }

  /** Ends all answers. */
  cancelAll(): void {
    for (const cancellation of this.running.values()) cancellation.cancel();
  }

  private async answer(
    { request, writer }: Question,
    token: CancellationToken,
    post: (event: ChatEvent) => void,
  ): Promise<void> {
    throwIfCancelled(token);
    const sources = await this.parts.sources(
      patienceMs,
      text => {
        post({ kind: 'progress', text });
      },
      token,
    );
    const events = answer(
      request,
      {
        sources,
        write: (asked, stop) => write(asked, sources, this.writing(), stop),
        writer: writer && (() => this.writerOf(writer)),
      },
      token,
    );
    for await (const event of events) {
      post(event);
      // Lets a cancellation in, and a suggestion that waits.
      await this.slicer.giveWay();
    }
  }

  /** Posts events of an answer until one of them ends it. */
  private endsOnce(id: number): (event: ChatEvent) => void {
    let hasEnded = false;
    return event => {
      if (hasEnded) return;
      hasEnded = event.kind === 'done' || event.kind === 'stopped' || event.kind === 'failed';
      this.parts.post({ kind: 'chatEvent', id, event });
    };
  }

  private async writerOf(writer: ChatWriter): Promise<AnswerWriter> {
    const { home, devices, post } = this.parts;
    const { askEndpoint } = home;
    if (writer.kind === 'endpoint') {
      const itself = endpointWriter(writer);
      if (askEndpoint === undefined) return itself;
      return { ...itself, write: (messages, cancellation) => askEndpoint(writer, messages, cancellation) };
    }
    if (this.model?.folder !== writer.folder) {
      await this.dropModel();
      const options = { ...writer, devices };
      const loading = loadChatModel(writer.folder, { home, options, gate: this.gate, post });
      this.model = { folder: writer.folder, loading };
    }
    const { model } = this;
    try {
      return modelWriter(await model.loading);
    } catch (error) {
      // What was wrong may be put right before the next question.
      if (this.model === model) this.model = undefined;
      throw error;
    }
  }

  private async dropModel(): Promise<void> {
    const { model } = this;
    this.model = undefined;
    (await model?.loading.catch(() => undefined))?.dispose();
  }

  private writing(): WriterParts {
    if (this.writer !== undefined) return this.writer;
    const { engine } = this.parts;
    const { decoder, vocabulary, prompts, mixture, alone } = engine.apart(this.gate);
    const predictor = new MixedPredictor({ decoder, memory: engine.memory, mixture, alone });
    this.writer = { predictor, vocabulary, prompts, modelName: engine.report.modelName };
    return this.writer;
  }
}
