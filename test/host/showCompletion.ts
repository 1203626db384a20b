// Shows the main job without an editor: one completion by the engine's command line, printed where it belongs in
// the file, with what it cost.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './childProcesses.ts';
import type { SamplePlace } from './samplePlace.ts';
import { repositoryRoot, temporaryFolder } from './temporaryFolder.ts';

type Suggestion =
  | {
      readonly kind: 'completion';
      readonly items: readonly { readonly text: string; readonly probability: number }[];
    }
  | { readonly kind: 'none'; readonly reason: string };

/** An element of what `complete --json` prints, as far as it is used here. */
type Answer = Suggestion & {
  readonly timings: { readonly totalMs: number; readonly runs: number };
  readonly coldMs: number;
  readonly workspace: { readonly files: number; readonly tokens: number; readonly elapsedMs: number };
  readonly withoutMemory: Suggestion;
};

/**
 * Prints what the engine, with `workspace` in memory, suggests at the first of `places` where it suggests something, trying three at most.
 * Rejects when the command line fails.
 */
export async function showCompletion(
  workspace: string,
  places: readonly SamplePlace[],
  say: (line: string) => void,
): Promise<void> {
  for (const [index, place] of places.slice(0, 3).entries()) {
    const answer = await complete(workspace, place);
    if (answer.kind === 'none' && index < Math.min(places.length, 3) - 1) continue;
    print(place, answer, say);
    return;
  }
  say('There is no source file in this folder to show a completion of.');
}

/** The rest of the line is left out of what the engine reads and remembers, so that it cannot know it. */
async function complete(workspace: string, place: SamplePlace): Promise<Answer> {
  const folder = temporaryFolder('sample');
  try {
    const draft = join(folder.path, 'draft');
    writeFileSync(draft, place.text);
    const file = join(workspace, place.path);
    const output = await runCommand(
      process.execPath,
      [
        ...[
          join(repositoryRoot, 'dist/cli.js'),
          'complete',
          `${file}:${place.line}:${place.before.length + 1}`,
        ],
        ...['--workspace', workspace, '--text', draft, '--json'],
      ],
      { cwd: folder.path, timeoutMs: 300_000 },
    );
    const [answer] = JSON.parse(output) as Answer[];
    if (answer === undefined) throw new Error(`complete printed no place: ${output}`);
    return answer;
  } finally {
    folder.dispose();
  }
}

function print(place: SamplePlace, answer: Answer, say: (line: string) => void): void {
  const ghost = process.stdout.isTTY
    ? (text: string) => `\x1b[3;36m${text}\x1b[0m`
    : (text: string) => `⟦${text}⟧`;
  const lines = place.text.split(/\r?\n/);
  const numbered = (line: number, text: string) => `  ${String(line).padStart(5)} | ${text}`;
  const suggestion = answer.kind === 'completion' ? (answer.items[0]?.text ?? '') : '';
  const [first = '', ...more] = suggestion.split(/\r?\n/);

  say(`${place.path}, line ${place.line}, completed by the engine (what it suggests is ${ghost('marked')}):`);
  say('');
  for (let line = Math.max(1, place.line - 4); line < place.line; line++)
    say(numbered(line, lines[line - 1] ?? ''));
  say(numbered(place.line, place.before + (first === '' ? '' : ghost(first))));
  for (const text of more) say(`        | ${ghost(text)}`);
  say('');
  if (answer.kind === 'none') say(`It suggests nothing here: ${answer.reason}.`);
  else say(`It is ${percent(answer.items[0]?.probability ?? 0)} sure of every character of it.`);
  say(`The file itself has: ${place.rest}`);
  say(`Without memory of the folder it suggests ${inWords(answer.withoutMemory, answer)}.`);
  const { files, tokens, elapsedMs } = answer.workspace;
  say(`It remembers ${files} files (${tokens} tokens), read in ${(elapsedMs / 1000).toFixed(1)} s.`);
  const { totalMs, runs } = answer.timings;
  say(
    `${totalMs.toFixed(0)} ms and ${runs} runs of the network for this keystroke; ${answer.coldMs.toFixed(0)} ms for the first after a cold start.`,
  );
}

function inWords(suggestion: Suggestion, other: Suggestion): string {
  if (suggestion.kind === 'none') return `nothing: ${suggestion.reason}`;
  const [{ text, probability } = { text: '', probability: 0 }] = suggestion.items;
  if (other.kind === 'completion' && other.items[0]?.text === text)
    return `the same, ${percent(probability)} sure`;
  return `⟦${text}⟧, ${percent(probability)} sure`;
}

function percent(probability: number): string {
  return probability < 0.01 ? 'less than 1 %' : `${(probability * 100).toFixed(0)} %`;
}
