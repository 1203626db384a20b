// The page in which engines live on the desktop, for WebGPU: starts each in a worker from the script that it is sent,
// and passes on what the engines and the extension host say to each other. It loads nothing and has no way to.

import { errorMessage } from '../../base/logger.ts';
import { buffersIn } from '../../base/requests/buffers.ts';
import { connect } from '../../base/requests/connect.ts';
import { callSchema, parse } from '../../base/requests/port.ts';
import { serve } from '../../base/requests/serve.ts';
import type { WebWorkerStart } from '../../worker/protocol/hostApi.ts';
import { enginePageApi, enginePageHostApi } from '../../worker/protocol/enginePageApi.ts';
import { openChannel, reportDropped } from '../channel.ts';
import { element } from '../dom.ts';

interface Engine {
  readonly worker: Worker;
  /** By which it asks the extension host. */
  readonly port: MessagePort;
}

const engines = new Map<number, Engine>();
const { port: extension } = openChannel();
const { calls: host } = connect(enginePageHostApi, extension);

document.body.append(
  element(
    'main',
    {},
    element('h1', {}, 'TinyMemory on WebGPU'),
    element(
      'p',
      {},
      'TinyMemory computes here on the graphics processor, because VS Code gives only pages access to it. ' +
        'Leave this tab open in the background. When it is closed, the processor goes on with the work.',
    ),
    element(
      'p',
      { class: 'dim' },
      'Nothing is loaded into this page from the network, and nothing leaves it.',
    ),
  ),
);
serve(
  enginePageApi,
  extension,
  {
    start,
    message({ worker, message }) {
      engines.get(worker)?.worker.postMessage(message);
    },
    answer({ worker, answer }) {
      // Nobody else holds what has just come.
      engines.get(worker)?.port.postMessage(answer, buffersIn(answer));
    },
    end({ worker }) {
      end(worker);
    },
  },
  reportDropped,
);
host.ready();

interface Start {
  readonly worker: number;
  readonly script: Uint8Array<ArrayBuffer>;
  /** The place of the extension's folder. */
  readonly extension: string;
}

function start({ worker: number, script, extension: place }: Start): void {
  const address = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  const worker = new Worker(address, { name: 'tinymemory-engine' });
  const { port1: port, port2: workerPort } = new MessageChannel();
  worker.onmessage = ({ data }: MessageEvent<unknown>) => {
    host.message({ worker: number, message: data });
  };
  worker.onmessageerror = () => {
    crashed(number, 'a message could not be copied');
  };
  worker.onerror = ({ message }) => {
    crashed(number, message);
  };
  port.onmessage = ({ data }: MessageEvent<unknown>) => {
    try {
      const call = parse(callSchema, data, 'a call of the engine');
      host.call({ worker: number, call });
    } catch (error) {
      crashed(number, errorMessage(error));
    }
  };
  engines.set(number, { worker, port });
  const first: WebWorkerStart<MessagePort> = {
    host: workerPort,
    extension: place,
    isForWebGpuAlone: true,
  };
  worker.postMessage(first, [workerPort]);
  // The worker has its script, or is on its way to it, and keeps it.
  setTimeout(() => {
    URL.revokeObjectURL(address);
  }, 60_000);
}

function crashed(number: number, message: string): void {
  end(number);
  host.crashed({ worker: number, message });
}

function end(number: number): void {
  const engine = engines.get(number);
  engines.delete(number);
  engine?.worker.terminate();
  engine?.port.close();
}
