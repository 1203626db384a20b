// A workspace to train on: files of code in a style of their own, which no model has met and which memory alone does not
// foresee, since every file speaks of other things.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../../src/base/random.ts';
import type { TemporaryFolder } from './temporaryFolder.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const things = (
  'anchor barley candle drawer engine fabric garden hammer island jacket kettle ladder marble needle orchard ' +
  'pencil quarry ribbon saddle tunnel umbrella valley window yarrow zipper basket copper dollar ember feather'
).split(' ');
const doings = 'weigh sort paint carry mend count fold lift pack rinse stack trim wrap polish measure'.split(
  ' ',
);

/** 22 files of some 1.9 kilobytes each, always the same. */
export function trainingWorkspace(): TemporaryFolder {
  const folder = temporaryFolder('training');
  const random = seededRandom(7);
  const pick = (words: readonly string[]): string => words[Math.floor(random() * words.length)] ?? '';
  mkdirSync(join(folder.path, 'src'));
  for (let number = 0; number < 22; number++) {
    const thing = `${pick(things)}${capital(pick(things))}`;
    const actions = Array.from({ length: 4 }, () => action(thing, pick(doings), pick(things), pick(things)));
    const text = [
      `-- ${capital(thing)}: what the workshop knows of one ${thing}.`,
      `module ${capital(thing)} where`,
      '',
      ...actions,
      `export ${capital(thing)}`,
      '',
    ].join('\n');
    writeFileSync(join(folder.path, 'src', `${thing}${number}.lua`), text);
  }
  return folder;
}

function action(thing: string, doing: string, part: string, tool: string): string {
  return `define ${doing}${capital(part)} (${thing} : ${capital(thing)}) (${tool} : Tool) => begin
    require ${thing}.${part} is present otherwise abandon "${thing} has no ${part} to ${doing}"
    borrow ${tool} from workshop as borrowed${capital(tool)} returning afterwards
    let ${part}Result := borrowed${capital(tool)}.${doing}(${thing}.${part}) within 30 minutes
    record "${doing} ${part} of ${thing}" in ledger with ${part}Result
    yield ${part}Result
end
`;
}

function capital(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}
