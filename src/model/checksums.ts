// checksums.json: written beside the files of a model that was made here. In weights a changed bit is another number, and
// nothing else would tell.

import * as v from 'valibot';
import { recordBytes, recordValue } from '../base/checkedRecord.ts';
import type { Files } from '../base/files.ts';
import { placeIn, readJson } from '../base/files.ts';
import { errorMessage } from '../base/logger.ts';
import { crc32 } from '../base/crc32.ts';
import { checksumsFile } from './folderLayout.ts';
import { ModelFileError } from './modelFileError.ts';

/** A file of a model is not what its checksum says, or the checksums themselves are damaged. */
export class DamagedModelError extends ModelFileError {
  constructor(file: string, problem: string) {
    super(
      file,
      problem,
      `Use another copy of the model; if you changed it yourself, delete ${checksumsFile}.`,
    );
    this.name = 'DamagedModelError';
  }
}

/** The files of a model's folder by name, and behind them their checksums. */
export function withChecksums(files: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, Uint8Array> {
  const checksums = Object.fromEntries([...files].map(([name, bytes]) => [name, crc32(bytes)]));
  return new Map([...files, [checksumsFile, recordBytes(checksums)]]);
}

/**
 * Reads as `files` do, but rejects with a DamagedModelError where a file of the folder is not what its checksum says.
 * What has no checksum, as all of a model that was made elsewhere, is read as it is.
 */
export async function checkedReader(
  folder: string,
  files: Pick<Files, 'read'>,
): Promise<Pick<Files, 'read'>> {
  const place = placeIn(folder, checksumsFile);
  const bytes = await files.read(place).catch((cause: unknown) => {
    throw new ModelFileError(
      place,
      `cannot be read (${errorMessage(cause)})`,
      'Check that it is a readable file.',
    );
  });
  if (bytes === undefined) return files;
  const json = await readJson({ read: () => Promise.resolve(bytes) }, place);
  const parsed = v.safeParse(checksumsSchema, recordValue(json));
  if (!parsed.success) throw new DamagedModelError(place, 'is damaged');
  const checksums = new Map(Object.entries(parsed.output).map(([name, sum]) => [placeIn(folder, name), sum]));
  return {
    async read(path) {
      const content = await files.read(path);
      const wanted = checksums.get(path);
      if (wanted === undefined) return content;
      if (content === undefined) throw new DamagedModelError(path, 'is missing');
      if (crc32(content) !== wanted) throw new DamagedModelError(path, 'is damaged');
      return content;
    },
  };
}

const checksumsSchema = v.record(v.string(), v.number());
