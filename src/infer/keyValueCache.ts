// The keys and values of the tokens a sequence consists of so far, laid out as the decode graph reads them.
// Truncating costs nothing; appending writes only what is new; capacity grows in steps, because every byte of
// it is copied into the Wasm heap on each run.

import type { ModelConfig } from '../model/config.ts';
import type { HeldTensors, NamedTensors, RuntimeTensor } from '../runtime/session.ts';
import { floatsHere } from '../runtime/session.ts';
import type { SequenceCache } from './sequenceCache.ts';
import { attentionMask, HeldTokens, int64 } from './sequenceCache.ts';

export type CacheShape = Pick<ModelConfig, 'layers' | 'keyValueHeads' | 'headDim' | 'contextTokens'>;

/** Positions by which the capacity grows. */
const capacityStep = 64;

export class KeyValueCache implements SequenceCache {
  private readonly shape: CacheShape;
  private capacity = 0;
  private readonly held = new HeldTokens();
  /** Per layer: [KV, D, capacity]. */
  private keys: Float32Array[] = [];
  /** Per layer: [KV, capacity, D]. */
  private values: Float32Array[] = [];

  constructor(shape: CacheShape) {
    this.shape = shape;
    this.reserve(capacityStep);
  }

  get size(): number {
    return this.held.size;
  }

  /** Positions the feeds span; those from `size` on hold nothing and must be masked. */
  get paddedSize(): number {
    return this.capacity;
  }

  commonPrefix(sequence: readonly number[]): number {
    return this.held.commonPrefix(sequence);
  }

  truncate(length: number): void {
    this.held.truncate(length);
    const needed = Math.max(capacityStep, Math.ceil(length / capacityStep) * capacityStep);
    // Shrinking by one step and growing again on the next token would copy everything twice.
    if (needed <= this.capacity - 2 * capacityStep) this.reserve(needed + capacityStep);
  }

  /** Takes `keys` and `values`, each [layers · KV, 1, T, D] as the decode graph returns them. */
  append(tokens: readonly number[], outputs: HeldTensors): void {
    const keys = floatsHere(outputs['keys'], 'keys');
    const values = floatsHere(outputs['values'], 'values');
    const { layers, keyValueHeads, headDim } = this.shape;
    const count = tokens.length;
    if (keys.length !== layers * keyValueHeads * count * headDim || values.length !== keys.length) {
      throw new Error(`${keys.length} key elements do not make ${count} tokens of ${layers} layers`);
    }
    const start = this.size;
    if (start + count > this.capacity) {
      this.reserve(Math.ceil((start + count) / capacityStep) * capacityStep);
    }
    const { capacity } = this;
    let from = 0;
    for (let layer = 0; layer < layers; layer++) {
      const layerKeys = this.keys[layer] ?? new Float32Array();
      const layerValues = this.values[layer] ?? new Float32Array();
      for (let head = 0; head < keyValueHeads; head++) {
        const block = from;
        for (let feature = 0; feature < headDim; feature++) {
          const row = (head * headDim + feature) * capacity + start;
          for (let token = 0; token < count; token++) {
            layerKeys[row + token] = keys[block + token * headDim + feature] ?? 0;
          }
        }
        const taken = count * headDim;
        layerValues.set(values.subarray(block, block + taken), (head * capacity + start) * headDim);
        from += taken;
      }
    }
    this.held.append(tokens);
  }

  dispose(): void {
    // Its arrays are the garbage collector's.
  }

  /** The arrays are the cache's own: copied by the run. */
  feeds(count: number): NamedTensors {
    const { layers, keyValueHeads, headDim } = this.shape;
    const feeds: Record<string, RuntimeTensor> = {
      mask: attentionMask(count, this.capacity, { from: this.size, to: this.capacity }),
      split: int64([2], [this.capacity, count]),
    };
    for (let layer = 0; layer < layers; layer++) {
      const keys = this.keys[layer] ?? new Float32Array();
      const values = this.values[layer] ?? new Float32Array();
      feeds[`past_keys.${layer}`] = {
        type: 'float32',
        shape: [keyValueHeads, 1, headDim, this.capacity],
        data: keys,
      };
      feeds[`past_values.${layer}`] = {
        type: 'float32',
        shape: [keyValueHeads, 1, this.capacity, headDim],
        data: values,
      };
    }
    return feeds;
  }

  /** Lays the cache out anew for `capacity` positions. */
  private reserve(capacity: number): void {
    const { layers, keyValueHeads, headDim } = this.shape;
    const { capacity: before, size: length } = this;
    const size = keyValueHeads * headDim * capacity;
    const rows = keyValueHeads * headDim;
    this.keys = Array.from({ length: layers }, (_, layer) => {
      const grown = new Float32Array(size);
      const old = this.keys[layer];
      for (let row = 0; old !== undefined && row < rows; row++) {
        grown.set(old.subarray(row * before, row * before + length), row * capacity);
      }
      return grown;
    });
    this.values = Array.from({ length: layers }, (_, layer) => {
      const grown = new Float32Array(size);
      const old = this.values[layer];
      for (let head = 0; old !== undefined && head < keyValueHeads; head++) {
        const start = head * before * headDim;
        grown.set(old.subarray(start, start + length * headDim), head * capacity * headDim);
      }
      return grown;
    });
    this.capacity = capacity;
  }
}
