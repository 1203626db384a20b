// Taking files apart: by syntax, by headings, by indentation. Every line that is not blank must be in a chunk.

import { deepStrictEqual, ok } from 'node:assert';
import type { Chunk } from '../../src/chat/model/chunk.ts';
import { chunkFile } from '../../src/chat/chunks/chunkFile.ts';
import { Grammars } from '../../src/chat/chunks/grammars.ts';
import { labelOf } from '../../src/chat/search/retrieve.ts';
import { finish } from '../../src/memory/workspaceMemory.ts';
import { nodeAsset } from '../../src/worker/platform/nodeHome.ts';

const grammars = new Grammars(nodeAsset, message => {
  throw new Error(message);
});

async function chunksOf(path: string, text: string): Promise<readonly Chunk[]> {
  const chunks = finish(chunkFile(path, text, await grammars.of(path)));
  for (const [index, line] of text.split('\n').entries()) {
    const isIn = chunks.some(({ docLine, endLine }) => docLine <= index + 1 && index + 1 <= endLine);
    ok(
      isIn || line.trim() === '' || /^(?:impl|mod|namespace|\}|\/\/|\s*\/?\*)/.test(line),
      `${path}:${index + 1} is in no chunk: ${line}`,
    );
  }
  return chunks;
}

/** Each chunk as `kind label lines | documentation`. */
async function check(path: string, text: string, expected: readonly string[]): Promise<void> {
  const chunks = await chunksOf(path, text);
  deepStrictEqual(
    chunks.map(
      chunk =>
        `${chunk.kind} ${labelOf(chunk)} ${chunk.line}-${chunk.endLine} | ${chunk.doc.replaceAll('\n', ' ')}`,
    ),
    expected,
  );
}

