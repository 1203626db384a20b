// The chat page in a real browser: what streams is shown, keys and buttons do what they say, and it can be used without a
// mouse and without eyes.

import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import type { Citation } from '../../src/chat/model/types.ts';
import { chatCures } from '../../src/chat/model/types.ts';
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

describe('the chat page', function () {
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

  describe('while an answer streams', () => {
    const running = {
      ...answered(1, 'where are books added?'),
      status: 'running' as const,
      timings: undefined,
    };

    it('shows each part as it comes, and marks the answer busy until it is whole', async () => {
      const { page } = bench;
      const article = page.getByRole('article');
      await bench.send({ kind: 'turns', turns: [running] });
      assert.equal(await article.getAttribute('aria-busy'), 'true');
      await bench.send({ kind: 'events', turn: 1, events: [{ kind: 'progress', text: 'Reading' }] });
      await page.getByText('Reading').waitFor();
      await bench.send(
        { kind: 'events', turn: 1, events: [{ kind: 'author', author: { kind: 'workspace' } }] },
        { kind: 'events', turn: 1, events: [{ kind: 'markdown', text: 'Books are **add' }] },
        { kind: 'events', turn: 1, events: [{ kind: 'markdown', text: 'ed** here:' }] },
        { kind: 'events', turn: 1, events: [{ kind: 'snippet', citation }] },
      );
      // What was slow to draw is followed by a pause.
      await page.locator('strong', { hasText: 'added' }).waitFor();
      await page.getByText('Looked up in this workspace').waitFor();
      assert.equal(await page.locator('.numbers').textContent(), '12\n13\n14');
      assert.equal(await page.locator('.numbered .code').textContent(), citation.text);
      await bench.send({
        kind: 'events',
        turn: 1,
        events: [{ kind: 'done', citations: [citation], timings: { firstMs: 38, totalMs: 214 } }],
      });
      await page.getByText('214 ms').waitFor();
      assert.equal(await article.getAttribute('aria-busy'), 'false');
      await calm();
    });

    it('shades tokens by confidence, whatever the colours of the code', async () => {
      const { page } = bench;
      const tokens = [
        { text: 'const ta', confidence: 0.95 },
        { text: 'x = "a', confidence: 0.1 },
        { text: '<b>";', confidence: 0.5 },
      ];
      await bench.send({ kind: 'turns', turns: [running] });
      await bench.send({ kind: 'events', turn: 1, events: [{ kind: 'code', languageId: 'typescript' }] });
      for (const token of tokens) {
        await bench.send({ kind: 'events', turn: 1, events: [{ kind: 'token', ...token }] });
      }
      await page.locator('.generated .code').filter({ hasText: '<b>";' }).waitFor();
      const pieces = await page
        .locator('.generated .code .token')
        .evaluateAll((spans: { className: string; textContent: string; title: string }[]) =>
          spans.map(
            ({ className, textContent, title }) =>
              `${className.replace('token ', '')} ${textContent} ${title}`,
          ),
        );
      const text = (step: string) =>
        pieces
          .filter(piece => piece.startsWith(`${step} `))
          .map(piece => piece.split(' ').slice(1).join(' '));
      assert.equal(await page.locator('.generated .code').textContent(), 'const tax = "a<b>";');
      assert.ok(
        text('certain').length >= 1 && text('guess').some(piece => piece.endsWith('10 % sure')),
        pieces.join('|'),
      );
      assert.ok(
        text('fair').every(piece => piece.endsWith('50 % sure')),
        pieces.join('|'),
      );
      await page.getByText('How sure:').waitFor();
    });

    it('stops by Escape and by its button', async () => {
      await bench.send({ kind: 'turns', turns: [running] });
      await box().press('Escape');
      await bench.page.getByRole('button', { name: 'Stop (Escape)' }).click();
      assert.equal(bench.posted.filter(({ kind }) => kind === 'stop').length, 2);
    });
  });

  it('keeps a question in sight whose answer is longer than the page, and leaves who reads further up alone', async () => {
    const { page } = bench;
    const long = 'Line.\n\n'.repeat(60);
    const running = { ...answered(2, 'the newest question'), status: 'running' as const };
    await bench.send({
      kind: 'turns',
      turns: [answered(1, 'first', { kind: 'markdown', text: long }), running],
    });
    await bench.send({ kind: 'events', turn: 2, events: [{ kind: 'markdown', text: long }] });
    const top = async () =>
      (await page.getByRole('heading', { name: 'the newest question' }).boundingBox())?.y ?? -1;
    assert.ok((await top()) >= 0 && (await top()) < 60, `the question is at ${await top()}`);
    await page.evaluate("document.querySelector('.scroll').scrollTop = 0");
    await bench.send({ kind: 'events', turn: 2, events: [{ kind: 'markdown', text: long }] });
    assert.equal(await page.evaluate("document.querySelector('.scroll').scrollTop"), 0);
  });

  describe('in an answer', () => {
    it('turns places and links into messages', async () => {
      const text = 'See `src/a.ts:3-9`, `note:5`, and [the docs](https://example.org/x "t").';
      await bench.send({ kind: 'turns', turns: [answered(1, 'q', { kind: 'markdown', text })] });
      await bench.page.getByRole('button', { name: 'src/a.ts:3-9' }).click();
      await bench.page.getByRole('button', { name: 'the docs' }).click();
      assert.deepEqual(bench.posted.slice(1), [
        { kind: 'open', path: 'src/a.ts', line: 3, endLine: 9 },
        { kind: 'openLink', url: 'https://example.org/x' },
      ]);
      assert.equal(await bench.page.getByRole('button', { name: 'note:5' }).count(), 0);
      await calm();
    });

    it('opens, copies and inserts what is quoted, and reviews what is generated', async () => {
      const { page } = bench;
      const target = { kind: 'replace', path: 'src/a.ts', line: 3, endLine: 4 } as const;
      await bench.send({
        kind: 'turns',
        turns: [
          answered(
            4,
            'q',
            { kind: 'snippet', citation },
            { kind: 'code', languageId: 'typescript', target, tokens: [{ text: 'x', confidence: null }] },
          ),
        ],
      });
      await page.getByRole('button', { name: /^catalogue\.ts:12-14/ }).click();
      await page.getByRole('button', { name: 'Copy the lines' }).click();
      await page.getByRole('button', { name: 'Insert at cursor' }).first().click();
      await page.getByRole('button', { name: 'Review as diff' }).click();
      await page.getByRole('button', { name: 'Copy the answer' }).click();
      await page.getByRole('button', { name: 'Ask again' }).click();
      assert.deepEqual(bench.posted.slice(1), [
        { kind: 'open', path: 'src/catalogue.ts', line: 12, endLine: 14 },
        { kind: 'copy', turn: 4, part: 0 },
        { kind: 'insert', turn: 4, part: 0 },
        { kind: 'apply', turn: 4, part: 1 },
        { kind: 'copy', turn: 4, part: null },
        { kind: 'retry', turn: 4 },
      ]);
      assert.equal(await page.getByText('How sure:').isVisible(), false);
    });

    it('lists the nearest places where there is none', async () => {
      const declined = {
        kind: 'declined',
        reason: 'not-in-workspace',
        text: 'This workspace does not say.',
        nearest: [citation],
      } as const;
      await bench.send({ kind: 'turns', turns: [answered(1, 'q', declined)] });
      await bench.page.getByRole('button', { name: /catalogue\.ts:12-14/ }).click();
      assert.equal(bench.posted.at(-1)?.kind, 'open');
    });

    it('offers the command that removes the reason, also to the keyboard', async () => {
      const names = {
        'open-folder': 'Open Folder',
        'remember-workspace': 'Remember This Workspace',
        'switch-on-memory': 'Open Settings',
      } as const;
      for (const [index, cure] of chatCures.entries()) {
        const declined = { kind: 'declined', reason: 'forgotten', text: 'Why.', nearest: [], cure } as const;
        await bench.send({ kind: 'turns', turns: [answered(10 + index, 'q', declined)] });
        await bench.page.getByRole('button', { name: names[cure] }).press('Enter');
        assert.deepEqual(bench.posted.at(-1), { kind: 'cure', cure });
      }
    });
  });

  describe('in its box', () => {
    it('sends by Enter, starts a line by Shift+Enter, and sends nothing empty', async () => {
      await box().press('Enter');
      await box().pressSequentially('  one');
      await box().press('Shift+Enter');
      await box().pressSequentially('two');
      await box().press('Enter');
      assert.deepEqual(bench.posted.slice(1), [{ kind: 'ask', text: 'one\ntwo' }]);
      assert.equal(await box().inputValue(), '');
    });

    it('completes commands by arrows, Tab and Enter, and points to the chosen one', async () => {
      await box().pressSequentially('/');
      const active = async () => {
        const id = await box().getAttribute('aria-activedescendant');
        return bench.page.locator(`[id="${id ?? ''}"] .option-label`).textContent();
      };
      assert.equal(await active(), '/find');
      await box().press('ArrowDown');
      assert.equal(await active(), '/explain');
      await box().press('ArrowUp');
      await box().press('ArrowUp');
      assert.equal(await active(), '/help');
      assert.equal(await list().getByRole('option', { selected: true }).count(), 1);
      await box().pressSequentially('us');
      assert.equal(await active(), '/usages');
      await box().press('Tab');
      assert.equal(await box().inputValue(), '/usages ');
      assert.equal(await list().isVisible(), false);
      await box().fill('/find');
      await box().press('Enter');
      assert.equal(await box().inputValue(), '/find ');
      await box().fill('/explain #selection');
      await box().press('Enter');
      assert.deepEqual(bench.posted.at(-1), { kind: 'ask', text: '/explain #selection' });
      await box().fill('/help');
      await box().press('Enter');
      assert.deepEqual(bench.posted.at(-1), { kind: 'ask', text: '/help' });
    });

    it('completes files that the extension found, and drops what comes too late', async () => {
      await box().pressSequentially('/explain @ca');
      const asked = bench.posted.filter(message => message.kind === 'listFiles');
      const [first, last] = [asked.at(0), asked.at(-1)];
      assert.ok(first !== undefined && last?.query === 'ca');
      await bench.answer(first.id, ['late.ts']);
      assert.equal(await list().isVisible(), false);
      await bench.answer(last.id, ['src/catalogue.ts', 'src/a cat.ts']);
      await box().press('ArrowDown');
      await box().press('Enter');
      assert.equal(await box().inputValue(), '/explain @"src/a cat.ts" ');
    });

    it('closes the list by Escape without stopping the answer', async () => {
      await bench.send({ kind: 'turns', turns: [{ ...answered(1, 'q'), status: 'running' }] });
      await box().pressSequentially('/f');
      await box().press('Escape');
      assert.equal(await list().isVisible(), false);
      assert.deepEqual(bench.posted.slice(1), []);
    });

    it('brings back earlier questions by Up and goes forth by Down', async () => {
      await bench.send({ kind: 'turns', turns: [answered(1, 'first'), answered(2, 'second')] });
      await box().press('ArrowUp');
      assert.equal(await box().inputValue(), 'second');
      await box().press('ArrowUp');
      assert.equal(await box().inputValue(), 'first');
      await box().press('ArrowDown');
      await box().press('ArrowDown');
      assert.equal(await box().inputValue(), '');
    });

    it('keeps what was typed over a reload', async () => {
      await box().pressSequentially('half a thou');
      await bench.page.reload();
      assert.equal(await box().inputValue(), 'half a thou');
    });

    it('starts from the welcome', async () => {
      await bench.page.getByRole('button', { name: /Find where something is/ }).click();
      await bench.page.keyboard.type('it');
      assert.equal(await box().inputValue(), '/find it');
    });
  });

  it('reaches everything by Tab, in the order that it is seen', async () => {
    const { page } = bench;
    await bench.send({ kind: 'turns', turns: [answered(1, 'q', { kind: 'snippet', citation })] });
    // The order begins where one clicked last.
    await page.getByRole('heading').click();
    const names: string[] = [];
    for (let count = 0; count < 8; count++) {
      await page.keyboard.press('Tab');
      const name = await page.evaluate<string>(`(() => {
        const { activeElement } = document;
        return activeElement.getAttribute('aria-label') ?? activeElement.label ?? activeElement.textContent;
      })()`);
      names.push(name.slice(0, 16));
    }
    assert.deepEqual(names, [
      'catalogue.ts:12-',
      'Insert at cursor',
      'Copy the lines',
      'Lines of src/cat',
      'Copy the answer',
      'Ask again',
      'Ask about this w',
      'Send (Enter)',
    ]);
  });

  it('fits a narrow side bar', async () => {
    await bench.page.setViewportSize({ width: 220, height: 600 });
    const long = {
      ...citation,
      path: `src/${'deep/'.repeat(12)}veryLongNameOfAFile.ts`,
      text: 'x'.repeat(400),
    };
    await bench.send({
      kind: 'turns',
      turns: [
        answered(
          1,
          'w'.repeat(200),
          { kind: 'markdown', text: `\`${'y'.repeat(90)}\`` },
          { kind: 'snippet', citation: long },
        ),
      ],
    });
    const overflow = await bench.page.evaluate(
      "['.scroll', '.card', '.composer'].map(s => { const e = document.querySelector(s); return e.scrollWidth - e.clientWidth; })",
    );
    assert.deepEqual(overflow, [0, 0, 0]);
  });
});
