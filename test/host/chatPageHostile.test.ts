// The chat page in a real browser, given hostile text wherever text can come from: it shows it, runs nothing, and asks the
// network for nothing.

import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import type { Citation } from '../../src/chat/model/types.ts';
import { launchBrowser } from './browser.ts';
import type { ChatPageBench } from './chatPageBench.ts';
import { answered, openChatPage } from './chatPageBench.ts';

const citation: Citation = {
  path: 'src/catalogue.ts',
  line: 12,
  endLine: 14,
  score: 0.9,
  languageId: 'typescript',
  text: 'add(book: Book): void {\n  this.books.push(book);\n}',
  symbol: 'Catalogue.add',
};

/** Each would leave a mark if it ran. */
const payloads = [
  '<script>window.pwned = 1</script>',
  '<img src=x onerror="window.pwned = 1">',
  '"><svg onload=window.pwned=1>',
  '\'><iframe srcdoc="<script>parent.pwned=1</script>"></iframe>',
  '</code></pre></textarea></script><script>window.pwned=1</script>',
  '[click](javascript:window.pwned=1)',
  '[click](data:text/html,<script>window.pwned=1</script>)',
  '[click](command:workbench.action.terminal.new)',
  '![x](https://evil.example/pixel.png)',
  '<https://evil.example/auto>',
  '<style>@import "https://evil.example/x.css"</style><link rel=stylesheet href=https://evil.example/x.css>',
  '<meta http-equiv=refresh content="0;url=https://evil.example"><base href="https://evil.example">',
  '<a href="https://evil.example" ping="https://evil.example">x</a><form action="https://evil.example"><button>x</button></form>',
  '```"><script>window.pwned=1</script>\ncode\n```',
  '`src/a"onclick="window.pwned=1".ts:3`',
];

describe('the chat page, given hostile text,', function () {
  this.timeout(60_000);
  let browser: Browser;
  let bench: ChatPageBench;

  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());

  beforeEach(async () => {
    bench = await openChatPage(browser);
  });
  afterEach(() => bench.close());

  const box = () => bench.page.getByRole('textbox', { name: 'Ask about this workspace' });
  const list = () => bench.page.getByRole('listbox');
  const calm = async () => {
    assert.deepEqual(bench.incidents, []);
    assert.equal(await bench.page.evaluate('window.pwned'), undefined);
  };

  it('would notice what it guards against', async () => {
    await bench.page.evaluate(`document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="1">')`);
    await bench.page.evaluate(
      `document.body.append(Object.assign(document.createElement('script'), { text: '1' }))`,
    );
    await bench.page.waitForTimeout(100);
    assert.ok(
      bench.incidents.some(incident => incident.startsWith('policy: script-src')),
      bench.incidents.join(),
    );
    assert.ok(
      bench.incidents.some(incident => incident.startsWith('policy: img-src')),
      bench.incidents.join(),
    );
  });

  for (const payload of payloads) {
    it(`shows it and runs nothing: ${payload.slice(0, 40)}`, async () => {
      const { page } = bench;
      const cited = { ...citation, path: payload, text: payload, symbol: payload, languageId: payload };
      const turn = answered(
        1,
        payload,
        { kind: 'author', author: { kind: 'endpoint', name: payload } },
        { kind: 'markdown', text: payload },
        { kind: 'snippet', citation: cited },
        {
          kind: 'code',
          languageId: payload,
          target: { kind: 'insert', path: payload, line: 1, column: 1 },
          tokens: [{ text: payload, confidence: 0.3 }],
        },
        { kind: 'declined', reason: 'not-in-workspace', text: payload, nearest: [cited] },
        { kind: 'failed', message: payload },
      );
      await bench.send(
        { kind: 'turns', turns: [{ ...turn, attached: [payload] }] },
        {
          kind: 'surroundings',
          surroundings: {
            file: payload,
            selection: payload,
            hasWorkspace: true,
            endpoint: payload,
            obstacle: payload,
          },
        },
        { kind: 'notice', text: payload },
      );
      await box().fill('@');
      const asked = await bench.untilPosted(({ kind }) => kind === 'listFiles');
      assert.ok(asked.kind === 'listFiles');
      await bench.answer(asked.id, [payload]);
      await list().getByRole('option').first().waitFor();
      for (const button of await page.locator('.answer .prose button').all()) await button.click();
      await page.waitForTimeout(50);
      assert.equal(await page.locator('img, iframe, form, object, embed, svg, a, base, style').count(), 0);
      assert.equal(await page.locator('script').count(), 1);
      const inline = '[onclick], [onerror], [onload], [srcdoc], [ping], [href^="javascript"]';
      assert.equal(await page.locator(inline).count(), 0);
      const opened = bench.posted.flatMap(message => (message.kind === 'openLink' ? [message.url] : []));
      assert.ok(
        opened.every(url => url.startsWith('https://')),
        opened.join(),
      );
      assert.equal(page.url(), 'https://page.example/');
      await calm();
    });
  }

  it('goes on with a megabyte of what takes parsers long, and shows all of it', async () => {
    const units = [
      '[](',
      '```markdown\n[](',
      '- ',
      '![',
      '*a **b ',
      '  - a\n',
      'a|b\n-|-\n',
      '$0',
      '\n```csharp\nif ',
    ];
    const parts = units.map(unit => ({
      kind: 'markdown' as const,
      text: unit.repeat(Math.ceil(1_000_000 / units.length / unit.length)),
    }));
    const code = { ...citation, languageId: 'markdown', text: '[]('.repeat(20_000) };
    await bench.send({
      kind: 'turns',
      turns: [answered(1, 'q', ...parts, { kind: 'snippet', citation: code })],
    });
    await box().fill('still here');
    const rests = bench.page.locator('.rest:not([hidden])');
    assert.equal(await rests.count(), units.length);
    assert.ok(((await rests.first().textContent()) ?? '').length > 90_000);
    await calm();
  });

  it('shows signs that hide or turn the names of files', async () => {
    const path = 'src/\u202egnp.ts';
    await bench.send({
      kind: 'turns',
      turns: [answered(1, 'q', { kind: 'snippet', citation: { ...citation, path } })],
    });
    assert.match((await bench.page.locator('.place-name').textContent()) ?? '', /\\u202egnp\.ts/);
  });

  it('drops messages of the wrong shape and goes on', async () => {
    const malformed = [{ kind: 'turns' }, { kind: 'turns', turns: [{ id: 'x' }] }, { kind: 'odd' }];
    for (const message of [7, null, ...malformed]) await bench.sendRaw(message);
    for (const change of malformed) await bench.send(change as never);
    await bench.send({
      kind: 'turns',
      turns: [answered(1, 'still here?', { kind: 'markdown', text: 'Yes.' })],
    });
    await bench.page.getByText('Yes.').waitFor();
    await calm();
  });
});
