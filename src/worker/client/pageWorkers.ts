// Starts engines in workers of a page that somebody shows, because only there is WebGPU: the extension host's end. The
// page is opened with the first engine and closed after the last. When it is lost, so are they, and each says why.

import type { Disposable } from '../../base/disposable.ts';
import { DisposableStore } from '../../base/disposable.ts';
import { Emitter } from '../../base/event.ts';
import type { Logger } from '../../base/logger.ts';
import { errorMessage } from '../../base/logger.ts';
import { placeIn } from '../../base/files.ts';
import type { Calls, Handlers } from '../../base/requests/api.ts';
import { connect } from '../../base/requests/connect.ts';
import type { AnswerMessage, Port } from '../../base/requests/port.ts';
import { serve } from '../../base/requests/serve.ts';
import { HandOverError } from '../../runtime/deviceChoice.ts';
import type { EngineWorker } from './engineWorker.ts';
import { enginePageApi, enginePageHostApi } from '../protocol/enginePageApi.ts';
import type { RemoteHost } from '../platform/remoteHost.ts';
import { serveHost } from './serveHost.ts';

export interface ShownPage {
  /** Says nothing before `open` has returned. */
  readonly port: Port;
  /** Closes it; `closed` is not told of that. */
  close(): void;
}

export interface PageListener {
  /** It was closed by somebody else. */
  closed(): void;
}

export interface PageWorkersParts {
  /** Opens the page. May throw. */
  readonly open: (listener: PageListener) => ShownPage;
  readonly host: RemoteHost;
  /** The place of the extension's folder. */
  readonly extension: string;
  readonly logger: Logger;
  /** For tests, which cannot wait that long. */
  readonly times?: Partial<typeof usualTimes>;
}

const usualTimes = {
  /** How long the page may take to say that it is there: on a busy machine VS Code needs most of a minute. */
  openMs: 120_000,
  /** How long it stays without an engine: the next often follows at once. */
  emptyMs: 1_000,
};

/** Messages of megabytes are slow and those of gigabytes fail on the way into a webview. */
const pieceBytes = 16_000_000;

type PageCalls = Calls<typeof enginePageApi>;

interface Page {
  readonly shown: ShownPage;
  readonly calls: PageCalls;
  /** What listens to the page. */
  readonly owned: DisposableStore;
  isReady: boolean;
  /** What was said before it was ready. */
  readonly early: ((page: PageCalls) => void)[];
  timer: NodeJS.Timeout | undefined;
}

interface Inhabitant {
  tell(event: 'message' | 'error', value: unknown): void;
  /** What it asks of the extension host. */
  readonly calls: Emitter<unknown>;
  /** It does not run any more, and why. */
  readonly ended: Emitter<string>;
}

export class PageWorkers {
  private readonly parts: PageWorkersParts;
  private readonly times: typeof usualTimes;
  private readonly inhabitants = new Map<number, Inhabitant>();
  private page: Page | undefined;
  private lastId = 0;

  constructor(parts: PageWorkersParts) {
    this.parts = parts;
    this.times = { ...usualTimes, ...parts.times };
  }

  /** Starts an engine in the page. One that cannot live there ends with a HandOverError. */
  start(): EngineWorker {
    const { host, extension } = this.parts;
    const worker = ++this.lastId;
    const listeners = new Map<string, (value: never) => void>();
    const tell: Inhabitant['tell'] = (event, value) => {
      (listeners.get(event) as ((value: unknown) => void) | undefined)?.(value);
    };
    const inhabitant = { tell, calls: new Emitter<unknown>(), ended: new Emitter<string>() };
    const onError = (message: string): void => {
      this.parts.logger.error(`engine: ${message}`);
    };
    const served = serveHost(this.portTo(worker, inhabitant), host, { onError, pieceBytes });
    this.inhabitants.set(worker, inhabitant);
    // Messages wait for the script, so that the page gets all in their order.
    const started = this.readScript().then(
      script => {
        this.tell(page => {
          page.start({ worker, script, extension });
        });
      },
      (error: unknown) => {
        tell('error', error);
      },
    );
    this.open();
    return {
      postMessage: message => {
        void started.then(() => {
          this.tell(page => {
            page.message({ worker, message });
          });
        });
      },
      on: (event: string, listener: (value: never) => void) => listeners.set(event, listener),
      terminate: () => {
        served.dispose();
        void started.then(() => {
          this.tell(page => {
            page.end({ worker });
          });
        });
        this.inhabitants.delete(worker);
        if (this.inhabitants.size === 0) this.closeSoon();
        return Promise.resolve(0);
      },
    };
  }

