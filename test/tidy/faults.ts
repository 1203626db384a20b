// All rules of tidiness as one pure function of files, so that each rule can be shown to fail on a sample that breaks it.

import ts from 'typescript';
import { importFaults } from './layers.ts';
import { cycleFaults, roomFaults, runtimeFaults } from './rooms.ts';
import type { Import, SourceFile } from './source.ts';
import { exportedNames, importsOf, lineCount } from './source.ts';
import { nameFaults, openingFaults, sharedNameFaults, syntaxFaults, textFaults } from './texts.ts';

const maxMedianLines = 150;

/** Every rule that the files break, as `path: what is wrong`. */
export function faultsOf(files: readonly SourceFile[]): string[] {
  const faults = files.flatMap(file => [...nameFaults(file.path), ...textFaults(file)]);
  const code = files.filter(({ path }) => path.endsWith('.ts'));
  const imports = new Map<string, readonly Import[]>();
  const exported = new Map<string, readonly string[]>();
  for (const file of code) {
    const tree = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.ES2022, true);
    const found = importsOf(tree);
    imports.set(file.path, found);
    if (file.path.startsWith('src/')) exported.set(file.path, exportedNames(tree));
    faults.push(...syntaxFaults(file.path, tree), ...openingFaults(file));
    faults.push(...found.flatMap(one => [...importFaults(file.path, one), ...runtimeFaults(file.path, one)]));
  }
  const sizes = code.filter(({ path }) => path.startsWith('src/')).map(({ text }) => lineCount(text));
  const median = sizes.sort((a, b) => a - b)[Math.floor(sizes.length / 2)] ?? 0;
  if (median > maxMedianLines)
    faults.push(`src: the median file has ${median} lines, over ${maxMedianLines}`);
  return [...faults, ...cycleFaults(imports), ...roomFaults(imports), ...sharedNameFaults(exported)];
}
