// An engine for a real worker thread that speaks the protocol but has no model: it echoes the prefix, and
// misbehaves when the prefix says so.

import { parentPort } from 'node:worker_threads';

const report = {
  modelName: 'echo',
  parameters: 0,
  contextTokens: 16,
  device: 'none',
  threads: 1,
  loadMs: 0,
  warnings: [],
};
const timings = { totalMs: 0, runs: 0, tokens: 0 };

parentPort.on('message', message => {
  if (message.kind === 'load') {
    if (message.options.modelFolder === 'missing') {
      parentPort.postMessage({ kind: 'failed', id: message.id, message: 'no model in missing' });
    } else {
      parentPort.postMessage({ kind: 'loaded', id: message.id, report });
    }
  }
  if (message.kind !== 'complete') return;
  const { prefix } = message.request.window;
  if (prefix === 'exit') process.exit(3);
  if (prefix === 'throw') throw new Error('out of luck');
  if (prefix === 'print') console.error('a line on standard error');
  while (prefix === 'hang');
  const items = [{ text: `${prefix}!`, replaceAfter: 0, probability: 1 }];
  const result = { kind: 'completion', items, source: 'network', timings };
  parentPort.postMessage({ kind: 'completed', id: message.id, result });
});
