// Reads a model's files from the disk. The only file of this layer that needs Node: a browser host brings its
// own FileReader.

import { readFile } from 'node:fs/promises';
import type { FileReader } from './modelFolder.ts';

export const nodeFileReader: FileReader = {
  async read(path) {
    try {
      return await readFile(path);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  },
};
