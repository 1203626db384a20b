// WebGPU in a real browser, on the software adapter that every Chromium brings along: it computes what Wasm computes,
// keeps what should stay on the device there, and gives way to Wasm when there is no device or it is lost.

import { deepStrictEqual, match, ok, rejects, strictEqual } from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { bundledCases } from '../support/engine.ts';
import type { GpuPageBench } from './gpu/pageBench.ts';
import { launchBrowser } from './browser.ts';
import { openGpuPage } from './gpu/pageBench.ts';

describe('WebGPU on the software adapter', function () {
  this.timeout(400_000);
  let browser: Browser;
  let page: GpuPageBench;

  before(async () => {
    browser = await launchBrowser('software');
    page = await openGpuPage(browser);
  });

  after(async () => {
    await browser.close();
  });

  it('is there', async () => {
    strictEqual(await page.call('adapter'), 'google swiftshader');
  });

  for (const { text, ids, greedy } of bundledCases().slice(0, 2)) {
    it(`decodes the tokens that PyTorch and Wasm do after ${JSON.stringify(text.slice(0, 20))}`, async () => {
      const count = 8;
      const onDevice = await page.call('decode', 'webgpu', 'float32', ids, count);
      deepStrictEqual(onDevice, greedy.slice(0, count));
      deepStrictEqual(await page.call('decode', 'wasm', 'float32', ids, count), onDevice);
    });
  }

  it('decodes the tokens that Wasm does with weights of 4 bits', async () => {
    const [{ ids } = { ids: [1] }] = bundledCases();
    const onDevice = await page.call('decode', 'webgpu', 'int4', ids, 6);
    deepStrictEqual(onDevice, await page.call('decode', 'wasm', 'int4', ids, 6));
  });

  it('trains ten steps with the losses of Wasm, and reads nothing but them', async () => {
    const shape = { rows: 1, tokens: 24 };
    const [ours, theirs] = [
      await page.call('train', 'webgpu', 10, shape),
      await page.call('train', 'wasm', 10, shape),
    ];
    const off = ours.losses.map((loss, at) => Math.abs(loss / (theirs.losses[at] ?? NaN) - 1));
    strictEqual(off.length, 10);
    ok(
      off.every(each => each < 1e-4),
      `losses are off by ${off.map(each => each.toExponential(1)).join(', ')}`,
    );
    // The loss and the gradient's norm of each step, and the loss of the last one's first batch.
    strictEqual(ours.numbersRead, 21);
  });

  it('gives way to Wasm in the middle of a request when the device is lost', async () => {
    const [{ ids, greedy } = { ids: [1], greedy: [] }] = bundledCases();
    const own = await openGpuPage(browser);
    const { tokens, reason } = await own.call('decodeAndLose', ids, 6, 3);
    deepStrictEqual(tokens, greedy.slice(0, 6));
    match(reason, /the device was lost \(destroyed\)/);
    await own.close();
  });
});

describe('WebGPU where there is none', () => {
  let browser: Browser;

  before(async () => {
    browser = await launchBrowser('none');
  });

  after(async () => {
    await browser.close();
  });

  async function check(before: string, reason: RegExp): Promise<void> {
    const page = await openGpuPage(browser, before);
    await rejects(page.call('adapter'), reason);
    await page.close();
  }

  it('says that the host has none', () =>
    check(`delete Navigator.prototype.gpu`, /DeviceError: this host has no WebGPU/));

  it('says that the browser gave no adapter', () =>
    check(
      `Object.defineProperty(Navigator.prototype, 'gpu', { value: { requestAdapter: async () => null } })`,
      /DeviceError: the browser gave no WebGPU adapter/,
    ));

  it('says why the adapter refused', () =>
    check(
      `Object.defineProperty(Navigator.prototype, 'gpu', { value: { requestAdapter: async () => ({
        info: { vendor: 'x' }, features: new Set(), limits: {},
        requestDevice: async () => { throw new Error('out of luck'); },
      }) } })`,
      /DeviceError: the WebGPU adapter gave no device: out of luck/,
    ));

  it('says that the browser cannot suspend WebAssembly', () =>
    check(`delete WebAssembly.Suspending`, /DeviceError: this browser cannot suspend WebAssembly/));
});
