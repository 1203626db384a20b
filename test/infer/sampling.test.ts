// Choosing tokens from logits: stable softmax, nucleus, temperature, and choices that can be repeated.

import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { seededRandom } from '../../src/base/random.ts';
import type { Sampling } from '../../src/infer/sampling.ts';
import { chooseToken, probabilityAmong, softmax, topTokens } from '../../src/infer/sampling.ts';
import { largestDifference } from '../support/engine.ts';

const logit = fc.oneof(
  fc.double({ noNaN: true, min: -1e30, max: 1e30 }),
  fc.double({ noNaN: true, min: -20, max: 20 }),
);

describe('infer/sampling: softmax', () => {
  function check(logits: readonly number[], expected: readonly number[]): void {
    const difference = largestDifference(softmax(Float32Array.from(logits)), expected);
    ok(difference < 1e-6, `off by ${difference}`);
  }

  it('stands large, small and infinite logits', () => {
    check([0, 0], [0.5, 0.5]);
    check([0, Math.log(3)], [0.25, 0.75]);
    check([1e30, 1e30, 0], [0.5, 0.5, 0]);
    check([-1e30, -1e30], [0.5, 0.5]);
    check([-Infinity, 0], [0, 1]);
    check([-Infinity, 5, -Infinity], [0, 1, 0]);
    check([Infinity, 0, Infinity], [0.5, 0, 0.5]);
    check([-Infinity, -Infinity], [0, 0]);
    check([], []);
  });

  it('sums to one and keeps the order', () => {
    fc.assert(
      fc.property(fc.array(logit, { minLength: 1, maxLength: 30 }), logits => {
        const probabilities = softmax(Float32Array.from(logits));
        const total = probabilities.reduce((sum, one) => sum + one, 0);
        ok(Math.abs(total - 1) < 1e-5, `sums to ${total}`);
        for (const [a, left] of logits.entries()) {
          for (const [b, right] of logits.entries()) {
            if (left > right) ok((probabilities[a] ?? 0) >= (probabilities[b] ?? 0));
          }
        }
      }),
      { seed: 1 },
    );
  });
});

describe('infer/sampling: greedy choice', () => {
  function check(
    probabilities: readonly number[],
    allowed: readonly number[] | undefined,
    expected?: number,
  ): void {
    strictEqual(chooseToken(Float32Array.from(probabilities), { kind: 'greedy' }, allowed), expected);
  }

  it('takes the likeliest token allowed, the first of equals', () => {
    check([0.1, 0.6, 0.3], undefined, 1);
    check([0.1, 0.6, 0.3], [0, 2], 2);
    check([0.4, 0.4, 0.2], undefined, 0);
    check([0.2, 0.4, 0.4], [2, 1], 2);
    check([0.5, 0.5, 0], [2], undefined);
    check([0.5, 0.5], [], undefined);
  });

  it('orders the likeliest tokens', () => {
    const probabilities = Float32Array.of(0.1, 0.4, 0, 0.3, 0.2);
    deepStrictEqual(topTokens(probabilities, 3), [1, 3, 4]);
    deepStrictEqual(topTokens(probabilities, 9), [1, 3, 4, 0]);
    deepStrictEqual(topTokens(probabilities, 2, [0, 2, 4]), [4, 0]);
    deepStrictEqual(topTokens(probabilities, 0), []);
    deepStrictEqual(topTokens(Float32Array.of(0.5, 0.25, 0.25), 2), [0, 1]);
  });

  it('orders as sorting does', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5), { maxLength: 20 }), fc.nat(6), (weights, count) => {
        const probabilities = Float32Array.from(weights, weight => weight / 8);
        const sorted = weights
          .flatMap((weight, token) => (weight === 0 ? [] : [{ weight, token }]))
          .sort((a, b) => b.weight - a.weight || a.token - b.token);
        deepStrictEqual(
          topTokens(probabilities, count),
          sorted.slice(0, count).map(({ token }) => token),
        );
      }),
      { seed: 1 },
    );
  });
});

