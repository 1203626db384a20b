// The real engine thread with the editor's ends of it, for tests that let them talk.

import { EngineClient } from '../../../src/worker/client/client.ts';
import { engineThread } from '../../../src/worker/client/engineThread.ts';
import { MemoryClient } from '../../../src/worker/client/memoryClient.ts';
import type { EditorFiles } from '../../../src/worker/client/serveEditor.ts';
import { noEditorFiles } from '../../../src/worker/client/serveEditor.ts';
import type { EngineOptions } from '../../../src/worker/protocol/engineOptions.ts';
import { nodeFiles } from '../../../src/worker/platform/nodeStorage.ts';
import { bundledFolder } from '../../support/engine.ts';
import type { EngineBundle } from '../../support/engineBundle.ts';
import { recordingLogger } from './fakeWorker.ts';

/** The bundled model, on one thread, so that what it computes does not depend on the machine. */
export function bundledOptions({ runtimeFolder }: EngineBundle): EngineOptions {
  return { modelFolder: bundledFolder, trainings: null, runtimeFolder, threads: 1 };
}

/** `files` are those that the thread cannot reach itself. */
export function startEngine(bundle: EngineBundle, files: EditorFiles = noEditorFiles) {
  const logger = recordingLogger();
  const startWorker = engineThread(bundle.enginePath, logger);
  const client = new EngineClient({ startWorker, options: bundledOptions(bundle), files, logger });
  const memory = new MemoryClient({ client, files: nodeFiles, logger });
  return {
    logger,
    client,
    memory,
    /** Saves what is to be kept, and ends the thread. */
    shutDown: async (): Promise<void> => {
      await memory.shutDown();
      await client.shutDown();
      memory.dispose();
    },
  };
}
