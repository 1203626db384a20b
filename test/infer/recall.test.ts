// What memory knows of the next token from places that are built alike, with the bundled model's tokenizer.

import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { Recall } from '../../src/infer/recall.ts';
import { finish, WorkspaceMemory } from '../../src/memory/workspaceMemory.ts';
import { bundledEngine } from '../support/engine.ts';

const methods = (name: string, field: string, type: string): string =>
  `  ${name}(${field}: ${type}): Book[] {\n    return this.books.filter(book => book.${field} === ${field});\n  }\n`;

describe('infer/recall', () => {
  /** What memory proposes after a text, once each, the best first. */
  async function proposalsAfter(
    text: string,
    {
      files = {},
      forget,
      path = 'own.ts',
      ownFrom,
    }: { files?: Record<string, string>; forget?: string; path?: string; ownFrom?: number } = {},
  ): Promise<string[]> {
    const { tokenizer } = await bundledEngine('float32');
    const memory = new WorkspaceMemory(tokenizer.size, tokenizer.tokenBytes);
    const all = Object.entries(files).map(([file, content]) => ({
      path: file,
      tokens: tokenizer.encode(content),
    }));
    finish(memory.update(all));
    if (forget === '*') memory.clear();
    else if (forget !== undefined) memory.remove(forget);
    const recall = new Recall(memory, tokenizer);
    recall.follow({ path, document: tokenizer.encode(text), ...(ownFrom === undefined ? {} : { ownFrom }) });
    return [...new Set(recall.collect().proposals.map(({ token }) => tokenizer.tokenBytes[token] ?? ''))];
  }

  const shop = methods('findByTitle', 'title', 'string');
  const begun = methods('findByCopies', 'copies', 'number');
  const upTo = (mark: string): string => begun.slice(0, begun.indexOf(mark) + mark.length);

  it('proposes the token that the other place has, with the names of this one', async () => {
    for (const mark of ['return this.', 'books.filter', '=> book.', 'copies ===']) {
      const [best = ''] = await proposalsAfter(shop + upTo(mark));
      const rest = begun.slice(upTo(mark).length);
      ok(best !== '' && rest.startsWith(best), `${JSON.stringify(best)} before ${JSON.stringify(rest)}`);
    }
  });

  it('knows other files, until they are forgotten, and not the copy of its own', async () => {
    const text = upTo('=> book.');
    const files = { 'b.ts': shop };
    ok((await proposalsAfter(text, { files })).length > 0);
    deepStrictEqual(await proposalsAfter(text, { files, forget: 'b.ts' }), []);
    deepStrictEqual(await proposalsAfter(text, { files, forget: '*' }), []);
    deepStrictEqual(await proposalsAfter(text, { files, path: 'b.ts' }), []);
    ok((await proposalsAfter(text, { files, path: 'b.ts', ownFrom: 0 })).length > 0);
  });

  it('knows the same after tokens are appended and taken back', async () => {
    const { tokenizer } = await bundledEngine('float32');
    const memory = new WorkspaceMemory(tokenizer.size, tokenizer.tokenBytes);
    const tokens = tokenizer.encode(shop + begun);
    const known = (recall: Recall) =>
      recall.collect().proposals.map(({ token, typedBytes }) => [token, typedBytes]);
    fc.assert(
      fc.property(fc.nat(tokens.length), fc.nat(20), (length, more) => {
        const recall = new Recall(memory, tokenizer);
        recall.follow({ path: 'own.ts', document: tokens.slice(0, length) });
        const before = known(recall);
        for (const token of tokens.slice(length, length + more)) recall.append(token);
        recall.truncate(length);
        deepStrictEqual(known(recall), before);
      }),
      { numRuns: 30 },
    );
  });

  it('finds nothing where a memory looks for no analogies', async () => {
    const { tokenizer } = await bundledEngine('float32');
    const recall = new Recall(new WorkspaceMemory(tokenizer.size), tokenizer);
    recall.follow({ path: 'own.ts', document: tokenizer.encode(shop + upTo('=> book.')) });
    strictEqual(recall.collect().proposals.length, 0);
  });
});