  private portTo(worker: number, { calls, ended }: Inhabitant): Port {
    return {
      // A webview's messages are copied in any case.
      post: answer => {
        this.tell(page => {
          page.answer({ worker, answer: answer as AnswerMessage });
        });
      },
      onMessage: calls.event,
      onDidClose: ended.event,
    };
  }

  private async readScript(): Promise<Uint8Array<ArrayBuffer>> {
    const { host, extension } = this.parts;
    const place = placeIn(extension, 'dist/web/engine.js');
    const script = await host.storage.files.read(place);
    if (script === undefined) throw new Error(`${place} is missing; install the extension anew`);
    return new Uint8Array(script);
  }

  private open(): void {
    if (this.page !== undefined) {
      if (this.page.isReady) clearTimeout(this.page.timer);
      return;
    }
    try {
      const shown = this.parts.open({
        closed: () => {
          this.lose('its tab was closed, and Restart Engine opens it again');
        },
      });
      const timer = setTimeout(() => {
        this.lose('its tab did not load');
      }, this.times.openMs);
      const owned = new DisposableStore();
      const { calls } = owned.add(connect(enginePageApi, shown.port));
      owned.add(this.serve(shown.port));
      this.page = { shown, calls, owned, isReady: false, early: [], timer };
    } catch (error) {
      // The caller starts to listen only after this returns.
      setTimeout(() => {
        this.lose(`its tab could not be opened: ${errorMessage(error)}`);
      });
    }
  }

  private serve(port: Port): Disposable {
    const handlers: Handlers<typeof enginePageHostApi> = {
      ready: () => {
        this.setReady();
      },
      message: ({ worker, message }) => {
        this.inhabitants.get(worker)?.tell('message', message);
      },
      call: ({ worker, call }) => {
        this.inhabitants.get(worker)?.calls.fire(call);
      },
      crashed: ({ worker, message }) => {
        this.inhabitants.get(worker)?.ended.fire(message);
        this.inhabitants.get(worker)?.tell('error', new Error(message));
      },
    };
    return serve(enginePageHostApi, port, handlers, problem => {
      // The sender is unknown, and any engine there may be waiting for it.
      this.lose(`its tab cannot be understood: ${problem}`);
    });
  }

  private setReady(): void {
    const { page } = this;
    if (page === undefined) return;
    if (page.isReady) {
      this.lose('its tab was loaded anew, and Restart Engine starts it there');
      return;
    }
    clearTimeout(page.timer);
    page.isReady = true;
    for (const tell of page.early) tell(page.calls);
    if (this.inhabitants.size === 0) this.closeSoon();
  }

  /** Once the page is ready. */
  private tell(tell: (page: PageCalls) => void): void {
    const { page } = this;
    if (page === undefined) return;
    if (page.isReady) tell(page.calls);
    else page.early.push(tell);
  }

  /** Ends all engines that live there, whose work goes on elsewhere. */
  private lose(why: string): void {
    this.close();
    for (const inhabitant of [...this.inhabitants.values()]) {
      inhabitant.ended.fire(why);
      inhabitant.tell('error', new HandOverError(why));
    }
  }

  private closeSoon(): void {
    const { page } = this;
    if (page?.isReady !== true) return;
    clearTimeout(page.timer);
    page.timer = setTimeout(() => {
      this.close();
    }, this.times.emptyMs);
    page.timer.unref();
  }

  private close(): void {
    const { page } = this;
    this.page = undefined;
    clearTimeout(page?.timer);
    page?.owned.dispose();
    page?.shown.close();
  }
}
