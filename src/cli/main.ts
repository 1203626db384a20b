// The command line: the same engine without an editor.

import { errorMessage } from '../base/logger.ts';
import { runAsk } from './ask.ts';
import { runBench } from './bench.ts';
import { runComplete } from './complete.ts';
import { runEval } from './eval.ts';
import { runSoak } from './runSoak.ts';
import { runTrain } from './train.ts';
import { UsageError } from './usage.ts';

const usage = `tinymemory complete FILE:LINE:COLUMN... [--workspace FOLDER] [--automatic] [--json] [--model FOLDER] [--threads N]
    prints what the engine would suggest at places (1-based, as editors show them), with the repository around the file
    in memory and without
    --workspace FOLDER  remembers this folder in place of the repository; --no-memory none
    --automatic         what typing shows by default, or why it shows nothing; otherwise what Suggest Now does
    --text FILE         takes the text from FILE, such as a draft that is not saved
    --encoding NAME     reads the file by this encoding, by VS Code's name for it; otherwise it is detected
tinymemory ask FOLDER ["QUESTION"] [--json]
    answers a question about a folder from what stands in it, with the places; without a question it answers those of
    its input, a line each, and "its tests" or "show more" go on from the answer before
tinymemory ask FOLDER --evaluate [--questions FILE] [--json]
    measures whether functions are found by the first sentence of their documentation, which is removed, beside simpler
    searches; with a JSON file of {"answerable": [...], "unanswerable": [...]} also what is declined
tinymemory ask FOLDER... --evaluate --natural FILE [--json]
    measures whether what newcomers ask is answered with a right file, by kind of question, over checkouts of the
    repositories in the file
tinymemory ask FOLDER --pairs
    prints documentation and what it documents, which the word vectors are learnt from
tinymemory bench [FOLDER] [--training ROWSxTOKENS] [--json] [--model FOLDER] [--threads N]
    measures latency, speed and memory side by side with the native ceiling
    --training 2x512  measures training alone, on batches of so many rows and tokens
tinymemory soak [FOLDER] [--minutes N] [--json] [--model FOLDER] [--threads N]
    types, saves, asks and trains for so long (default 60 minutes), and fails where memory grows by over 5 % after the
    first third
tinymemory eval FOLDER [--seed N] [--limit N] [--native] [--compressors] [--infill] [--without analogy] [--json] [--model FOLDER] [--threads N]
    measures what the network, memory and both are worth on files of a folder that they do not know
    --seed N       another choice of files and places (default 0)
    --limit N      tokens to score (default 40000), with one line to complete for each 80 and one character to
                   type for each 2; more takes longer
    --native       runs on onnxruntime-node, which is quicker than the editor's runtime
    --compressors  compares with zpaq and 7z, where they are installed
    --infill       measures what the text after the cursor is worth
    --without analogy  leaves out what places that are built alike say
    --train        trains on the folder first, and measures the trained model too; takes the options of a training
tinymemory eval FOLDER... --sweep [the same options]
    measures from which probability on suggestions should be shown
tinymemory train FOLDER [--mode full|lora|scratch] [--minutes N] [--out DIR] [--native] [--json] [--model FOLDER]
    trains the model on a folder and keeps the result if files that it has not seen say that it is better; run again
    after an interruption, it goes on from its checkpoint
    --mode full       all weights (default)
    --mode lora       low-rank adapters, merged into the model: --rank N (default 16)
    --mode scratch    a new model: --size 0.1M, 1M or 5M (default 1M), --tokenizer own or bundled (default own)
    --minutes N       how long (default 10); --steps N in place of it
    --rate X          peak learning rate
    --out DIR         where models and reports are kept (default tinymemory-FOLDER)
    --seed N          another order and other random numbers (default 0)`;

const commands: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  complete: runComplete,
  ask: runAsk,
  bench: runBench,
  soak: runSoak,
  eval: runEval,
  train: runTrain,
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
