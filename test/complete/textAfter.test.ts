// The real engine in the middle of a document: what stands after the cursor is evidence like what stands before.

import { strictEqual } from 'node:assert/strict';
import { neverCancelled } from '../../src/base/cancellation.ts';
import { Completer } from '../../src/complete/completer.ts';
import { MixedPredictor } from '../../src/infer/predictor.ts';
import { WorkspaceMemory } from '../../src/memory/workspaceMemory.ts';
import { bundledEngine } from '../support/engine.ts';
import { cursorIn, inserted } from './cursor.ts';

/** The cursor's line after the suggestion that is wished for, nothing else of the workspace being known. */
async function check(text: string, expected: string): Promise<void> {
  const { decoder, tokenizer, vocabulary, prompts, mixture, alone } = await bundledEngine('float32');
  const memory = new WorkspaceMemory(decoder.config.vocabSize, tokenizer.tokenBytes);
  const predictor = new MixedPredictor({ decoder, memory, mixture, alone, tokenizer });
  const completer = new Completer({ predictor, counters: decoder.counters, vocabulary, prompts });
  const window = cursorIn(text, { uri: `file:///${text}`, path: 'splines.ts' });
  const result = await completer.complete(
    { window, trigger: 'invoke', alternatives: 1, showThreshold: 0, maxTokens: 24, multiLine: false },
    neverCancelled,
  );
  const [item] = result.kind === 'completion' ? result.items : [];
  const after = item === undefined ? text : inserted(window, item);
  const line = after.split('\n').find(each => each.includes('|'));
  strictEqual(line?.replace('|', ''), expected);
}

describe('complete/textAfter', function () {
  this.timeout(60_000);

  it('spells a name that stands only below', async () => {
    const below = [
      'export function stop(): void {',
      '  reticulateSplineOfWidget(count);',
      '}',
      'export function again(): void {',
      '  reticulateSplineOfWidget(count);',
      '}',
    ].join('\n');
    await check(
      `export function start(): void {\n  reticul|\n}\n${below}\n`,
      '  reticulateSplineOfWidget(count);',
    );
  });

  it('takes, of lines that begin alike, the one with the same next line', async () => {
    const above = [
      'register(alphaParser, firstKind);',
      'announce("alpha");',
      'register(bravoParser, secondKind);',
      'announce("bravo");',
      'reset();',
    ].join('\n');
    await check(`${above}\nregister(|\nannounce("bravo");\n`, 'register(bravoParser, secondKind);');
    await check(`${above}\nregister(|\nannounce("alpha");\n`, 'register(alphaParser, firstKind);');
  });
});
