// Secrets planted all over a workspace come out nowhere: not in what memory completes from, not in what chat finds,
// quotes and exports, not in what training reads. All that the filter is known to catch is planted.

import { deepStrictEqual, ok } from 'node:assert/strict';
import { neverCancelled } from '../../src/base/cancellation.ts';
import { seededRandom } from '../../src/base/random.ts';
import { answer } from '../../src/chat/answers/answer.ts';
import { decline } from '../../src/chat/answers/decline.ts';
import type { ChatSources } from '../../src/chat/search/retrieve.ts';
import { placeholder } from '../../src/corpus/redact.ts';
import { noMark } from '../../src/corpus/readingMark.ts';
import { conversationMarkdown } from '../../src/editor/chat/chatMarkdown.ts';
import type { Turn } from '../../src/pages/chat/conversation.ts';
import { applyEvent, startTurn } from '../../src/pages/chat/conversation.ts';
import { nodeHome } from '../../src/worker/platform/nodeHome.ts';
import { SearchHost } from '../../src/worker/host/searchHost.ts';
import { readTrainingFiles } from '../../src/worker/training/trainingFiles.ts';
import { Traffic, TrafficSlices } from '../../src/base/scheduling/traffic.ts';
import { UnsavedTexts } from '../../src/worker/indexing/unsavedTexts.ts';
import { drawSample } from '../corpus/secrets/draw.ts';
import { inCode } from '../corpus/secrets/inCode.ts';
import { inCommands } from '../corpus/secrets/inCommands.ts';
import { inConfiguration } from '../corpus/secrets/inConfiguration.ts';
import { keys } from '../corpus/secrets/keys.ts';
import { recordingLogger } from './support/fakeWorker.ts';
import { IndexerBench, plenty } from './support/indexerBench.ts';
import { MemoryFiles } from './support/memoryFiles.ts';

const random = seededRandom(17);
/** One sample of each second template: the half that is caught to the last. */
const samples = Object.values({ ...inCode, ...inConfiguration, ...inCommands, ...keys })
  .flatMap(templates => templates.filter((_, index) => index % 2 === 0))
  .map(template => drawSample(template, random));
const secrets = samples.flatMap(sample => sample.secrets).map(secret => secret.slice(0, 12));

/** Beside code enough to train on. */
function plantedFiles(): Record<string, string> {
  const planted = samples.map(({ path, text }, index): [string, string] => [
    `part${index}/${path}`,
    `export function connect${index}() {}\n${text}`,
  ]);
  const code = Array.from({ length: 40 }, (_, index): [string, string] => [
    `src/module${index}.ts`,
    `/** Opens the password store ${index}. */\nexport function openStore${index}() {\n  return ${index};\n}\n`.repeat(
      12,
    ),
  ]);
  return Object.fromEntries([...planted, ...code]);
}

function checkNothingOut(text: string): void {
  deepStrictEqual(
    secrets.filter(secret => secret.length >= 6 && text.includes(secret)),
    [],
  );
}

describe('planted secrets', function () {
  this.timeout(120_000);
  const bench = new IndexerBench();
  const search = new SearchHost(
    nodeHome('none here'),
    new TrafficSlices(new Traffic()),
    recordingLogger(),
    noMark,
  );

  after(async () => {
    await bench.stop();
    await search.close(false);
  });

  async function chatSources(): Promise<ChatSources> {
    const tree = new MemoryFiles(plantedFiles());
    const rules = { folders: [{ prefix: '', tree, rules: {} }], capBytes: plenty };
    search.open(
      rules,
      { folders: [], capBytes: plenty, storeFile: null, storeKey: 'key' },
      Promise.resolve(),
    );
    const sources = await search.sources(100_000, () => undefined, neverCancelled);
    ok(sources !== undefined && !sources.isPartial);
    return sources;
  }

  it('are not in what memory completes from', async () => {
    const { known, done } = bench.start(new MemoryFiles(plantedFiles()));
    await done();
    const texts = Object.values(known()).join('\n');
    ok(texts.split(placeholder).length > samples.length / 2);
    checkNothingOut(texts);
  });

  it('are not in what memory learns of documents that are not saved', async () => {
    const files = plantedFiles();
    const unsaved = new UnsavedTexts();
    for (const [path, text] of Object.entries(files)) unsaved.set(path, text);
    const saved = new MemoryFiles(Object.fromEntries(Object.keys(files).map(path => [path, 'saved\n'])));
    const { known, done } = bench.start([{ prefix: '', tree: unsaved.over(saved, ''), rules: {} }]);
    await done();
    const texts = Object.values(known()).join('\n');
    ok(texts.includes('connect1()') && texts.includes(placeholder));
    checkNothingOut(texts);
  });

  it('are not in what chat finds, quotes and exports', async () => {
    const sources = await chatSources();
    let quoted = 0;
    for (const path of Object.keys(plantedFiles())) {
      const text = (await sources.read(path)) ?? '';
      if (text.includes(placeholder)) quoted++;
      checkNothingOut(text);
    }
    ok(quoted > samples.length / 3);
    const turns: Turn[] = [];
    for (const question of [
      'where is the password?',
      '/find apiKey',
      '/find connect4',
      'what does openStore3 do?',
    ]) {
      const request = { text: question, references: [], languageServer: [], history: [] };
      let turn = startTurn(turns.length, question, []);
      for await (const event of answer(request, { sources, write: declineToWrite }, neverCancelled)) {
        turn = applyEvent(turn, event);
      }
      turns.push(turn);
    }
    const exported = conversationMarkdown(turns);
    ok(exported.includes('connect4') && exported.includes('openStore3'));
    checkNothingOut(exported + JSON.stringify(turns));
  });

  it('are not in what training reads, nor in what judges it', async () => {
    const tree = new MemoryFiles(plantedFiles());
    const { training, validation, judged } = await readTrainingFiles([{ prefix: '', tree, rules: {} }], {
      seed: 1,
    });
    const texts = [...training, ...validation, ...judged.workspace, ...judged.heldOut].map(
      ({ text }) => text,
    );
    ok(texts.filter(text => text.includes(placeholder)).length > samples.length / 3);
    ok(judged.report.redactions > samples.length / 3);
    checkNothingOut(texts.join('\n'));
  });
});

async function* declineToWrite() {
  yield await Promise.resolve(decline('no-active-file', 'nothing'));
}
