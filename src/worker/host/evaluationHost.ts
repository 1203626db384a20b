// The worker's side of "Evaluate on This Workspace": an evaluation beside the suggestions. It uses the engine's model
// with caches of its own, gives way to whoever waits for an answer, and puts each run of the network in the queue of
// the requests, so that a suggestion waits for one run at most. What it remembers of the files ends with it.

import type { CancellationToken } from '../../base/cancellation.ts';
import { CancellationError, CancellationSource, throwIfCancelled } from '../../base/cancellation.ts';
import { errorMessage } from '../../base/logger.ts';
import type { SerialQueue } from '../../base/scheduling/serialQueue.ts';
import { prepareBench } from '../../evaluate/bench.ts';
import type { EvaluatedModel } from '../../evaluate/bench.ts';
import { evaluate } from '../../evaluate/evaluation.ts';
import { sampleSizes } from '../../evaluate/sample.ts';
import type { EvaluatedFolder } from '../../evaluate/workspaceFiles.ts';
import type { ReadingMark } from '../../corpus/readingMark.ts';
import { readFolders } from '../../evaluate/workspaceFiles.ts';
import type { Engine } from '../engine/loadEngine.ts';
import type { EvaluationReport, EvaluationRequest, FromWorker, Workspace } from '../protocol/messages.ts';
import type { Traffic } from '../../base/scheduling/traffic.ts';
import { TrafficSlices } from '../../base/scheduling/traffic.ts';

export interface EvaluationHostParts {
  readonly engine: Pick<Engine, 'apart' | 'report'>;
  readonly folders: (workspace: Workspace) => Promise<readonly EvaluatedFolder[]>;
  /** Of all that runs the network. */
  readonly queue: SerialQueue;
  readonly traffic: Traffic;
  readonly mark: ReadingMark;
  readonly post: (message: FromWorker) => void;
}

/** Of a larger workspace the most relevant files: it is indexed a second time, and all of it while somebody works. */
const mostBytes = 10_000_000;

export class EvaluationHost {
  private readonly parts: EvaluationHostParts;
  private running: { readonly id: number; readonly cancellation: CancellationSource } | undefined;

  constructor(parts: EvaluationHostParts) {
    this.parts = parts;
  }

  /** Posts what is being done, and at the end one `evaluated` or `notEvaluated`. Never rejects. */
  async evaluate(id: number, request: EvaluationRequest): Promise<void> {
    const { post } = this.parts;
    if (this.running !== undefined) {
      post({
        kind: 'notEvaluated',
        id,
        problem: 'an evaluation is running already; wait for it or cancel it',
      });
      return;
    }
    const cancellation = new CancellationSource();
    this.running = { id, cancellation };
    try {
      const report = await this.measure(id, request, cancellation.token);
      post({ kind: 'evaluated', id, report });
    } catch (error) {
      const problem = error instanceof CancellationError ? null : errorMessage(error);
      post({ kind: 'notEvaluated', id, problem });
    } finally {
      this.running = undefined;
    }
  }

  /** Ends the evaluation of this id; whichever is running where none is given. */
  cancel(id = this.running?.id): void {
    if (this.running?.id === id) this.running?.cancellation.cancel();
  }

  private async measure(
    id: number,
    { workspace, seed, tokens, showThreshold }: EvaluationRequest,
    cancellation: CancellationToken,
  ): Promise<EvaluationReport> {
    const { engine, folders, traffic, mark, post } = this.parts;
    const startedMs = performance.now();
    const onProgress = (what: string): void => {
      post({ kind: 'evaluating', id, what });
    };
    const others = new TrafficSlices(traffic);
    const slicer = {
      async giveWay() {
        throwIfCancelled(cancellation);
        await others.giveWay();
        throwIfCancelled(cancellation);
      },
    };
    onProgress('reading files');
    const capBytes = Math.min(workspace.capBytes, mostBytes);
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
      throw new Error('the files that were held out have no lines to evaluate on');
    }
    const { modelName, parameters, device, threads } = engine.report;
    const corpus = files.report;
    const elapsedMs = performance.now() - startedMs;
    return { ...measured, corpus, modelName, parameters, device, threads, seed, elapsedMs };
  }
}
