// `npm start [-- FOLDER] [--no-open]`: shows a completion by the engine's command line, then opens a VS Code with
// the packaged extension on the folder, or on a copy of the sample workspace: the user's, a downloaded one, or
// code-server in a browser. `--no-open` ends after the completion.

import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { errorMessage } from '../../src/base/logger.ts';
import { startCodeServer } from './codeServer.ts';
import { openInDownloadedCode, openInUsersCode } from './desktop.ts';
import { placeAt, samplePlaces } from './samplePlace.ts';
import { showCompletion } from './showCompletion.ts';
import { sampleWorkspaceCopy, vsixPath } from './temporaryFolder.ts';

const usage = 'usage: npm start [-- FOLDER] [--no-open]';

// Before any other handler: to be interrupted is the normal end.
process.once('SIGINT', () => {
  process.exit(0);
});

try {
  process.exitCode = await start(process.argv.slice(2));
} catch (error) {
  console.error(errorMessage(error));
  process.exitCode = 1;
}

async function start(args: readonly string[]): Promise<number> {
  const asked = parse(args);
  if (asked === undefined) return 2;
  const say = (line: string) => {
    console.log(line);
  };
  say('');
  if (asked.folder === undefined) {
    const sample = sampleWorkspaceCopy();
    const place = placeAt(sample.path, 'src/catalogue.ts', 'book.year === year', 'const found = ');
    await showCompletion(sample.path, [place], say);
    if (asked.open) {
      say('');
      say(
        `Try it: open ${place.path}, go to the end of line ${place.line}, press Enter and type another such line.`,
      );
      await open(sample.path, say);
    }
    return 0;
  }
  await showCompletion(asked.folder, samplePlaces(asked.folder), say);
  if (asked.open) await open(asked.folder, say);
  return 0;
}

function parse(args: readonly string[]): { folder: string | undefined; open: boolean } | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    strict: false,
    options: { 'no-open': { type: 'boolean' } },
  });
  const [given, ...rest] = positionals;
  const unknown = [...rest, ...Object.keys(values).filter(name => name !== 'no-open')];
  if (unknown.length > 0) {
    console.error(`what is ${unknown.join(', ')}?\n${usage}`);
    return undefined;
  }
  // `npm start --no-open`, without the `--` between, reaches us only as npm's own option `open`.
  const open =
    values['no-open'] !== true && !['', 'false'].includes(process.env['npm_config_open'] ?? 'true');
  if (given === undefined) return { folder: undefined, open };
  // npm runs us in the repository, whichever folder it was called in.
  const folder = resolve(process.env['INIT_CWD'] ?? process.cwd(), given);
  if (existsSync(folder) && statSync(folder).isDirectory()) return { folder, open };
  console.error(`${folder} is no folder\n${usage}`);
  return undefined;
}

/** A desktop window outlives this process, and so does the copy it shows; a server runs until it is interrupted. */
async function open(folder: string, say: (line: string) => void): Promise<void> {
  say('');
  if (await openInUsersCode(vsixPath, folder, say)) return untilInterrupted(say);
  if (await openInDownloadedCode(vsixPath, folder, say)) return untilInterrupted(say);
  say('No desktop VS Code can be opened here: serving one to your browser with code-server.');
  const server = await startCodeServer({ vsix: vsixPath, say });
  say('');
  say(`Open ${server.workbenchUrl(folder)}`);
  say('It is for this machine only (127.0.0.1), without a password. Ctrl-C ends it.');
  const code = await server.exited;
  throw new Error(`code-server ended with code ${code}:\n${server.outputTail()}`);
}

async function untilInterrupted(say: (line: string) => void): Promise<void> {
  say('Ctrl-C here when you are done; a copy of the sample workspace is then removed.');
  await new Promise<never>(() => setInterval(() => undefined, 2 ** 30));
}