describe('infer/sampling: sampled choice', () => {
  const draws = 4000;

  /** How often each token is drawn must be near `expected`, and a token with 0 must never be. */
  function check(
    probabilities: readonly number[],
    options: { temperature?: number; topP?: number; allowed?: readonly number[] },
    expected: readonly number[],
  ): void {
    const { temperature = 1, topP = 1, allowed } = options;
    const sampling: Sampling = { kind: 'sample', temperature, topP, random: seededRandom(7) };
    const counts = probabilities.map(() => 0);
    for (let draw = 0; draw < draws; draw++) {
      const token = chooseToken(Float32Array.from(probabilities), sampling, allowed) ?? -1;
      counts[token] = (counts[token] ?? 0) + 1;
    }
    for (const [token, share] of expected.entries()) {
      const found = (counts[token] ?? 0) / draws;
      ok(
        share === 0 ? found === 0 : Math.abs(found - share) < 0.03,
        `token ${token}: ${found}, not ${share}`,
      );
    }
  }

  it('draws by probability', () => {
    check([0.5, 0.3, 0.2, 0], {}, [0.5, 0.3, 0.2, 0]);
  });

  it('sharpens below temperature 1 and flattens above', () => {
    check([0.6, 0.3, 0.1], { temperature: 0.5 }, [0.36 / 0.46, 0.09 / 0.46, 0.01 / 0.46]);
    check([0.81, 0.16, 0.03], { temperature: 2 }, [0.9 / 1.473, 0.4 / 1.473, 0.173 / 1.473]);
    check([0.5, 0.3, 0.2], { temperature: 0.01 }, [1, 0, 0]);
  });

  it('keeps the smallest set of tokens that reaches topP', () => {
    check([0.5, 0.3, 0.2], { topP: 0.49 }, [1, 0, 0]);
    check([0.5, 0.3, 0.2], { topP: 0.6 }, [0.625, 0.375, 0]);
    check([0.2, 0.3, 0.5], { topP: 0.79 }, [0, 0.375, 0.625]);
    check([0.5, 0.3, 0.2], { topP: 1e-9 }, [1, 0, 0]);
  });

  it('draws only what is allowed', () => {
    check([0.5, 0.3, 0.2], { allowed: [1, 2] }, [0, 0.6, 0.4]);
    check([0.5, 0.3, 0.2], { allowed: [1, 2], topP: 0.5 }, [0, 1, 0]);
    const sampling: Sampling = { kind: 'sample', temperature: 1, topP: 1, random: seededRandom(1) };
    strictEqual(chooseToken(Float32Array.of(1, 0), sampling, [1]), undefined);
    strictEqual(chooseToken(Float32Array.of(1, 0), sampling, []), undefined);
  });

  it('repeats with the same seed', () => {
    const draw = (seed: number) => {
      const sampling: Sampling = { kind: 'sample', temperature: 1, topP: 0.9, random: seededRandom(seed) };
      return Array.from({ length: 50 }, () => chooseToken(Float32Array.of(0.4, 0.3, 0.2, 0.1), sampling));
    };
    deepStrictEqual(draw(1), draw(1));
    ok(draw(1).join() !== draw(2).join());
  });
});

describe('infer/sampling: probabilityAmong', () => {
  function check(token: number, allowed: readonly number[] | undefined, expected: number): void {
    const found = probabilityAmong(Float32Array.of(0.5, 0.25, 0.25, 0), token, allowed);
    ok(Math.abs(found - expected) < 1e-9, `${found}`);
  }

  it('is relative to what is allowed', () => {
    check(0, undefined, 0.5);
    check(1, [1, 2], 0.5);
    check(1, [1, 3], 1);
    check(3, [3], 0);
    check(3, undefined, 0);
  });

  it('sums to one over what is allowed', () => {
    fc.assert(
      fc.property(fc.array(logit, { minLength: 1, maxLength: 20 }), fc.array(fc.nat(19)), (logits, picks) => {
        const probabilities = softmax(Float32Array.from(logits));
        const allowed = [...new Set(picks.filter(token => token < logits.length))];
        const total = allowed.reduce(
          (sum, token) => sum + probabilityAmong(probabilities, token, allowed),
          0,
        );
        const any = allowed.some(token => (probabilities[token] ?? 0) > 0);
        ok(Math.abs(total - (any ? 1 : 0)) < 1e-5, `sums to ${total}`);
      }),
      { seed: 1 },
    );
  });
});
