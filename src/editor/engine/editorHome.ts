// Where the extension lives: what an extension host in Node, or one in a browser, gives it of the world outside. All
// else in this folder is the same in both.

import type { Uri } from 'vscode';
import type { Storage } from '../../base/files.ts';
import type { Logger } from '../../base/logger.ts';
import type { StartWorker } from '../../worker/client/engineWorker.ts';

export interface EditorHome {
  /** What is kept between sessions, and models. */
  readonly storage: Storage;
  /** By which `storage` and engines reach what a URI names; undefined where they cannot. */
  placeOf(uri: Uri): string | undefined;
  readonly uriOf: (place: string) => Uri;
  /** Undefined where there is no disk that an engine could read by itself. */
  readonly disk:
    | {
        readonly userFolder: string;
        /** Takes from other users what rights they have to a folder of what is stored, and sweeps up after crashes. */
        mendFolder(folder: string): Promise<void>;
      }
    | undefined;
  /** Starts engines. */
  engine(parts: EngineStartParts): StartWorker;
}

interface EngineStartParts {
  /** Where the extension lies. */
  readonly extensionUri: Uri;
  readonly logger: Logger;
}
