// What the tests need to know of package.json, read from it, so that a renamed command is found all the same.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './temporaryFolder.ts';

interface Manifest {
  readonly contributes?: {
    readonly commands?: readonly {
      readonly command: string;
      readonly title: string;
      readonly category?: string;
    }[];
  };
}

/** The title of a contributed command as the palette shows it. Throws when there is no such command. */
export function commandTitle(id: string): string {
  const manifest = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8')) as Manifest;
  const found = manifest.contributes?.commands?.find(({ command }) => command === id);
  if (found === undefined) throw new Error(`package.json contributes no command ${id}`);
  return found.category === undefined ? found.title : `${found.category}: ${found.title}`;
}
