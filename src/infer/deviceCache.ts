// A cache of keys and values that stays on the device that computes them: each run takes what the last one gave and
// gives it back with the new tokens joined on. Truncating is left to the next run, which keeps so many positions.

import type { ModelConfig } from '../model/config.ts';
import type { HeldTensor, HeldTensors } from '../runtime/session.ts';
import { free } from '../runtime/session.ts';
import type { SequenceCache } from './sequenceCache.ts';
import { attentionMask, HeldTokens, int64 } from './sequenceCache.ts';

/** Position 0 belongs to no token and is always masked: a device has no tensors without elements. */
const unused = 1;

export class DeviceCache implements SequenceCache {
  private readonly held = new HeldTokens();
  /** By the names of the graph's inputs. */
  private pasts: Readonly<Record<string, HeldTensor>>;

  constructor(private readonly shape: Pick<ModelConfig, 'layers' | 'keyValueHeads' | 'headDim'>) {
    const { keyValueHeads, headDim } = shape;
    const data = new Float32Array(keyValueHeads * headDim);
    const nothing = { type: 'float32', shape: [keyValueHeads, 1, unused, headDim], data } as const;
    this.pasts = this.byName(() => nothing);
  }

  get size(): number {
    return this.held.size;
  }

  commonPrefix(sequence: readonly number[]): number {
    return this.held.commonPrefix(sequence);
  }

  truncate(length: number): void {
    this.held.truncate(length);
  }

  feeds(count: number): HeldTensors {
    const past = unused + this.size;
    return {
      ...this.pasts,
      kept: int64(
        [past],
        Array.from({ length: past }, (_, position) => position),
      ),
      mask: attentionMask(count, past, { from: 0, to: unused }),
    };
  }

  append(tokens: readonly number[], outputs: HeldTensors): void {
    const positions = unused + this.size + tokens.length;
    const next = this.byName(name => {
      const tensor = outputs[name.replace('past', 'present')];
      if (tensor?.shape[2] !== positions) {
        throw new Error(`the graph gave no ${name} of ${positions} positions to keep`);
      }
      return tensor;
    });
    free(Object.values(this.pasts));
    this.pasts = next;
    this.held.append(tokens);
  }

  dispose(): void {
    free(Object.values(this.pasts));
  }

  private byName(tensorOf: (name: string) => HeldTensor): Readonly<Record<string, HeldTensor>> {
    const names = Array.from({ length: this.shape.layers }, (_, layer) => [
      `past_keys.${layer}`,
      `past_values.${layer}`,
    ]).flat();
    return Object.fromEntries(names.map(name => [name, tensorOf(name)]));
  }
}
