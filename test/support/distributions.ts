// Arbitrary distributions and evidence over a small vocabulary, for properties of what blends them.

import fc from 'fast-check';
import { Evidence } from '../../src/memory/evidence.ts';

export const vocabularySize = 12;

export const distribution = fc
  .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: vocabularySize, maxLength: vocabularySize })
  .map(weights => {
    const total = weights.reduce((sum, weight) => sum + weight + 1e-6, 0);
    return Float32Array.from(weights, weight => (weight + 1e-6) / total);
  });

const occurrence = fc.tuple(
  fc.nat(vocabularySize - 1),
  fc.integer({ min: 1, max: 32 }),
  fc.integer({ min: 1, max: 50 }),
  fc.boolean(),
);

export const evidence = fc.array(occurrence, { maxLength: 30 }).map(entries => {
  const all = new Evidence();
  for (const entry of entries) all.add(...entry);
  return all;
});
