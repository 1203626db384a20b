// Documents made to be odd, through the whole engine with the bundled model: each gets suggestions or a named silence,
// never an error, and what is suggested can be inserted.

import { ok, strictEqual } from 'node:assert/strict';
import { fileWindow } from '../../src/cli/fileWindow.ts';
import { neverCancelled } from '../../src/base/cancellation.ts';
import type { CompletionRequest } from '../../src/complete/types.ts';
import { noCompletionReasons } from '../../src/complete/types.ts';
import { bundledEngine } from '../support/engine.ts';

/** At the offset (the end where left out), on an automatic trigger and on command. */
async function check(text: string, offset = text.length, file = 'odd.ts'): Promise<void> {
  const { completer } = await bundledEngine();
  const window = fileWindow(file, text, offset);
  for (const trigger of ['automatic', 'invoke'] as const) {
    const request: CompletionRequest = {
      window,
      trigger,
      alternatives: 2,
      showThreshold: 0,
      maxTokens: 6,
      multiLine: true,
    };
    const result = await completer.complete(request, neverCancelled);
    if (result.kind === 'none') {
      ok(noCompletionReasons.includes(result.reason));
      continue;
    }
    ok(result.items.length > 0 && result.items.length <= 2);
    for (const { text: shown, replaceAfter, probability } of result.items) {
      ok(shown !== '' && shown.isWellFormed(), JSON.stringify(shown));
      ok(replaceAfter >= 0 && replaceAfter <= window.suffix.length);
      ok(probability >= 0 && probability <= 1);
      strictEqual(/(^|[^\r])\n/.test(shown) && window.eol === '\r\n', false, 'a line end of another kind');
    }
  }
}

describe('odd documents through the engine', () => {
  it('stands lone surrogates', async () => {
    await check('const a = "\ud83d');
    await check('const a = "\ude00\ud83d";\nlet b = ');
    await check('\ude00');
    await check('let \ud83d\ude00', 5);
  });

  it('stands NUL and control bytes', async () => {
    await check('\0');
    await check(`${'\0'.repeat(3000)}let a = `);
    await check('a\u0001\u007f\u0085\u2028\ufeff b = ');
  });

  it('stands lines of a megabyte', async () => {
    await check('x'.repeat(2 ** 20));
    await check(`const a = "${'ab '.repeat(350_000)}`);
    await check(`const a = [${'1,'.repeat(500_000)}]`, 600_000);
    await check(' '.repeat(2 ** 20));
    await check('日'.repeat(2 ** 20), 500_000);
  });

  it('stands many short lines', async () => {
    await check('\n'.repeat(200_000));
    await check('}\n'.repeat(100_000), 100_000);
  });

  it('stands mixed line ends', async () => {
    await check('if (a) {\r\n  b();\n  c();\r  d();\r\n');
    await check('a\rb\rc\r');
    await check('a\r\n', 2);
  });

  it('clamps a cursor past the end or before the start', async () => {
    await check('let a = ', 1000);
    await check('let a = ', -5);
    await check('', 7);
  });

  it('stands special tokens written out, and names of odd files', async () => {
    await check('<|endoftext|><|fim_prefix|>let a = ');
    await check('let a = ', undefined, 'a$&b`\n<|endoftext|>{path}.ts');
    await check('let a = ', undefined, `${'very/'.repeat(3000)}long.ts`);
  });
});
