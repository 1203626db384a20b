// The index and its ranking: what is put in is found, what is taken out is not, by words, by joined words and by
// meaning; definitions before tests and documents; integers that can be kept.

import { deepStrictEqual, equal, ok } from 'node:assert/strict';
import { encodeChunks } from '../../src/chat/search/chunkTerms.ts';
import { rank } from '../../src/chat/search/rank.ts';
import type { ChatSources } from '../../src/chat/search/retrieve.ts';
import { labelIn, SearchIndex } from '../../src/chat/search/searchIndex.ts';
import { noWordVectors } from '../../src/chat/search/wordVectors.ts';
import { partsOf } from '../../src/chat/search/words.ts';
import { finish } from '../../src/memory/workspaceMemory.ts';
import { encodeFile } from '../../src/worker/host/searchHost.ts';
import { sampleFiles, sourcesOf } from './support/sampleSources.ts';

describe('chat/searchIndex', () => {
  let sources: ChatSources;

  before(async () => {
    sources = await sourcesOf(sampleFiles);
  });

  const encode = async (path: string, text: string) => finish(await encodeFile(path, text, sources));
  const labels = (index: SearchIndex, question: string, vectors = sources.vectors) =>
    finish(rank(index, vectors, question)).ranked.map(({ match }) => labelIn(match));

  it('finds what was put in, in place of what was there, and not what was taken out', async () => {
    const index = new SearchIndex();
    finish(
      index.update([
        { path: 'a.ts', tokens: await encode('a.ts', 'function weighAnvil() {\n  return 1;\n}\n') },
      ]),
    );
    deepStrictEqual(labels(index, 'weigh the anvil'), ['weighAnvil']);
    finish(
      index.update([
        { path: 'a.ts', tokens: await encode('a.ts', 'function paintFence() {\n  return 1;\n}\n') },
      ]),
    );
    deepStrictEqual(labels(index, 'weigh the anvil', noWordVectors), []);
    deepStrictEqual(labels(index, 'paint the fence'), ['paintFence']);
    const { size, fileCount } = index;
    ok(size > 0 && fileCount === 1);
    index.remove('a.ts');
    index.remove('a.ts');
    deepStrictEqual([index.size, index.fileCount, labels(index, 'paint the fence').length], [0, 0, 0]);
  });

  it('gives back the very integers that it was given', async () => {
    const index = new SearchIndex();
    const tokens = await encode('src/log.ts', sampleFiles['src/log.ts'] ?? '');
    finish(index.update([{ path: 'src/log.ts', tokens }]));
    deepStrictEqual([...(index.files()[0]?.tokens ?? [])], tokens);
    ok(tokens.every(value => Number.isInteger(value) && value >= 0 && value < 2 ** 30));
  });

  it('ranks the declaration before its test and its document', () => {
    equal(labels(sources.index, 'remove from stock')[0], 'removeFromStock');
    equal(labels(sources.index, 'removes an item from the stock')[0], 'removeFromStock');
  });

  it('finds by meaning what shares no word with the question', async () => {
    const index = new SearchIndex();
    const text =
      'function deleteEntry(key: string) {\n  store.delete(key);\n}\n\nfunction openWindow(size: number) {\n  show(size);\n}\n';
    finish(index.update([{ path: 'a.ts', tokens: await encode('a.ts', text) }]));
    equal(labels(index, 'remove an item from the map')[0], 'deleteEntry');
    deepStrictEqual(labels(index, 'remove an item from the map', noWordVectors), []);
  });

  it('takes short forms of a word for the word', async () => {
    const index = new SearchIndex();
    const text =
      'function mkTmp(dir: string) {\n  use(dir);\n}\n\nfunction paint(fence: string) {\n  use(fence);\n}\n';
    finish(index.update([{ path: 'a.ts', tokens: await encode('a.ts', text) }]));
    const { vectors } = sources;
    ok(vectors.nearWords('directori', 0.42, 6).some(({ word }) => word === 'dir'));
    deepStrictEqual(vectors.nearWords('nosuchword', 0.42, 6), []);
    const [first] = finish(rank(index, vectors, 'the directory')).ranked;
    equal(first && labelIn(first.match), 'mkTmp');
    ok((first?.coverage ?? 0) > 0);
  });

  it('takes identifiers apart', () => {
    deepStrictEqual(partsOf('parseURLQuery2'), ['parse', 'url', 'query2']);
    deepStrictEqual(partsOf('HTTP_STATUS_codes'), ['http', 'status', 'codes']);
    deepStrictEqual(partsOf('$el'), ['el']);
    deepStrictEqual(partsOf('parseUUIDsOf'), ['parse', 'uuids', 'of']);
    deepStrictEqual(partsOf('DNSsecret'), ['dn', 'ssecret']);
    deepStrictEqual(partsOf('größeÄndern'), ['größe', 'ändern']);
  });

  it('yields on large files', () => {
    const body = 'word '.repeat(20_000);
    const chunk = {
      kind: 'block',
      name: '',
      container: '',
      line: 1,
      endLine: 2,
      docLine: 1,
      docSpans: [],
      signature: '',
      doc: '',
      body,
    } as const;
    let yields = 0;
    const work = encodeChunks('a.txt', [chunk, chunk, chunk], noWordVectors);
    while (work.next().done !== true) yields++;
    equal(yields, 3);
  });
});
