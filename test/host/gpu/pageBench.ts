// Opens the WebGPU page in a browser with the software adapter, or the machine's own, and calls what it offers.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { repositoryRoot } from '../temporaryFolder.ts';
import type { GpuPage } from './page.ts';

type Answer<K extends keyof GpuPage> = GpuPage[K] extends (...args: never[]) => Promise<infer T> ? T : never;

export interface GpuPageBench {
  call<K extends keyof GpuPage>(name: K, ...args: Parameters<GpuPage[K]>): Promise<Answer<K>>;
  close(): Promise<void>;
}

const origin = 'https://page.example';
const folders: Readonly<Record<string, string>> = {
  model: 'models/bundled',
  runtime: 'node_modules/onnxruntime-web/dist',
};
/** With them there are threads. */
const isolation = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/** `before` runs in the page before its own script. Requests to anywhere else are refused. */
export async function openGpuPage(browser: Browser, before = ''): Promise<GpuPageBench> {
  const script = await pageScript();
  const page = await (await browser.newContext()).newPage();
  const faults: string[] = [];
  page.on('pageerror', error => faults.push(error.message));
  await page.addInitScript(before);
  await page.route('**/*', async route => {
    const { pathname, origin: from } = new URL(route.request().url());
    const [, folder = '', name = ''] = pathname.split('/');
    const fulfill = (contentType: string, body: Buffer | string) =>
      route.fulfill({ contentType, body, headers: isolation });
    const place = folders[folder];
    if (from !== origin) await route.abort();
    else if (pathname === '/')
      await fulfill('text/html', '<!doctype html><script type="module" src="/page.js"></script>');
    else if (pathname === '/page.js') await fulfill('text/javascript', script);
    else if (place === undefined) await route.fulfill({ status: 404 });
    else await serve(join(repositoryRoot, place, name), fulfill, () => route.fulfill({ status: 404 }));
  });
  await page.goto(`${origin}/`);
  await page.waitForFunction('globalThis.gpuPage !== undefined');
  return {
    async call<K extends keyof GpuPage>(name: K, ...args: Parameters<GpuPage[K]>): Promise<Answer<K>> {
      try {
        const answer = await page.evaluate(`gpuPage[${JSON.stringify(name)}](...${JSON.stringify(args)})`);
        // JSON of what the page says it answers.
        return answer as Answer<K>;
      } catch (error) {
        throw new Error([...faults, String(error)].join('\n'), { cause: error });
      }
    },
    async close() {
      await page.context().close();
    },
  };
}

async function serve(
  path: string,
  fulfill: (contentType: string, body: Buffer) => Promise<void>,
  missing: () => Promise<void>,
): Promise<void> {
  const types: Readonly<Record<string, string>> = {
    mjs: 'text/javascript',
    wasm: 'application/wasm',
    json: 'application/json',
  };
  let body: Buffer;
  try {
    body = readFileSync(path);
  } catch {
    await missing();
    return;
  }
  await fulfill(types[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream', body);
}

async function pageScript(): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: repositoryRoot,
    entryPoints: ['test/host/gpu/page.ts'],
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'esm',
    target: ['chrome138'],
    conditions: ['onnxruntime-web-use-extern-wasm'],
    plugins: [
      {
        // Of the whole package only the part without WebGPU and WebGL.
        name: 'wasm-only',
        setup(building) {
          building.onResolve({ filter: /^onnxruntime-web$/ }, ({ kind, resolveDir }) =>
            building.resolve('onnxruntime-web/wasm', { kind, resolveDir }),
          );
        },
      },
    ],
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}
