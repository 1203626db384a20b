// What a client and one engine worker say to each other: the engine's API, and what the engine asks and tells the editor.

import { DisposableStore } from '../../base/disposable.ts';
import type { Logger } from '../../base/logger.ts';
import type { Calls, Handlers } from '../../base/requests/api.ts';
import { connect } from '../../base/requests/connect.ts';
import type { Port } from '../../base/requests/port.ts';
import { serve } from '../../base/requests/serve.ts';
import type { CorpusFile } from '../../corpus/fileTree.ts';
import type { MeasuredDevices } from '../protocol/editorApi.ts';
import { engineApi, engineEvents } from '../protocol/engineApi.ts';
import type { EditorFiles } from './serveEditor.ts';
import { serveEditor } from './serveEditor.ts';
import type { EndCause, WorkerSupervisor } from './supervisor.ts';

export interface EngineConnectionParts {
  readonly supervisor: WorkerSupervisor;
  readonly files: EditorFiles;
  readonly logger: Logger;
  readonly onMemory: Handlers<typeof engineEvents>['memory'];
  readonly onReading: (file: CorpusFile | null) => void;
  readonly onMeasured: (measured: MeasuredDevices) => void;
  readonly onSetAside: (problem: string) => void;
  readonly onDevice: Handlers<typeof engineEvents>['deviceChanged'];
}

export class EngineConnection {
  readonly calls: Calls<typeof engineApi>;
  /** Why the worker was ended; undefined while it runs. */
  endedBy: EndCause | undefined;
  private readonly owned = new DisposableStore();

  /** What cannot be understood counts as the death of the worker. */
  constructor(port: Port, parts: EngineConnectionParts) {
    const { supervisor, files, logger, onMemory, onReading, onMeasured, onSetAside, onDevice } = parts;
    const onMalformed = (fault: string): void => {
      if (this.endedBy === undefined) supervisor.died(fault);
    };
    const { calls } = this.owned.add(
      connect(engineApi, port, {
        // Only completions are answered within seconds, and further ones do not excuse an engine that owes one.
        onActivity({ kind, method, pendingCalls }) {
          if (method === 'complete' && (kind === 'finished' || pendingCalls === 1))
            supervisor.heard(pendingCalls > 0);
        },
        onMalformed,
      }),
    );
    this.calls = calls;
    this.owned.add(
      serveEditor(port, {
        log: ({ level, message }) => {
          logger[level](`engine: ${message}`);
        },
        reading: onReading,
        deviceMeasured: onMeasured,
        modelSetAside: onSetAside,
        handOver(reason) {
          supervisor.handOver(reason);
        },
        files,
        onMalformed,
      }),
    );
    this.owned.add(serve(engineEvents, port, { memory: onMemory, deviceChanged: onDevice }, onMalformed));
  }

  /** What was not answered rejects; `endedBy` says why. */
  end(cause: EndCause): void {
    this.endedBy = cause;
    this.owned.dispose();
  }
}
