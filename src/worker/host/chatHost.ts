// The worker's side of chat: answers beside the suggestions, which keep their latency. What the network writes goes
// through the queue of the requests one run at a time, with caches of its own.

import type { CancellationToken } from '../../base/cancellation.ts';
import { CancellationError, CancellationSource, throwIfCancelled } from '../../base/cancellation.ts';
import { errorMessage } from '../../base/logger.ts';
import { reported } from '../../base/requests/reported.ts';
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
import type { ChatWriter } from '../protocol/chatWriter.ts';
import type { ChatQuestion } from '../protocol/engineApi.ts';
import type { EngineOptions } from '../protocol/engineOptions.ts';
import type { EngineHome } from '../engine/engineHome.ts';
import type { RunGate } from '../../infer/decoder.ts';
import type { Engine } from '../engine/loadEngine.ts';
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
  readonly editor: ChatModelParts['editor'];
}

/** How long a question waits for a workspace that is still being read. */
const patienceMs = 20_000;

export class ChatHost {
  private readonly parts: ChatHostParts;
  private readonly running = new Set<CancellationSource>();
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

  /** The events of the answer, of which the last is an end. Never throws. */
  ask(question: ChatQuestion, token: CancellationToken): AsyncGenerator<ChatEvent, void> {
    return reported(report => this.answerInTurn(question, token, report));
  }

  private async answerInTurn(
    question: ChatQuestion,
    token: CancellationToken,
    report: (event: ChatEvent) => void,
  ): Promise<void> {
    const source = new CancellationSource();
    this.running.add(source);
    const asked = token.onCancellationRequested(() => {
      source.cancel();
    });
    const before = this.last;
    const ended = endsOnce(report);
    // A question that is given up while others are answered does not wait for them.
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
        asked.dispose();
        this.running.delete(source);
      }
    });
    this.last = own;
    await own;
  }

  /** Ends all answers, and lets go of the model. */
  dispose(): void {
    this.cancelAll();
    void this.last.then(() => this.dropModel());
  }

  /** Ends all answers. */
  cancelAll(): void {
    for (const source of this.running) source.cancel();
  }

  private async answer(
    { request, writer }: ChatQuestion,
    token: CancellationToken,
    report: (event: ChatEvent) => void,
  ): Promise<void> {
    throwIfCancelled(token);
    const sources = await this.parts.sources(
      patienceMs,
      text => {
        report({ kind: 'progress', text });
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
      report(event);
      // Lets a cancellation in, and a suggestion that waits.
      await this.slicer.giveWay();
    }
  }

  private async writerOf(writer: ChatWriter): Promise<AnswerWriter> {
    const { home, devices, editor } = this.parts;
    const { askEndpoint } = home;
    if (writer.kind === 'endpoint') {
      const itself = endpointWriter(writer);
      if (askEndpoint === undefined) return itself;
      return { ...itself, write: (messages, cancellation) => askEndpoint(writer, messages, cancellation) };
    }
    if (this.model?.folder !== writer.folder) {
      await this.dropModel();
      const options = { ...writer, devices };
      const loading = loadChatModel(writer.folder, { home, options, gate: this.gate, editor });
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
    const { decoder, tokenizer, vocabulary, prompts, mixture, alone } = engine.apart(this.gate);
    const predictor = new MixedPredictor({ decoder, memory: engine.memory, mixture, alone, tokenizer });
    this.writer = { predictor, vocabulary, prompts, modelName: engine.report.modelName };
    return this.writer;
  }
}

/** Passes events on until one of them ends the answer. */
function endsOnce(report: (event: ChatEvent) => void): (event: ChatEvent) => void {
  let hasEnded = false;
  return event => {
    if (hasEnded) return;
    hasEnded = event.kind === 'done' || event.kind === 'stopped' || event.kind === 'failed';
    report(event);
  };
}
