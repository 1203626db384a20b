// Every reader of foreign input on inputs of a fresh seed: it gives what it promises or the error that it documents, and
// ends. `npm run fuzz` goes on for longer.

import { deepStrictEqual, fail, match, ok } from 'node:assert/strict';
import { inspect } from 'node:util';
import { inputOf, problemWith } from './checkInputs.ts';
import { fuzz } from './fuzz.ts';
import type { Finding } from './protocol.ts';
import { fuzzTargets } from './targets.ts';

const inputsEach = 250;
const seed = Date.now() % 2 ** 31;

const described = ({ target, seed, index, problem, input }: Finding): string =>
  `npm run fuzz -- --target ${JSON.stringify(target)} --seed ${seed} --index ${index}\n${problem}\n${inspect(input)}`;

describe(`fuzzing with the seed ${seed}`, function () {
  // A process that hangs is ended after a minute, and the next goes on.
  this.timeout(600_000);

  const checked = new Map<string, number>();
  const found: Finding[] = [];

  before(() =>
    fuzz({
      targets: fuzzTargets.map(({ name }) => name),
      seed,
      inputsEach,
      slowMs: undefined,
      onChecked: (name, inputs) => checked.set(name, (checked.get(name) ?? 0) + inputs),
      onFinding: finding => found.push(finding),
    }),
  );

  for (const { name } of fuzzTargets)
    it(name, () => {
      const findings = found.filter(({ target }) => target === name);
      if (findings.length > 0)
        fail(`${findings.length} of ${inputsEach}:\n${findings.slice(0, 3).map(described).join('\n\n')}`);
      deepStrictEqual(checked.get(name), inputsEach);
    });
});

describe('the fuzzer', () => {
  const failing = {
    name: 'a target that fails',
    make: (random: () => number) => (random() < 0.5 ? 'bad' : 'good'),
    check: (input: unknown) => {
      if (input === 'bad') throw new Error('it is bad');
    },
  };

  it('makes the same input of the same seed and index, and others of others', () => {
    for (const target of fuzzTargets) {
      deepStrictEqual(inputOf(target, 3, 17), inputOf(target, 3, 17));
      const inputs = Array.from({ length: 40 }, (_, index) => inspect(inputOf(target, 3, index)));
      ok(new Set(inputs).size > 10, `${target.name} has few inputs`);
    }
  });

  it('has a name for each target, and at least 30 of them', () => {
    deepStrictEqual(new Set(fuzzTargets.map(({ name }) => name)).size, fuzzTargets.length);
    ok(fuzzTargets.length >= 30);
  });

  it('says what is wrong with an input, what rejects and what is slow', async () => {
    const problems = await Promise.all(
      Array.from({ length: 20 }, (_, index) => problemWith(failing, inputOf(failing, 1, index))),
    );
    ok(problems.includes(undefined));
    ok(problems.some(problem => problem?.includes('it is bad')));
    const rejecting = { ...failing, check: () => Promise.reject(new Error('late')) };
    match((await problemWith(rejecting, 'good')) ?? '', /late/);
    match((await problemWith(failing, 'good', -1)) ?? '', /it took \d+ ms/);
  });
});
