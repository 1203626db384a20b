// Every gradient rule of the table against central finite differences on the real runtime, and the reverse walk.

import { deepStrictEqual, ok, throws } from 'node:assert/strict';
import { add, mul, sumAll } from '../../src/graph/arithmetic.ts';
import { backward } from '../../src/graph/backward.ts';
import { gradientRules } from '../../src/graph/gradients.ts';
import type { Value } from '../../src/graph/graph.ts';
import { apply, applyMany, input } from '../../src/graph/graph.ts';
import { encodeOnnx } from '../../src/graph/onnx.ts';
import type { Op, OpAttributes, OpInputs } from '../../src/graph/ops.ts';
import type { NamedTensors } from '../../src/runtime/session.ts';
import { runGraph, wasmRuntime } from '../support/engine.ts';
import type { TestTensor } from '../support/engineTensors.ts';
import { feed, randomTensor, sizeOf } from '../support/engineTensors.ts';
import type { OpCase } from './opCase.ts';
import { opCases } from './opCases.ts';

/** Operands of numbers that no gradient flows to: tables that are made when the graph is built. */
const fixedOperands: Partial<Record<Op, readonly number[]>> = { RotaryEmbedding: [2, 3] };

const ops = Object.keys(gradientRules) as Op[];

/** Of the largest gradient of a case; float32 leaves no more of a difference of two runs. */
const tolerance = 2e-3;

describe('graph/gradients against finite differences', () => {
  async function check<O extends Op>(op: O, opCase: OpCase<O>): Promise<void> {
    const operands: readonly TestTensor[] = opCase.inputs;
    const inputs = operands.map(({ type, sizes }, at) => input(`x${at}`, type, sizes));
    const attributes = withSizes<O>(opCase.attributes);
    const values = applyMany(op, inputs as unknown as OpInputs<O, Value>, attributes);
    // A loss to which every element of every output counts differently.
    const weights = opCase.outputs.map(({ shape }, at) => randomTensor(shape, 100 + at));
    const loss = values
      .map((value, at) => sumAll(mul(value, input(`w${at}`, 'float32', weights[at]?.sizes ?? []))))
      .reduce((left, right) => add(left, right));
    const fixed: readonly number[] = fixedOperands[op] ?? [];
    const variables = inputs.filter(({ type }, at) => type === 'float32' && !fixed.includes(at));
    ok(variables.length > 0, 'nothing to differentiate by');
    const gradients = backward(loss, variables);
    const feeds: Record<string, TestTensor> = Object.fromEntries([
      ...operands.map((operand, at) => [`x${at}`, operand] as const),
      ...weights.map((weight, at) => [`w${at}`, weight] as const),
    ]);
    const outputs = Object.fromEntries(values.map((value, at) => [`y${at}`, value]));
    const forward = await wasmRuntime().createSession(encodeOnnx({ outputs }));
    const found = await runGraph(
      { outputs: { loss, ...Object.fromEntries(gradients.map((value, at) => [`g${at}`, value])) } },
      mapFeeds(feeds),
    );
    try {
      /** The loss of changed operands, summed in double precision. */
      const lossOf = async (changed: Record<string, TestTensor>): Promise<number> => {
        const results = await forward.run(mapFeeds(pick(changed, operands.length)));
        return weights.reduce(
          (total, weight, at) =>
            weight.values.reduce((sum, w, i) => sum + w * Number(results[`y${at}`]?.data[i] ?? NaN), total),
          0,
        );
      };
      for (const [at, variable] of variables.entries()) {
        const name = variable.source.kind === 'input' ? variable.source.name : '';
        const operand = feeds[name];
        const gradient = found[`g${at}`];
        ok(operand !== undefined && gradient !== undefined);
        deepStrictEqual(gradient.shape, operand.sizes);
        const largest = Math.max(1e-3, ...Array.from(gradient.data, Number).map(Math.abs));
        for (const [element] of operand.values.entries()) {
          const difference = await derivative(step => {
            const values = operand.values.map((value, i) =>
              i === element ? Math.fround(value + step) : value,
            );
            return lossOf({ ...feeds, [name]: { ...operand, values } });
          });
          const error = Math.abs(difference - Number(gradient.data[element]));
          ok(
            error <= tolerance * largest,
            `${name}[${element}]: ${Number(gradient.data[element])}, by differences ${difference}`,
          );
        }
      }
    } finally {
      forward.dispose();
    }
  }

  for (const op of ops) {
    const rule = gradientRules[op];
    const cases: readonly OpCase<Op>[] = opCases[op];
    const differentiable = cases.filter(({ outputs }) => outputs.every(({ type }) => type === 'float32'));
    if (typeof rule !== 'function') {
      it(`${op} says why it has none`, () => {
        const [{ inputs, attributes }] = opCases[op] as readonly [OpCase<Op>];
        const values = (inputs as readonly TestTensor[]).map(({ type, shape }, at) =>
          input(`x${at}`, type, shape),
        );
        const y = apply(op, values as unknown as OpInputs<Op, Value>, attributes);
        const floats = y.type === 'float32' ? y : apply('Cast', [y], { to: 'float32' });
        throws(() => backward(sumAll(floats), values), {
          message: `${op} cannot be differentiated: it ${rule.notDifferentiable}`,
        });
      });
      continue;
    }
    it(`${op} agrees`, async () => {
      ok(differentiable.length > 0, 'no case to differentiate');
      for (const opCase of differentiable) {
        await check(op, opCase).catch((cause: unknown) => {
          throw new Error(`${op} ${opCase.name ?? ''} fails`, { cause });
        });
      }
    });
  }
});

/** Attributes whose dimensions are sizes throughout: what a gradient adds up is known before it runs. */
function withSizes<O extends Op>(attributes: OpAttributes[O]): OpAttributes[O] {
  const entries = Object.entries(attributes).map(([key, value]: [string, unknown]) => [
    key,
    Array.isArray(value) ? value.map((one: unknown) => (typeof one === 'string' ? sizeOf(one) : one)) : value,
  ]);
  return Object.fromEntries(entries) as OpAttributes[O];
}

/** Central difference quotients of two steps, combined so that the error of the third derivative cancels. */
async function derivative(lossAt: (step: number) => Promise<number>): Promise<number> {
  const quotient = async (step: number) => ((await lossAt(step)) - (await lossAt(-step))) / (2 * step);
  return (4 * (await quotient(2 ** -5)) - (await quotient(2 ** -4))) / 3;
}

function mapFeeds(tensors: Record<string, TestTensor>): NamedTensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, feed(tensor)]));
}

function pick(tensors: Record<string, TestTensor>, count: number): Record<string, TestTensor> {
  return Object.fromEntries(
    Object.entries(tensors).filter(([name]) => name.startsWith('x') && Number(name.slice(1)) < count),
  );
}
