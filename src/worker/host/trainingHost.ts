// The worker's side of a training: from the request to the job, and from the editor's wishes to its pace.

import type { CancellationToken } from '../../base/cancellation.ts';
import { CancellationSource } from '../../base/cancellation.ts';
import type { Calls, Handlers } from '../../base/requests/api.ts';
import { reported } from '../../base/requests/reported.ts';
import type { DeviceLadder, Rung } from '../../runtime/deviceLadder.ts';
import { probeTraining } from '../../train/probe.ts';
import { chooseDevices } from '../engine/chooseDevices.ts';
import type { EngineHome, Machine } from '../engine/engineHome.ts';
import { workspaceFolders } from '../indexing/workspaceFolders.ts';
import type { editorApi } from '../protocol/editorApi.ts';
import type { PauseReason } from '../protocol/pauseReasons.ts';
import type {
  PauseRules,
  trainingApi,
  TrainingControl,
  TrainingRequest,
  TrainingUpdate,
} from '../protocol/trainingApi.ts';
import { hyperparametersOf } from '../protocol/trainingOptions.ts';
import type { TrainingReport } from '../protocol/trainingReport.ts';
import type { Workspace } from '../protocol/workspace.ts';
import { TrainingFolder, withModelInUse } from '../storage/trainingFolder.ts';
import { Pacing } from '../training/pacing.ts';
import { readStartModel } from '../training/trainedModel.ts';
import { trainOnWorkspace } from '../training/trainingJob.ts';
import { PostedMark } from './postedMark.ts';
import { postingLogger } from './postingLogger.ts';

/** Shares of the processors that others use: it pauses above one and goes on below the other. */
const busyShare = { pause: 0.6, goOn: 0.4 };

/** Between two steps: a single one may take minutes with a large model. */
const aliveEveryMs = 10_000;

/** Answers the calls of `trainingApi`. The worker can train once. */
export function trainingHandlers(
  home: EngineHome,
  editor: Calls<typeof editorApi>,
): Handlers<typeof trainingApi> {
  let host: TrainingHost | undefined;
  return {
    train({ workspace, request }, token) {
      if (host !== undefined) throw new Error('this worker has trained already; start another');
      const training = new TrainingHost(home, editor, request);
      host = training;
      return reported(async report => {
        report({ kind: 'report', report: await training.train(workspace, token, report) });
      });
    },
    control(control) {
      host?.control(control);
    },
    setPauseRules(rules) {
      host?.setPauseRules(rules);
    },
  };
}
/** What a training consists of, whichever model it starts from. */
interface Begun {
  readonly workspace: Workspace;
  readonly output: TrainingFolder;
  readonly pacing: Pacing;
  readonly report: (update: TrainingUpdate) => void;
}

class TrainingHost {
  private readonly home: EngineHome;
  private readonly editor: Calls<typeof editorApi>;
  private readonly request: TrainingRequest;
  private readonly cancellation = new CancellationSource();
  private rules: PauseRules;
  private pacing: Pacing | undefined;

  constructor(home: EngineHome, editor: Calls<typeof editorApi>, request: TrainingRequest) {
    this.home = home;
    this.editor = editor;
    this.request = request;
    this.rules = request;
  }

  /** Throws an error for the user, a CancellationError or a HandOverError. */
  async train(
    workspace: Workspace,
    token: CancellationToken,
    report: (update: TrainingUpdate) => void,
  ): Promise<TrainingReport> {
    const { home, editor, request } = this;
    const asked = token.onCancellationRequested(() => {
      this.control('cancel');
    });
    const pacing = new Pacing({
      obstacle: obstacleOf(() => this.rules, home.machine),
      onPaused(reason) {
        report({ kind: 'paused', reason: reason ?? null });
      },
    });
    this.pacing = pacing;
    const alive = setInterval(() => {
      report({ kind: 'alive' });
    }, aliveEveryMs);
    // Before the runtime starts its threads, which inherit it.
    home.machine.lowerPriority();
    try {
      const output = new TrainingFolder(request.outputFolder, home.storage);
      return await withModelInUse(
        output,
        request.modelFolder,
        modelFolder => this.trainFrom(modelFolder, { workspace, output, pacing, report }),
        editor.modelSetAside,
      );
    } finally {
      clearInterval(alive);
      asked.dispose();
    }
  }

  private async trainFrom(
    modelFolder: string,
    { workspace, output, pacing, report }: Begun,
  ): Promise<TrainingReport> {
    const { home, editor, request } = this;
    const devices = await this.devicesFor(modelFolder);
    const logger = postingLogger(editor);
    const reportDevice = ({ runtime: { device, threads }, why }: Rung): void => {
      report({ kind: 'device', device, threads });
      logger.info(`trains on ${device}: ${why}`);
    };
    devices.onDidFallBack(reportDevice);
    reportDevice(devices.current);
    return trainOnWorkspace({
      folders: await workspaceFolders(workspace, editor, home),
      skip: workspace.skip,
      mark: new PostedMark(editor.reading),
      modelFolder,
      options: request.options,
      output,
      devices,
      logger,
      cancellation: this.cancellation.token,
      mayGoOn: () => pacing.mayGoOn(),
      onPhase(what, judged) {
        report({ kind: 'phase', what, ...(judged === undefined ? {} : { judged }) });
      },
      onProgress(progress) {
        report({ kind: 'progress', progress });
      },
    });
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

  private devicesFor(modelFolder: string): Promise<DeviceLadder> {
    return chooseDevices(this.home, this.request, this.editor, async () => {
      const { config, weights, fingerprint } = await readStartModel(this.home.storage.files, modelFolder);
      return {
        key: `training / ${fingerprint}`,
        measure: runtime => probeTraining(runtime, config, weights, hyperparametersOf({ kind: 'full' })),
      };
    });
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
