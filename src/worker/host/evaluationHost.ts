// The worker's side of "Evaluate on This Workspace": an evaluation beside the suggestions. It uses the engine's model
// with caches of its own, gives way to requests that wait for an answer, and puts each run of the network in the queue of
// the requests, so that a suggestion waits for one run at most. What it remembers of the files ends with it.

import type { CancellationToken } from '../../base/cancellation.ts';
import { CancellationSource, throwIfCancelled } from '../../base/cancellation.ts';
import { reported } from '../../base/requests/reported.ts';
import type { SerialQueue } from '../../base/scheduling/serialQueue.ts';
import { UserError } from '../../base/userError.ts';
import { prepareBench } from '../../evaluate/bench.ts';
import type { EvaluatedModel } from '../../evaluate/bench.ts';
import { evaluate } from '../../evaluate/evaluation.ts';
import { sampleSizes } from '../../evaluate/sample.ts';
import type { EvaluatedFolder } from '../../evaluate/workspaceFiles.ts';
import type { ReadingMark } from '../../corpus/readingMark.ts';
import { readFolders } from '../../evaluate/workspaceFiles.ts';
import type { Engine } from '../engine/loadEngine.ts';
import type { EvaluationUpdate } from '../protocol/engineApi.ts';
import type { EvaluationReport, EvaluationRequest } from '../protocol/evaluation.ts';
import type { Workspace } from '../protocol/workspace.ts';
import type { Traffic } from '../../base/scheduling/traffic.ts';
import { TrafficSlices } from '../../base/scheduling/traffic.ts';

export interface EvaluationHostParts {
  readonly engine: Pick<Engine, 'apart' | 'report'>;
  readonly folders: (workspace: Workspace) => Promise<readonly EvaluatedFolder[]>;
  /** Of all that runs the network. */
  readonly queue: SerialQueue;
  readonly traffic: Traffic;
  readonly mark: ReadingMark;
}

/** Of a larger workspace the most relevant files: it is indexed a second time, and all of it while somebody works. */
const maxBytes = 10_000_000;

export class EvaluationHost {
  private readonly parts: EvaluationHostParts;
  private running:
    { readonly cancellation: CancellationSource; readonly ended: Promise<unknown> } | undefined;

  constructor(parts: EvaluationHostParts) {
    this.parts = parts;
  }

  /** What is being done, and at the end the report. Throws a CancellationError, or an error for the user. */
  async *evaluate(
    request: EvaluationRequest,
    token: CancellationToken,
  ): AsyncGenerator<EvaluationUpdate, void> {
    // One that was cancelled is on its way out.
    while (this.running?.cancellation.token.isCancellationRequested === true) await this.running.ended;
    throwIfCancelled(token);
    if (this.running !== undefined)
      throw new UserError('an evaluation is running already; wait for it or cancel it');
    const cancellation = new CancellationSource();
    const asked = token.onCancellationRequested(() => {
      cancellation.cancel();
    });
    let end = (): void => undefined;
    this.running = { cancellation, ended: new Promise<void>(resolve => (end = resolve)) };
    try {
      yield* reported<EvaluationUpdate>(async report => {
        const onProgress = (what: string): void => {
          report({ kind: 'progress', what });
        };
        report({ kind: 'report', report: await this.measure(request, onProgress, cancellation.token) });
      });
    } finally {
      asked.dispose();
      this.running = undefined;
      end();
    }
  }

  /** Ends the evaluation that runs. */
  cancel(): void {
    this.running?.cancellation.cancel();
  }

  private async measure(
    { workspace, seed, tokens, showThreshold }: EvaluationRequest,
    onProgress: (what: string) => void,
    cancellation: CancellationToken,
  ): Promise<EvaluationReport> {
    const { engine, folders, traffic, mark } = this.parts;
    const startedMs = performance.now();
    const others = new TrafficSlices(traffic);
    const slicer = {
      async giveWay() {
        throwIfCancelled(cancellation);
        await others.giveWay();
        throwIfCancelled(cancellation);
      },
    };
    onProgress('reading files');
    const capBytes = Math.min(workspace.capBytes, maxBytes);
    const { skip } = workspace;
    const reading = { seed, capBytes, slicer, cancellation, skip, mark };
    const files = await readFolders(await folders(workspace), reading);
    onProgress(`remembering ${files.workspace.length} files`);
    const model: EvaluatedModel = engine.apart(async run => {
      await slicer.giveWay();
      return this.parts.queue.run(() => {
        throwIfCancelled(cancellation);
        return run();
      });
    });
    const bench = await prepareBench(model, files, slicer);
    const sizes = sampleSizes(tokens);
    const measured = await evaluate(files, bench, { seed, sizes, showThreshold, onProgress, cancellation });
    // A request that was cancelled is silence to the figures.
    throwIfCancelled(cancellation);
    if (measured.bytes === 0 || measured.sample.keys === 0) {
      throw new UserError('the files that were held out have no lines to evaluate on');
    }
    const { modelName, parameters, device, threads } = engine.report;
    const corpus = files.report;
    const elapsedMs = performance.now() - startedMs;
    return { ...measured, corpus, modelName, parameters, device, threads, seed, elapsedMs };
  }
}
