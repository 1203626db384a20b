// An indexer on a workspace in memory, with the real tokenizer, and a view of what memory then knows.

import { readFileSync } from 'node:fs';
import type { CorpusFile } from '../../../src/corpus/fileTree.ts';
import type { ReadingMark } from '../../../src/corpus/readingMark.ts';
import { noMark } from '../../../src/corpus/readingMark.ts';
import { Evidence } from '../../../src/memory/evidence.ts';
import { WorkspaceMemory } from '../../../src/memory/workspaceMemory.ts';
import { encodeInSlices } from '../../../src/tokenizer/slicedEncoding.ts';
import { Tokenizer } from '../../../src/tokenizer/tokenizer.ts';
import type { IndexerLimits } from '../../../src/worker/indexing/indexer.ts';
import { Indexer } from '../../../src/worker/indexing/indexer.ts';
import type { IndexedFolder } from '../../../src/worker/indexing/indexerScan.ts';
import type { MemoryState } from '../../../src/worker/protocol/memoryState.ts';
import { Traffic, TrafficSlices } from '../../../src/base/scheduling/traffic.ts';
import { bundledFolder } from '../../support/engine.ts';
import { recordingLogger } from './fakeWorker.ts';
import type { MemoryStore } from '../../../src/worker/storage/storeFile.ts';
import type { MemoryFiles } from './memoryFiles.ts';

export const plenty = 1e9;

export interface BenchOptions {
  readonly store?: MemoryStore;
  readonly storeKey?: string;
  readonly capBytes?: number;
  readonly sliceMs?: number;
  readonly limits?: Partial<IndexerLimits>;
  readonly mark?: ReadingMark;
  readonly skip?: readonly CorpusFile[];
  /** Called before each slice of work on a file. */
  readonly onSlice?: (path: string) => void;
}

let sharedTokenizer: Tokenizer | undefined;

function bundledTokenizer(): Tokenizer {
  if (sharedTokenizer === undefined) {
    const json = JSON.parse(readFileSync(`${bundledFolder}/tokenizer.json`, 'utf8')) as object;
    sharedTokenizer = new Tokenizer(json, 'tokenizer.json');
  }
  return sharedTokenizer;
}

/** Starts indexers, and stops them all after a test. */
export class IndexerBench {
  private readonly running: Indexer[] = [];

  async stop(): Promise<void> {
    for (const indexer of this.running.splice(0)) await indexer.stop(false);
  }

  start(files: MemoryFiles | readonly IndexedFolder[], options: BenchOptions = {}) {
    const tokenizer = bundledTokenizer();
    const memory = new WorkspaceMemory(tokenizer.size);
    const states: MemoryState[] = [];
    const logger = recordingLogger();
    const traffic = new Traffic();
    const folders: readonly IndexedFolder[] =
      'list' in files ? [{ prefix: '', tree: files, rules: {} }] : files;
    const indexer = new Indexer({
      name: 'memory',
      memory,
      *encode(path, text) {
        options.onSlice?.(path);
        const work = encodeInSlices(tokenizer, `// ${path}\n${text}`);
        for (;;) {
          const step = work.next();
          if (step.done === true) return step.value;
          yield;
          options.onSlice?.(path);
        }
      },
      mark: options.mark ?? noMark,
      store: options.store,
      storeKey: options.storeKey ?? 'key',
      vocabularySize: tokenizer.size,
      slicer: new TrafficSlices(traffic, { sliceMs: options.sliceMs ?? 3, patienceMs: 50 }),
      logger,
      onState: state => states.push(state),
      limits: { saveAfterMs: 100_000, reportEveryMs: 0, ...options.limits },
    });
    this.running.push(indexer);
    const rules = { folders, capBytes: options.capBytes ?? plenty, skip: options.skip };
    indexer.open(rules);
    /** What stands in memory, decoded, by path. */
    const known = (): Record<string, string> =>
      Object.fromEntries(
        memory
          .files()
          .map(({ path, tokens }): [string, string] => [path, tokenizer.decode([...tokens])])
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      );
    /** Whether memory continues `start` by `end`. */
    const continues = (from: string, end: string): boolean => {
      const context = tokenizer.encode(from);
      const [wanted] = tokenizer.encode(end);
      const evidence = new Evidence();
      memory.collect(context, context.length, '', evidence);
      return evidence.tokens.subarray(0, evidence.count).includes(wanted ?? -1);
    };
    const done = async (): Promise<Extract<MemoryState, { kind: 'ready' }>> => {
      await indexer.idle();
      const last = states.at(-1);
      if (last?.kind !== 'ready') throw new Error(`it is ${last?.kind}: ${logger.lines.join()}`);
      return last;
    };
    return { indexer, memory, states, logger, known, continues, done, rules, traffic };
  }
}
