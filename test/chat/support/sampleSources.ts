// A small workspace for chat's tests, indexed as the engine does it, and answers as a list of events.

import { neverCancelled } from '../../../src/base/cancellation.ts';
import { answer } from '../../../src/chat/answers/answer.ts';
import { decline } from '../../../src/chat/answers/decline.ts';
import { Grammars } from '../../../src/chat/chunks/grammars.ts';
import type { ChatSources } from '../../../src/chat/search/retrieve.ts';
import type { ChatEvent, ChatRequest } from '../../../src/chat/model/types.ts';
import { readWordVectors } from '../../../src/chat/search/wordVectors.ts';
import { indexFiles, textsOf } from '../../../src/cli/chatFolder.ts';
import { nodeAsset } from '../../../src/worker/platform/nodeHome.ts';

export const sampleFiles: Readonly<Record<string, string>> = {
  'src/inventory.ts': [
    "import { warn } from './log.ts';",
    '',
    '/** Removes an item from the stock and returns how many are left. */',
    'export function removeFromStock(name: string, count: number): number {',
    '  if (count < 0) warn(`cannot remove ${count}`);',
    '  return lookup(name) - count;',
    '}',
    '',
    'function lookup(name: string): number {',
    '  return name.length;',
    '}',
  ].join('\n'),
  'src/log.ts':
    '/** Prints a warning for the operator. */\nexport function warn(message: string): void {\n  console.warn(message);\n}\n',
  'src/orders.ts': [
    "import { removeFromStock } from './inventory.ts';",
    '',
    'export class OrderDesk {',
    '  /** Ships an order: takes its goods out of the stock. */',
    '  ship(order: { name: string; count: number }): void {',
    '    removeFromStock(order.name, order.count);',
    '  }',
    '}',
  ].join('\n'),
  'test/inventory.test.ts': "it('removes', () => {\n  removeFromStock('nail', 3);\n});\n",
  'docs/guide.md': '# Warehouse guide\n\nHow goods move.\n\n## Shipping\n\nOrders are shipped by the desk.\n',
};

export async function sourcesOf(files: Readonly<Record<string, string>>): Promise<ChatSources> {
  const tools = {
    grammars: new Grammars(nodeAsset, message => {
      throw new Error(message);
    }),
    vectors: await readWordVectors(nodeAsset),
  };
  const list = Object.entries(files).map(([path, text]) => ({ path, text }));
  return {
    ...tools,
    index: await indexFiles(list, tools),
    read: textsOf(list),
    isPartial: false,
    leftOut: {},
  };
}

export function requestOf(text: string, changed: Partial<ChatRequest> = {}): ChatRequest {
  return { text, references: [], languageServer: [], history: [], ...changed };
}

export async function eventsOf(
  request: ChatRequest,
  sources: ChatSources | undefined,
  token = neverCancelled,
): Promise<readonly ChatEvent[]> {
  async function* write() {
    yield await Promise.resolve(decline('no-active-file', 'nothing'));
  }
  const events: ChatEvent[] = [];
  for await (const event of answer(request, { sources, write }, token)) events.push(event);
  return events;
}
