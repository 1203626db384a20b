// General compressors as a yardstick: how many bits held-out text costs a program that has just compressed the
// workspace. The size of workspace and held-out files in one stream, less that of the workspace's alone.

import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
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
  /** Of a compression of `inputPath`, which is also the standard input, to `archive`. */
  readonly args: (archive: string, inputPath: string) => readonly string[];
}

/**
 * Both programs size their models by the size of their input, which would make the longer stream cheaper than it is;
 * so the sizes are fixed here. zpaq: what -m5 chooses for text (libzpaq 7.15, compressBlock), in blocks of 2^5 MiB,
 * which hold all that evaluation reads. 7z: order 32 and 512 MiB; it cannot know the size of standard input.
 */
const compressors: readonly Compressor[] = [
  {
    name: 'zpaq -m5',
    program: 'zpaq',
    package: 'zpaq',
    args: (archive, input) => ['add', archive, input, `-m${zpaqTextModel}`, '-t1'],
  },
  {
    name: '7z PPMd',
    program: '7z',
    package: 'p7zip-full',
    args: archive => ['a', '-t7z', '-m0=PPMd:mem=512m:o=32', '-bd', '-si', archive],
  },
];

const zpaqTextModel =
  'x5.0w2c0.1010.255i1c256ci1.1.1.1.1.1.2ac0.2.0.255i1c0.3.0.0.255i1c0.4.0.0.0.255i1mm16ts19t0';

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
  const archive = `${input}.${program}`;
  const status = await run(program, args(archive, input), folder, input);
  if (status === undefined) return undefined;
  if (status !== 0) throw new Error(`${name} ended with status ${status} when it compressed ${input}`);
  return (await stat(archive)).size;
}

/** The exit status; undefined where there is no such program. */
async function run(
  program: string,
  args: readonly string[],
  cwd: string,
  input: string,
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: ['pipe', 'ignore', 'ignore'] });
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') resolve(undefined);
      else reject(error);
    });
    child.once('close', code => {
      resolve(code ?? -1);
    });
    // A program that does not read its input closes it early; its exit status tells whether that was well.
    createReadStream(input)
      .pipe(child.stdin)
      .on('error', () => undefined);
  });
}
