// The worker's side of a training: from the request to the job, and from the editor's wishes to its pace.

import { CancellationError, CancellationSource } from '../../base/cancellation.ts';
import { errorMessage } from '../../base/logger.ts';
import type { Runtime } from '../../runtime/session.ts';
import { probeTraining } from '../../train/probe.ts';
import type { ChosenRuntime } from '../engine/chooseRuntime.ts';
import { chooseRuntime } from '../engine/chooseRuntime.ts';
import type { EngineHome, Machine } from '../engine/engineHome.ts';
import type { FromWorker, TreeAnswer, Workspace } from '../protocol/messages.ts';
import { Pacing } from '../training/pacing.ts';
import type { PauseReason } from '../protocol/pauseReasons.ts';
import { PostedMark } from './postedMark.ts';
import { postingLogger } from './postingLogger.ts';
import { TreeRequests } from '../platform/remoteTree.ts';
import { readStartModel } from '../training/trainedModel.ts';
import { TrainingFolder, withModelInUse } from '../storage/trainingFolder.ts';
import { trainOnWorkspace } from '../training/trainingJob.ts';
import type { PauseRules, TrainingControl, TrainingRequest } from '../protocol/trainingMessages.ts';
import { hyperparametersOf } from '../protocol/trainingOptions.ts';
import type { TrainingReport } from '../protocol/trainingReport.ts';
import { workspaceFolders } from '../indexing/workspaceFolders.ts';

/** Shares of the processors that others use: it pauses above one and goes on below the other. */
const busyShare = { pause: 0.6, goOn: 0.4 };

/** Between two steps: a single one may take minutes with a large model. */
const aliveEveryMs = 10_000;

interface Asked {
  readonly workspace: Workspace;
  readonly request: TrainingRequest;
  readonly pacing: Pacing;
}

export class TrainingHost {
  private readonly home: EngineHome;
  private readonly post: (message: FromWorker) => void;
  private readonly requests: TreeRequests;
  private readonly cancellation = new CancellationSource();
  private pacing: Pacing | undefined;
  private rules: PauseRules | undefined;

  constructor(home: EngineHome, post: (message: FromWorker) => void) {
    this.home = home;
    this.post = post;
    this.requests = new TreeRequests(post);
  }

  /** Posts what is being done, and at the end one `trained` or `notTrained`. Never rejects. */
  async train(workspace: Workspace, request: TrainingRequest): Promise<void> {
    const { home, post } = this;
    if (this.pacing !== undefined) {
      post({ kind: 'notTrained', problem: 'this worker has trained already; start another' });
      return;
    }
    this.rules = request;
    const pacing = new Pacing({
      obstacle: obstacleOf(() => this.rules ?? request, home.machine),
      onPaused(reason) {
        post({ kind: 'trainingPaused', reason: reason ?? null });
      },
    });
    this.pacing = pacing;
    const alive = setInterval(() => {
      post({ kind: 'trainingAlive' });
    }, aliveEveryMs);
    // Before the runtime starts its threads, which inherit it.
    home.machine.lowerPriority();
    try {
      const output = new TrainingFolder(request.outputFolder, home.storage);
      const report = await withModelInUse(
        output,
        request.modelFolder,
        modelFolder => this.trainFrom(modelFolder, output, { workspace, request, pacing }),
        problem => {
          post({ kind: 'modelSetAside', problem });
        },
      );
      post({ kind: 'trained', report });
    } catch (error) {
      const problem = error instanceof CancellationError ? null : errorMessage(error);
      post({ kind: 'notTrained', problem });
    } finally {
      clearInterval(alive);
    }
  }

  private async trainFrom(
    modelFolder: string,
    output: TrainingFolder,
    { workspace, request, pacing }: Asked,
  ): Promise<TrainingReport> {
    const { home, post, cancellation } = this;
    const chosen = await this.chooseRuntime(request, modelFolder);
    const { runtime, substitute } = chosen;
    const logger = postingLogger(post);
    const tellDevice = ({ device, threads }: Runtime, why: string): void => {
      post({ kind: 'trainingDevice', device, threads });
      logger.info(`trains on ${device}: ${why}`);
    };
    tellDevice(runtime, chosen.why);
    return trainOnWorkspace({
      folders: await workspaceFolders(workspace, this.requests, home),
      skip: workspace.skip,
      mark: new PostedMark(post),
      modelFolder,
      options: request.options,
      output,
      runtime,
      substitute:
        substitute &&
        (async error => {
          const other = await substitute(error);
          tellDevice(other.runtime, other.why);
          return other.runtime;
        }),
      logger,
      cancellation: cancellation.token,
      mayGoOn: () => pacing.mayGoOn(),
      onPhase(what, judged) {
        post({ kind: 'trainingPhase', what, ...(judged === undefined ? {} : { judged }) });
      },
      onProgress(progress) {
        post({ kind: 'trainingProgress', progress });
      },
    });
  }

  private async chooseRuntime(request: TrainingRequest, modelFolder: string): Promise<ChosenRuntime> {
    const chosen = await chooseRuntime(this.home, request, async () => {
      const { config, weights, fingerprint } = await readStartModel(this.home.storage.files, modelFolder);
      return {
        key: `training / ${fingerprint}`,
        measure: runtime => probeTraining(runtime, config, weights, hyperparametersOf({ kind: 'full' })),
      };
    });
    if (chosen.measured !== undefined) this.post({ kind: 'deviceMeasured', ...chosen.measured });
    return chosen;
  }

  control(control: TrainingControl): void {
    if (control === 'cancel') this.cancellation.cancel();
    this.pacing?.control(control);
  }

  /** From the next look at the machine on, which comes at once. */
  setPauseRules(rules: PauseRules): void {
    this.rules = rules;
    this.pacing?.lookNow();
  }

  answer(answer: TreeAnswer): void {
    this.requests.answer(answer);
  }
}

function obstacleOf(rules: () => PauseRules, machine: Machine): () => Promise<PauseReason | undefined> {
  const load = machine.loadMeter();
  let isBusy = false;
  return async () => {
    const { pauseOnBattery, pauseWhenBusy } = rules();
    const share = load.share();
    isBusy = share > (isBusy ? busyShare.goOn : busyShare.pause);
    if (pauseOnBattery && (await machine.isOnBattery()) === true) return 'battery';
    return pauseWhenBusy && isBusy ? 'busy' : undefined;
  };
}
