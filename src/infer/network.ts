// The network as decoding sees it: a decode graph loaded into a runtime, with the caches that go with it, and a
// fallback to another one when its device fails.

import type { Disposable } from '../base/disposable.ts';
import type { ModelConfig } from '../model/config.ts';
import type { GraphSession, HeldTensor, HeldTensors } from '../runtime/session.ts';
import { DeviceError } from '../runtime/session.ts';
import { DeviceCache } from './deviceCache.ts';
import { KeyValueCache } from './keyValueCache.ts';
import type { SequenceCache } from './sequenceCache.ts';

export interface Network extends Disposable {
  run(feeds: HeldTensors): Promise<HeldTensors>;
  newCache(): SequenceCache;
}

/** Of `decodeGraph`: its caches lie here. The session is disposed of with it. */
export function hostNetwork(config: ModelConfig, session: GraphSession): Network {
  return networkOf(session, () => new KeyValueCache(config));
}

/** Of `deviceDecodeGraph`: its caches lie on the device. The session is disposed of with it. */
export function deviceNetwork(config: ModelConfig, session: GraphSession<HeldTensor>): Network {
  return networkOf(session, () => new DeviceCache(config));
}

function networkOf(session: GraphSession<HeldTensor>, newCache: () => SequenceCache): Network {
  return {
    run: feeds => session.run(feeds),
    newCache,
    dispose() {
      session.dispose();
    },
  };
}

/** The network in use, shared by all that decode with it. */
export class NetworkInUse implements Disposable {
  private network: Network;
  private readonly next: ((error: DeviceError) => Promise<Network>) | undefined;
  private fallingBack: Promise<void> | undefined;

  /** `next` is called once, when the device of the first network fails. */
  constructor(first: Network, next?: (error: DeviceError) => Promise<Network>) {
    this.network = first;
    this.next = next;
  }

  get current(): Network {
    return this.network;
  }

  /** Resolves once another network is in use than `failed`. Throws the error where there is none, or it was no device's. */
  async fallBack(failed: Network, error: unknown): Promise<void> {
    if (!(error instanceof DeviceError) || this.next === undefined) throw error;
    this.fallingBack ??= this.next(error).then(network => {
      this.network.dispose();
      this.network = network;
    });
    await this.fallingBack;
    if (this.network === failed) throw error;
  }

  dispose(): void {
    this.network.dispose();
  }
}
