// Files cut into pieces for chat: by syntax, by indentation, by headings.

import { ok, strictEqual } from 'node:assert/strict';
import type { Chunk } from '../../../src/chat/model/chunk.ts';
import { chunkFile } from '../../../src/chat/chunks/chunkFile.ts';
import { cleanComment } from '../../../src/chat/chunks/chunkLines.ts';
import { Grammars } from '../../../src/chat/chunks/grammars.ts';
import { encodeChunks } from '../../../src/chat/search/chunkTerms.ts';
import { calleesOf } from '../../../src/chat/search/definitions.ts';
import { noWordVectors } from '../../../src/chat/search/wordVectors.ts';
import { finish } from '../../../src/memory/workspaceMemory.ts';
import { nodeAsset } from '../../../src/worker/platform/nodeHome.ts';
import { code, prose } from '../samples.ts';
import type { FuzzTarget } from '../target.ts';
import { textTarget } from '../target.ts';

const grammars = new Grammars(nodeAsset, message => {
  throw new Error(message);
});

/** Pieces lie within the file, each line of code in one at least, and can be indexed. */
function checkChunks(path: string, text: string, chunks: readonly Chunk[]): void {
  const lineCount = text.split('\n').length;
  for (const { line, endLine } of chunks)
    ok(line >= 1 && line <= endLine && endLine <= lineCount, `lines ${line} to ${endLine} of ${lineCount}`);
  finish(encodeChunks(path, chunks, noWordVectors));
}

function chunking(path: string): (text: string) => Promise<void> {
  return async text => {
    const grammar = await grammars.of(path);
    checkChunks(path, text, finish(chunkFile(path, text, grammar)));
  };
}

const byGrammar = [
  'a.ts',
  'a.tsx',
  'a.js',
  'a.py',
  'a.go',
  'a.rs',
  'A.java',
  'a.cpp',
  'A.cs',
  'a.php',
  'a.rb',
  'a.sh',
];

export const chunkTargets: readonly FuzzTarget[] = [
  ...byGrammar.map(path => textTarget(`pieces of ${path}`, code, chunking(path))),
  textTarget('pieces of a file without a grammar', code, chunking('a.kt')),
  textTarget('pieces of a document', prose, chunking('README.md')),
  textTarget(
    'a comment without its marks',
    { samples: ['/** a\n * b\n */', '"""\ndoc\n"""', '# a\n# b'], tokens: prose.tokens },
    text => {
      strictEqual(typeof cleanComment(text), 'string');
    },
  ),
  textTarget('callees of a body', code, text => {
    for (const name of calleesOf(text)) ok(text.includes(name), `${name} is called nowhere`);
  }),
];
