// Every regular expression of the product takes linear time on whatever it is given, or what it is given is short: files,
// model folders and endpoints are written by others, and a pattern that runs away stops the engine or a page.

import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ts from 'typescript';
import { bounded, madeLater } from './support/boundedPatterns.ts';
import { repository } from './support/engine.ts';
import { whySlow } from './support/slowPatterns.ts';

interface Literal {
  readonly file: string;
  readonly line: number;
  readonly source: string;
  readonly flags: string;
}

interface Found {
  readonly literals: readonly Literal[];
  /** Files with an expression that is put together from texts. */
  readonly puttingTogether: ReadonlySet<string>;
}

function patternsOf(folder: string): Found {
  const literals: Literal[] = [];
  const puttingTogether = new Set<string>();
  for (const name of readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue;
    const file = name.replaceAll('\\', '/');
    const tree = ts.createSourceFile(
      file,
      readFileSync(join(repository, folder, name), 'utf8'),
      ts.ScriptTarget.Latest,
      true,
    );
    const visit = (node: ts.Node): void => {
      if (ts.isRegularExpressionLiteral(node)) {
        const end = node.text.lastIndexOf('/');
        const line = tree.getLineAndCharacterOfPosition(node.getStart()).line + 1;
        literals.push({ file, line, source: node.text.slice(1, end), flags: node.text.slice(end + 1) });
      }
      if (ts.isNewExpression(node) && node.expression.getText() === 'RegExp') puttingTogether.add(file);
      ts.forEachChild(node, visit);
    };
    visit(tree);
  }
  return { literals, puttingTogether };
}

/** Those that a file makes while it is loaded; a query makes it another module, which is loaded anew. */
async function madeOnLoad(file: string): Promise<readonly RegExp[]> {
  const { RegExp: known } = globalThis;
  const made: RegExp[] = [];
  globalThis.RegExp = new Proxy(known, {
    construct(target, args: ConstructorParameters<typeof RegExp>) {
      const pattern = new target(...args);
      made.push(pattern);
      return pattern;
    },
  });
  try {
    await import(`../src/${file}?anew`);
  } finally {
    globalThis.RegExp = known;
  }
  return made;
}

describe('regular expressions', function () {
  this.timeout(300_000);

  const { literals, puttingTogether } = patternsOf('src');

  it('are found to be slow where they are', () => {
    for (const slow of [/(x+x+)+y/, /\s+$/, /a.*b.*c/s, /^\s*x?\s*$/, /\bfn\b.*->$/, /\{@\w+\s+([^}]*)\}/g])
      ok(whySlow(slow) !== undefined, String(slow));
    for (const linear of [/^\s+/, /(?<!\s)\s+$/, /"[^"\n]*"/y, /[a-z]+/g, /^[^:]*:\d+$/, /\p{L}+/gu])
      strictEqual(whySlow(linear), undefined, String(linear));
  });

  it('take linear time, or are given short texts', () => {
    ok(literals.length > 400);
    const slow = literals.flatMap(literal => {
      const why = whySlow(literal);
      return why === undefined ? [] : [{ ...literal, why }];
    });
    const isOf = (each: (typeof bounded)[number], { file, source }: Literal): boolean =>
      each.file === file && source.startsWith(each.start);
    const found = slow.filter(literal => !bounded.some(each => isOf(each, literal)));
    deepStrictEqual(
      found.map(({ file, line, source, flags, why }) => `${file}:${line} /${source}/${flags}: ${why}`),
      [],
    );
    // No exception outlives its reason.
    const stale = bounded.filter(each => !slow.some(literal => isOf(each, literal)));
    deepStrictEqual(stale, []);
    for (const { because } of bounded) match(because, /.{20}/);
  });

  it('that are put together take linear time too', async () => {
    for (const file of puttingTogether) {
      const made = await madeOnLoad(file);
      const found = made.flatMap(pattern => {
        const why = whySlow(pattern);
        return why === undefined ? [] : [`${file} ${String(pattern)}: ${why}`];
      });
      deepStrictEqual(found, []);
      ok(made.length > 0 || Object.hasOwn(madeLater, file), `${file} makes none when it is loaded`);
    }
    deepStrictEqual(
      Object.keys(madeLater).filter(file => !puttingTogether.has(file)),
      [],
    );
  });
});
