// The refinement is a distribution whatever it is given, changes nothing before it has learnt, and learns what the
// mixture cannot know.

import { deepStrictEqual, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { exampleOf, Refinement, refinementFeatureCount } from '../../src/infer/refinement.ts';
import { Evidence } from '../../src/memory/evidence.ts';
import { distribution, evidence, vocabularySize } from '../support/distributions.ts';

const view = fc.record({ mixed: distribution, base: distribution, evidence, frequencies: distribution });
const linear = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), {
  minLength: refinementFeatureCount,
  maxLength: refinementFeatureCount,
});

describe('infer/refinement', () => {
  it('sums to one', () => {
    fc.assert(
      fc.property(view, linear, (seen, weights) => {
        const refined = new Refinement({ ...new Refinement().stored(), linear: weights }).refine(seen);
        const total = refined.reduce((sum, probability) => sum + probability, 0);
        ok(Math.abs(total - 1) < 1e-3, `sums to ${total}`);
        ok(refined.every(probability => probability >= 0));
      }),
    );
  });

  it('changes nothing until it has learnt', () => {
    fc.assert(
      fc.property(view, seen => {
        const refined = new Refinement().refine(seen);
        for (const [token, probability] of seen.mixed.entries())
          ok(Math.abs((refined[token] ?? 0) - probability) < 1e-5);
      }),
    );
  });

  it('learns which of two tokens comes that the mixture holds for as likely, and stores it', () => {
    const refinement = new Refinement();
    const even = new Float32Array(vocabularySize).fill(1 / vocabularySize);
    // Token 3 followed a longer context, but token 4 was the latest here.
    const found = new Evidence();
    found.add(4, 2, 1, true);
    found.add(3, 8, 1, false);
    const seen = { mixed: even, base: even, evidence: found, frequencies: even };
    for (let time = 0; time < 100; time++) refinement.learn(exampleOf(seen), 4, 0.1);
    const refined = refinement.refine(seen);
    ok((refined[4] ?? 0) > 0.8, `${refined[4]}`);
    deepStrictEqual(new Refinement(refinement.stored()).stored(), refinement.stored());
  });

  it('learns that none of what is offered comes', () => {
    const refinement = new Refinement();
    const network = Float32Array.from({ length: vocabularySize }, (_, token) => (token < 8 ? 0.12 : 0.01));
    const found = new Evidence();
    found.add(3, 8, 1, false);
    const seen = { mixed: network, base: network, evidence: found, frequencies: network };
    for (let time = 0; time < 100; time++) refinement.learn(exampleOf(seen), 11, 0.1);
    const refined = refinement.refine(seen);
    ok((refined[11] ?? 0) > 0.2, `${refined[11]}`);
  });
});
