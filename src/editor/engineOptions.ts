// What the engine is to load, out of the settings.

import { homedir } from 'node:os';
import { join } from 'node:path';
import type { EngineOptions } from '../worker/messages.ts';
import type { Settings } from './settings.ts';

/** `extensionPath` is where the bundled model and the runtime lie. */
export function engineOptions(extensionPath: string, { modelFolder, threads }: Settings): EngineOptions {
  return {
    modelFolder:
      modelFolder === ''
        ? join(extensionPath, 'models/bundled')
        : modelFolder.replace(/^~(?=[/\\])/, () => homedir()),
    runtimeFolder: join(extensionPath, 'dist/runtime'),
    threads,
  };
}
