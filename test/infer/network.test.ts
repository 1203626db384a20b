// The network falls back to another when the device of the first fails: the request that failed is answered, nothing cached on
// the lost device is used, and whatever else goes wrong stays an error.

import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict';
import { neverCancelled } from '../../src/base/cancellation.ts';
import { Decoder } from '../../src/infer/decoder.ts';
import type { Network } from '../../src/infer/network.ts';
import { NetworkInUse } from '../../src/infer/network.ts';
import type { SequenceCache } from '../../src/infer/sequenceCache.ts';
import { HeldTokens } from '../../src/infer/sequenceCache.ts';
import type { ModelConfig } from '../../src/model/config.ts';
import { DeviceError } from '../../src/runtime/session.ts';

const config = { contextTokens: 300 } as ModelConfig;

/** Answers `answer` as the logits of every token; fails from run number `failsAt` on. */
function network(answer: number, failsAt = Infinity, error: Error = new DeviceError('it was lost')) {
  const did: string[] = [];
  let runs = 0;
  const made: Network & { readonly did: readonly string[] } = {
    did,
    run(feeds) {
      const rows = feeds['logit_rows']?.shape[0] ?? 0;
      did.push(`run ${feeds['tokens']?.shape[0] ?? 0}`);
      if (++runs >= failsAt) return Promise.reject(error);
      const logits = {
        type: 'float32',
        shape: [rows, 1],
        data: new Float32Array(rows).fill(answer),
      } as const;
      return Promise.resolve({ logits });
    },
    newCache(): SequenceCache {
      const held = new HeldTokens();
      return {
        get size() {
          return held.size;
        },
        commonPrefix: sequence => held.commonPrefix(sequence),
        truncate(length) {
          held.truncate(length);
        },
        feeds: () => ({}),
        append(tokens) {
          held.append(tokens);
        },
        dispose: () => did.push('cache freed'),
      };
    },
    dispose: () => did.push('disposed'),
  };
  return made;
}

const tokens = (count: number) => Array.from({ length: count }, (_, at) => at);

describe('infer/network: a fallback', () => {
  async function ask(decoder: Decoder, count: number): Promise<number | undefined> {
    return (await decoder.logitsAfter('a', tokens(count), neverCancelled))[0];
  }

  it('answers what the first was asked, from the start, and all that follows', async () => {
    const [first, second] = [network(1, 3), network(2)];
    const reasons: string[] = [];
    const networks = new NetworkInUse(first, ({ message }) => {
      reasons.push(message);
      return Promise.resolve(second);
    });
    const decoder = new Decoder(config, networks);
    strictEqual(await ask(decoder, 10), 1);
    // Lost between two chunks of a prompt.
    strictEqual(await ask(decoder, 200), 2);
    strictEqual(await ask(decoder, 201), 2);
    deepStrictEqual(first.did, ['run 10', 'run 128', 'run 62', 'disposed', 'cache freed']);
    deepStrictEqual(second.did, ['run 128', 'run 72', 'run 1']);
    deepStrictEqual(reasons, ['it was lost']);
  });

  it('is made once for all who decode', async () => {
    let made = 0;
    const second = network(2);
    const networks = new NetworkInUse(network(1, 1), () => {
      made++;
      return Promise.resolve(second);
    });
    const decoders = [1, 2, 3].map(() => new Decoder(config, networks));
    deepStrictEqual(await Promise.all(decoders.map(decoder => ask(decoder, 5))), [2, 2, 2]);
    deepStrictEqual(await decoders[0]?.logitsAfterEach(tokens(2), 1), [Float32Array.of(2)]);
    strictEqual(made, 1);
  });

  it('is not asked for what is no fault of a device', async () => {
    const networks = new NetworkInUse(network(1, 1, new Error('a bug')), () => Promise.resolve(network(2)));
    await rejects(ask(new Decoder(config, networks), 5), /a bug/);
  });

  it('is missed where there is none, or it cannot be made', async () => {
    await rejects(ask(new Decoder(config, new NetworkInUse(network(1, 1))), 5), DeviceError);
    const networks = new NetworkInUse(network(1, 1), () =>
      Promise.reject(new Error('no memory for another')),
    );
    await rejects(ask(new Decoder(config, networks), 5), /no memory for another/);
  });
});
