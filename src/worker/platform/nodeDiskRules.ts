// What a folder on this machine's disk is read by, beside the rules that lie in it.

import { nodeOuterIgnores } from '../../corpus/nodeRepository.ts';
import type { ReadDiskRules } from '../engine/engineHome.ts';

export const nodeDiskRules: ReadDiskRules = async path => ({
  outer: await nodeOuterIgnores(path),
  ignoreCase: process.platform === 'win32' || process.platform === 'darwin',
});
