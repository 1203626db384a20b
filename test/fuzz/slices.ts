// `npm run fuzz -- --slices`: the longest that the engine or a page is held up by anything it does with one file of up to a
// megabyte, over texts that are made to be hard.

import { finish } from '../../src/memory/workspaceMemory.ts';
import { slicedWorks } from './slicedWorks.ts';

const chars = 1_000_000;

/** Each is repeated, or made, to `chars`. */
const shapes: Readonly<Record<string, (chars: number) => string>> = {
  'open brackets': count => '([{'.repeat(count / 3),
  'closers that close nothing': count => ')--'.repeat(count / 3),
  'one line of words': count => 'const value = call(argument); '.repeat(count / 30),
  'one word': count => 'a'.repeat(count),
  blanks: count => ' '.repeat(count),
  'empty lines': count => '\n'.repeat(count),
  'lines of one character': count => 'a\n'.repeat(count / 2),
  'minified code': count => 'function(a,b){return a?b[0]:{c:"d"}};'.repeat(count / 37),
  functions: count =>
    '/** Says it. */\nexport function f(a: string): void {\n  say(a);\n}\n\n'.repeat(count / 67),
  quotes: count => `"'\``.repeat(count / 3),
  comments: count => '/* a */ // b\n'.repeat(count / 13),
  'wide characters': count => '漢字😀é'.repeat(count / 5),
  'lone surrogates': count => '\ud800x'.repeat(count / 2),
  links: count => '[](a) ![b]('.repeat(count / 11),
  headings: count => '# a\n\ntext\n\n'.repeat(count / 11),
  'names of secrets': count => 'password=abc token: "x1" '.repeat(count / 25),
  'key headers': count => '-----BEGIN PRIVATE KEY-----\nPuTTY-User-Key-File-2'.repeat(count / 49),
  base64: count => 'Zm9vYmFyMTIzNDU2Nzg5MA+/'.repeat(count / 24),
  YAML: count => 'kind: Secret\ndata:\n  a: Zm9v\n---\n'.repeat(count / 33),
  tags: count => '<div a="b">{x}</div>'.repeat(count / 20),
};

/** The most that may pass between two turns of the engine, and of a page. A first step also admits the text. */
const targetMs = { engine: 1_000, page: 200 };

/** Prints each work with the shape it takes longest over. Gives how many exceed what they may. */
export async function measureSlices(): Promise<number> {
  let exceeded = 0;
  for (const work of await slicedWorks()) {
    let worst = { ms: 0, shape: '' };
    for (const [shape, make] of Object.entries(shapes)) {
      // Compiled, as in a session.
      finish(slicesOf(work.run, make(Math.min(work.maxChars, 2_000))));
      const ms = longestOf(work.run, make(Math.min(work.maxChars, chars)));
      if (ms > worst.ms) worst = { ms, shape };
    }
    const isOver = worst.ms > targetMs[work.where];
    if (isOver) exceeded++;
    console.log(
      `${work.where.padEnd(8)}${work.name.padEnd(40)}${worst.ms.toFixed(0).padStart(7)} ms   ${worst.shape}${isOver ? `   OVER ${targetMs[work.where]} ms` : ''}`,
    );
  }
  return exceeded;
}

type Run = (text: string) => Iterator<undefined> | undefined;

function* slicesOf(run: Run, text: string): Generator<undefined, void, undefined> {
  const work = run(text);
  if (work === undefined) return;
  while (work.next().done !== true) yield;
}

function longestOf(run: Run, text: string): number {
  const slices = slicesOf(run, text);
  for (let longest = 0; ;) {
    // Time of the processor: on a machine that others use, the clock measures these.
    const start = process.cpuUsage();
    const { done } = slices.next();
    const { user, system } = process.cpuUsage(start);
    longest = Math.max(longest, (user + system) / 1000);
    if (done === true) return longest;
  }
}
