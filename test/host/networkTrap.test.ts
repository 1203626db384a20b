// The trap of the end-to-end suites catches what they say is not there: requests of pages, of workers, and WebSockets.

import { launchBrowser } from './browser.ts';
import { setNetworkTrap } from './networkTrap.ts';

describe('the trap for what a browser asks for', function () {
  this.timeout(60_000);

  it('catches requests and sockets of a worker, also to this machine', async () => {
    const trap = await setNetworkTrap();
    const browser = await launchBrowser('none', trap.flags('127.0.0.1:2'));
    try {
      const page = await browser.newPage();
      await page.evaluate(() => {
        const asks = `for (const url of ['http://page.example/', 'http://127.0.0.1:9999/', 'https://safe.example/'])
            fetch(url, { mode: 'no-cors' }).catch(() => 0);
          new WebSocket('ws://socket.example/');`;
        const url = URL.createObjectURL(new Blob([asks]));
        Reflect.construct(Reflect.get(globalThis, 'Worker') as new (url: string) => object, [url]);
      });
      const expected = ['page.example', '127.0.0.1:9999', 'safe.example', 'socket.example'];
      while (!expected.every(name => trap.caught.some(url => url.includes(name))))
        await page.waitForTimeout(50);
    } finally {
      await browser.close();
      await trap.close();
    }
  });
});
