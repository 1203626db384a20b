// The command line: the same engine without an editor.

import { errorMessage } from '../base/logger.ts';
import { runBench } from './bench.ts';
import { runComplete } from './complete.ts';
import { UsageError } from './usage.ts';

const usage = `tinymemory complete FILE:LINE:COLUMN [--json] [--model FOLDER] [--threads N]
    prints what the engine would suggest at a place (1-based, as editors show it)
tinymemory bench [--json] [--model FOLDER] [--threads N]
    measures latency, speed and memory side by side with the native ceiling`;

const commands: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  complete: runComplete,
  bench: runBench,
};

async function main([name = '', ...args]: readonly string[]): Promise<number> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    const asked = name === '' || name === '--help' || name === 'help';
    (asked ? console.log : console.error)(asked ? usage : `unknown command ${name}\n\n${usage}`);
    return asked ? 0 : 2;
  }
  try {
    await command(args);
    return 0;
  } catch (error) {
    console.error(
      error instanceof UsageError ? `${error.message}\n\n${usage}` : `error: ${errorMessage(error)}`,
    );
    return error instanceof UsageError ? 2 : 1;
  }
}

// onnxruntime's threads would keep the process alive.
process.exit(await main(process.argv.slice(2)));
