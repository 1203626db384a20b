// The page in which engines live on the desktop, for WebGPU: starts each in a worker from the script that it is sent,
// and passes on what the engines and the extension host say to each other. It loads nothing and has no way to.

import { errorMessage } from '../../base/logger.ts';
import { buffersIn } from '../../base/requests/buffers.ts';
import { callSchema, parse } from '../../base/requests/port.ts';
import type { WebWorkerStart } from '../../worker/protocol/hostApi.ts';
import type { FromPage, ToPage } from '../../worker/protocol/pageMessages.ts';
import { toPageSchema } from '../../worker/protocol/pageMessages.ts';
import { openChannel } from '../channel.ts';
import { element } from '../dom.ts';

interface Engine {
  readonly worker: Worker;
  /** By which it asks the extension host. */
  readonly port: MessagePort;
}

const engines = new Map<number, Engine>();
const channel = openChannel<FromPage, ToPage>(toPageSchema, receive);

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
channel.post({ kind: 'ready' });

function receive(message: ToPage): void {
  const engine = engines.get(message.worker);
  switch (message.kind) {
    case 'start':
      start(message);
      return;
    case 'message':
      engine?.worker.postMessage(message.message);
      return;
    case 'answer':
      // Nobody else holds what has just come.
      engine?.port.postMessage(message.answer, buffersIn(message.answer));
      return;
    case 'end':
      end(message.worker);
      return;
    default:
      message satisfies never;
  }
}

function start({ worker: number, script, extension }: Extract<ToPage, { kind: 'start' }>): void {
  const address = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  const worker = new Worker(address, { name: 'tinymemory-engine' });
  const { port1: port, port2: host } = new MessageChannel();
  worker.onmessage = ({ data }: MessageEvent<unknown>) => {
    channel.post({ kind: 'message', worker: number, message: data });
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
      channel.post({ kind: 'call', worker: number, call });
    } catch (error) {
      crashed(number, errorMessage(error));
    }
  };
  engines.set(number, { worker, port });
  const first: WebWorkerStart<MessagePort> = { host, extension, isForWebGpuAlone: true };
  worker.postMessage(first, [host]);
  // The worker has its script, or is on its way to it, and keeps it.
  setTimeout(() => {
    URL.revokeObjectURL(address);
  }, 60_000);
}

function crashed(number: number, message: string): void {
  end(number);
  channel.post({ kind: 'crashed', worker: number, message });
}

function end(number: number): void {
  const engine = engines.get(number);
  engines.delete(number);
  engine?.worker.terminate();
  engine?.port.close();
}
