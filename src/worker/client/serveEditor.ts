// The extension host's end of `editorApi`: what it does for any worker.

import type { Disposable } from '../../base/disposable.ts';
import type { Handlers } from '../../base/requests/api.ts';
import type { Port } from '../../base/requests/port.ts';
import { serve } from '../../base/requests/serve.ts';
import { editorApi } from '../protocol/editorApi.ts';

type EditorHandlers = Handlers<typeof editorApi>;

/** Reads folders of the workspace that only the editor reaches. */
export type EditorFiles = Pick<EditorHandlers, 'listFolder' | 'statFiles' | 'readFile'>;

const isNowhere = (): never => {
  throw new Error('no folder is on a file system that only an editor reaches');
};

/** Where all folders are on the disk. */
export const noEditorFiles: EditorFiles = {
  listFolder: isNowhere,
  statFiles: isNowhere,
  readFile: isNowhere,
};

export interface ServeEditorParts extends Omit<EditorHandlers, keyof EditorFiles> {
  readonly files: EditorFiles;
  /** Called with the fault of what cannot be understood. */
  readonly onMalformed: (fault: string) => void;
}

export function serveEditor(port: Port, { files, onMalformed, ...told }: ServeEditorParts): Disposable {
  const { listFolder, statFiles, readFile } = files;
  return serve(editorApi, port, { ...told, listFolder, statFiles, readFile }, onMalformed);
}
