// `npm run bench:webgpu`: the bundled model on Wasm and on WebGPU in one browser, in turns: training and prompts, as
// ratios of medians. It takes the machine's own adapter; where there is none the software one, which says nothing of a
// real graphics processor and is told as such. `--software` asks for it, `--threads N` are Wasm's.

import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { median } from '../../src/base/statistics.ts';
import { chooseThreads } from '../../src/runtime/wasm.ts';
import type { Adapter } from '../host/browser.ts';
import { launchBrowser } from '../host/browser.ts';
import type { GpuPageBench } from '../host/gpu/pageBench.ts';
import { openGpuPage } from '../host/gpu/pageBench.ts';

const { values } = parseArgs({
  options: { software: { type: 'boolean', default: false }, threads: { type: 'string', default: '0' } },
});
const threads = chooseThreads(Number(values.threads), availableParallelism());

const isDone = !values.software && (await bench('machine'));
if (!isDone) await bench('software');

/** Whether there was such an adapter. */
async function bench(adapter: Adapter): Promise<boolean> {
  const browser = await launchBrowser(adapter);
  try {
    const page = await openGpuPage(browser);
    const name = await page.call('adapter').catch((error: unknown) => {
      console.log(`no ${adapter} adapter: ${String(error).split('\n', 1).join('')}`);
      return undefined;
    });
    if (name === undefined) return false;
    const isSoftware = name.includes('swiftshader');
    if (isSoftware && adapter === 'machine') return false;
    console.log(`Wasm on ${threads} threads beside WebGPU on ${name}`);
    if (isSoftware) console.log('a software adapter: it shows that the benchmark runs, and no speed');
    await benchOn(page, isSoftware);
    return true;
  } finally {
    await browser.close();
  }
}

async function benchOn(page: GpuPageBench, isSoftware: boolean): Promise<void> {
  const rounds = isSoftware ? 2 : 9;
  const prompt = isSoftware ? 128 : 480;
  const { wasm, webgpu } = await page.call('timeDecoding', prompt, rounds, threads);
  const perSecond = (tokens: number) => (ms: number) => `${((1000 * tokens) / ms).toFixed(0)} tokens/s`;
  const target = (times: number) => `at least ${times} x on a graphics processor`;
  tell(`prompt of ${prompt} tokens`, wasm.promptMs, webgpu.promptMs, perSecond(prompt), target(5));
  tell('one token after it', wasm.tokenMs, webgpu.tokenMs, ms => `${ms.toFixed(1)} ms`, '');
  const shape = isSoftware ? { rows: 1, tokens: 64 } : { rows: 2, tokens: 512 };
  const count = shape.rows * shape.tokens;
  const steps = await page.call('timeTraining', shape, rounds, threads);
  tell(`training of ${shape.rows} x ${shape.tokens}`, steps.wasm, steps.webgpu, perSecond(count), target(10));
}

function tell(
  what: string,
  wasmMs: readonly number[],
  webgpuMs: readonly number[],
  figure: (ms: number) => string,
  target: string,
): void {
  const [wasm, webgpu] = [median(wasmMs), median(webgpuMs)];
  const ratio = `${(wasm / webgpu).toFixed(2)} x as fast`;
  console.log(
    `${what.padEnd(26)}Wasm ${figure(wasm).padStart(14)}   WebGPU ${figure(webgpu).padStart(14)}   ${ratio}   ${target}`,
  );
}
