// General compressors as a yardstick: how many bits held-out text costs a program that has just compressed the
// workspace. The size of workspace and held-out files in one stream, less that of the workspace's alone.

import { spawn } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SourceFile } from '../evaluate/scoring.ts';

export type CompressorFigure =
  | { readonly name: string; readonly kind: 'measured'; readonly bitsPerByte: number }
  | { readonly name: string; readonly kind: 'skipped'; readonly reason: string };

interface Compressor {
  readonly name: string;
  readonly program: string;
  readonly package: string;
  readonly args: (archive: string, input: string) => readonly string[];
}

/** zpaq's blocks hold 2^8 MiB here and PPMd's model 512 MiB: neither forgets the workspace before it ends. */
const compressors: readonly Compressor[] = [
  {
    name: 'zpaq -m5',
    program: 'zpaq',
    package: 'zpaq',
    args: (archive, input) => ['add', `${archive}.zpaq`, input, '-m58', '-t1'],
  },
  {
    name: '7z PPMd',
    program: '7z',
    package: 'p7zip-full',
    args: (archive, input) => ['a', '-t7z', '-m0=PPMd:mem=512m:o=16', '-bd', `${archive}.7z`, input],
  },
];

/** Compresses in a temporary folder, one program after another. The held-out files come in the order given. */
export async function measureCompressors(
  workspace: readonly SourceFile[],
  heldOut: readonly SourceFile[],
): Promise<readonly CompressorFigure[]> {
  const textOf = (files: readonly SourceFile[]) => files.map(({ text }) => text).join('');
  const heldOutBytes = Buffer.byteLength(textOf(heldOut));
  const folder = await mkdtemp(join(tmpdir(), 'tinymemory-eval-'));
  try {
    const alone = join(folder, 'workspace.txt');
    const together = join(folder, 'together.txt');
    await writeFile(alone, textOf(workspace));
    await writeFile(together, textOf(workspace) + textOf(heldOut));
    const figures: CompressorFigure[] = [];
    for (const compressor of compressors) {
      const sizes = [
        await compressedSize(compressor, folder, alone),
        await compressedSize(compressor, folder, together),
      ];
      const [primed, whole] = sizes;
      const { name, program } = compressor;
      figures.push(
        primed === undefined || whole === undefined
          ? {
              name,
              kind: 'skipped',
              reason: `${program} is not installed (Debian's package ${compressor.package})`,
            }
          : { name, kind: 'measured', bitsPerByte: (8 * (whole - primed)) / heldOutBytes },
      );
    }
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** In bytes; undefined where the program is not installed. */
async function compressedSize(
  { args, program, name }: Compressor,
  folder: string,
  input: string,
): Promise<number | undefined> {
  const archive = `${input}.${program}-archive`;
  const status = await run(program, args(archive, input), folder);
  if (status === undefined) return undefined;
  if (status !== 0) throw new Error(`${name} ended with status ${status} when it compressed ${input}`);
  return (await stat(`${archive}.${program}`)).size;
}

async function run(program: string, args: readonly string[], cwd: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: 'ignore' });
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') resolve(undefined);
      else reject(error);
    });
    child.once('close', code => {
      resolve(code ?? -1);
    });
  });
}
