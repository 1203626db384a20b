// A turn of the event loop, in Node and in browsers: timers fire and messages arrive before it resolves. Browsers hold
// back timers that follow each other, but not messages to oneself.

/** Resolves after what waits already has had its turn. */
export const nextTurn: () => Promise<void> =
  typeof setImmediate === 'function' ? () => new Promise(resolve => setImmediate(resolve)) : messageTurns();

function messageTurns(): () => Promise<void> {
  const waiting: (() => void)[] = [];
  const { port1, port2 } = new MessageChannel();
  port1.addEventListener('message', () => {
    waiting.shift()?.();
  });
  port1.start();
  return () =>
    new Promise(resolve => {
      waiting.push(resolve);
      port2.postMessage(undefined);
    });
}