describe('chat/chunks', () => {
  it('takes files apart side by side as it does one after the other', async () => {
    const languages: Readonly<Record<string, (index: number) => string>> = {
      'a.ts': index => `/** Does. */\nexport function f${index}(x: number) {\n  return x + ${index};\n}\n`,
      'b.ts': index => `class C${index} {\n  m${index}(): void {\n    call('${index}');\n  }\n}\n`,
      'a.py': index => `def g${index}(x):\n    "Does."\n    return x\n\n`,
      'b.py': index => `class D${index}:\n    def n${index}(self):\n        pass\n\n`,
      'a.go': index => `// H${index} does.\nfunc H${index}(x int) int {\n\treturn x\n}\n`,
    };
    const files = Object.entries(languages).map(([path, unit]) => ({
      path,
      text: Array.from({ length: 500 }, (_, index) => unit(index)).join('\n'),
    }));
    const works = await Promise.all(
      files.map(async ({ path, text }) => ({ path, work: chunkFile(path, text, await grammars.of(path)) })),
    );
    const found = new Map<string, readonly Chunk[]>();
    while (found.size < works.length)
      for (const { path, work } of works) {
        const step = found.has(path) ? undefined : work.next();
        if (step?.done === true) found.set(path, step.value);
      }
    for (const { path, text } of files) deepStrictEqual(found.get(path), await chunksOf(path, text), path);
  });

  it('tries a grammar again that could not be loaded, and says each problem once', async () => {
    const problems: string[] = [];
    let nowMs = 0;
    let isAway = true;
    const asset = (name: string) =>
      isAway ? Promise.reject(new Error('the share is away')) : nodeAsset(name);
    const own = new Grammars(
      asset,
      problem => problems.push(problem),
      () => nowMs,
    );
    deepStrictEqual(await Promise.all([own.of('a.ts'), own.of('b.ts')]), [undefined, undefined]);
    isAway = false;
    deepStrictEqual(await own.of('a.ts'), undefined);
    nowMs = 60_000;
    ok((await own.of('a.ts')) !== undefined);
    deepStrictEqual(problems.length, 1);
  });

  it('takes TypeScript apart', async () => {
    await check(
      'a.ts',
      [
        "import { b } from './b.ts';",
        '',
        '/** Adds two numbers. */',
        'export function add(a: number, b: number): number {',
        '  return a + b;',
        '}',
        '',
        '// Holds things.',
        'class Box<T> {',
        '  /**',
        '   * Puts one in.',
        '   */',
        '  put(item: T): void {',
        '    this.items.push(item);',
        '  }',
        '  items: T[] = [];',
        '}',
        'const double = (x: number) => 2 * x;',
      ].join('\n'),
      [
        'block  1-1 | ',
        'function add 4-6 | Adds two numbers.',
        'type Box 9-17 | Holds things.',
        'function Box.put 13-15 | Puts one in.',
        'function double 18-18 | ',
      ],
    );
  });

  it('takes overloads for one function, and a class without its methods', async () => {
    const chunks = await chunksOf(
      'a.ts',
      '/** Reads. */\nfunction read(a: string): void;\nfunction read(a: number): void;\nfunction read(a: unknown): void {\n  use(a);\n}\nclass A {\n  secret() { hidden(); }\n}\n',
    );
    deepStrictEqual(chunks.map(labelOf), ['read', 'A', 'A.secret']);
    ok(chunks[0]?.doc === 'Reads.' && chunks[0].body.includes('use(a)'));
    ok(chunks[1]?.body.includes('hidden') === false);
  });

  it('takes overloads of Python for one function, and no others of a name', async () => {
    await check(
      'a.py',
      '@overload\ndef f(x: int) -> int: ...\n\n\n@overload\ndef f(x: str) -> str:\n    ...\n\n\ndef f(x):\n    return x\n\n\ndef f():\n    return 2\n',
      ['function f 1-11 | ', 'function f 14-15 | '],
    );
  });

  it('takes Python apart, docstrings and decorators with it', async () => {
    await check(
      'a.py',
      'class A:\n    """Is a class."""\n\n    @property\n    def size(self):\n        """The size."""\n        return 1\n\n\ndef free(x):\n    return x\n',
      ['type A 1-7 | Is a class.', 'function A.size 4-7 | The size.', 'function free 10-11 | '],
    );
  });

  it('names the type of a method in Go and Rust', async () => {
    await check('a.go', 'package a\n\n// Len counts.\nfunc (b *Box) Len() int {\n\treturn 1\n}\n', [
      'block  1-1 | ',
      'function Box.Len 4-6 | Len counts.',
    ]);
    await check(
      'a.rs',
      'impl Box {\n    /// Counts.\n    #[inline]\n    pub fn len(&self) -> usize {\n        1\n    }\n}\n',
      ['function Box.len 3-6 | Counts.'],
    );
  });

  it('takes Java, C++, C#, PHP, Ruby and shell scripts apart', async () => {
    const names = async (path: string, text: string) =>
      (await chunksOf(path, text)).filter(({ kind }) => kind !== 'block').map(labelOf);
    deepStrictEqual(await names('A.java', 'class A {\n  int b(int c) {\n    return c;\n  }\n}\n'), [
      'A',
      'A.b',
    ]);
    deepStrictEqual(await names('a.cpp', 'int Box::size(int a) {\n  return a;\n}\n'), ['size']);
    deepStrictEqual(await names('A.cs', 'class A {\n  int B() {\n    return 1;\n  }\n}\n'), ['A', 'A.B']);
    deepStrictEqual(await names('a.php', '<?php\nfunction one() {\n  return 1;\n}\n'), ['one']);
    deepStrictEqual(await names('a.rb', 'class A\n  def b\n    1\n  end\nend\n'), ['A', 'A.b']);
    deepStrictEqual(await names('a.sh', 'greet() {\n  echo hi\n}\n'), ['greet']);
  });

  it('takes documents apart by headings, not by what stands in fences', async () => {
    await check('a.md', '# Top\n\ntext\n\n## Inner `x`\n\n```\n# no heading\n```\n\nOther\n-----\n\nend\n', [
      'section Top 1-3 | ',
      'section Top.Inner x 5-9 | ',
      'section Top.Other 11-14 | ',
    ]);
  });

  it('takes code of an unknown grammar apart by indentation', async () => {
    await check(
      'a.kt',
      '// Adds.\nfun add(a: Int): Int {\n  return a\n}\n\nclass Box {\n  fun put() {\n    x()\n  }\n}\n',
      ['function add 2-4 | Adds.', 'type Box 6-10 | ', 'function Box.put 7-9 | '],
    );
  });

  it('survives what does not parse, empty files and very long lines', async () => {
    await chunksOf('a.ts', 'function ( { class } ]] =>\n'.repeat(50));
    deepStrictEqual(await chunksOf('a.ts', ''), []);
    await chunksOf('a.py', `x = "${'a'.repeat(200_000)}"\n`);
  });
});
