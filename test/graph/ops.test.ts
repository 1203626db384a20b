// Every op of the table on the real runtime: the shapes that inference foretells and the values of its definition;
// and the errors of operands that do not fit.

import { deepStrictEqual, match, ok, throws } from 'node:assert/strict';
import type { Value } from '../../src/graph/graph.ts';
import { apply, applyMany, constant, input } from '../../src/graph/graph.ts';
import type { Op, OpAttributes, OpInputs } from '../../src/graph/ops.ts';
import { opDefinitions } from '../../src/graph/opDefinitions.ts';
import type { Shape } from '../../src/graph/shape.ts';
import type { ElementType } from '../../src/graph/tensor.ts';
import { constantTensor } from '../../src/graph/tensor.ts';
import { largestDifference, runGraph } from '../support/engine.ts';
import type { TestTensor } from '../support/engineTensors.ts';
import { feed } from '../support/engineTensors.ts';
import type { OpCase } from './opCase.ts';
import { opCases } from './opCases.ts';

const ops = Object.keys(opDefinitions) as Op[];

describe('graph/ops on the runtime', () => {
  async function check<O extends Op>(op: O, opCase: OpCase<O>): Promise<void> {
    const tensors: readonly TestTensor[] = opCase.inputs;
    const operands = tensors.map((operand, at) =>
      isBytes(operand)
        ? constant(constantTensor(operand.type, operand.sizes, Int8Array.from(operand.values)))
        : input(`x${at}`, operand.type, operand.shape),
    );
    // The tuple's length is that of the case's inputs, which the compiler has checked.
    const values = applyMany(op, operands as unknown as OpInputs<O, Value>, opCase.attributes);
    deepStrictEqual(
      values.map(({ type, shape }) => ({ type, shape })),
      opCase.outputs.map(({ type, shape }) => ({ type, shape })),
    );
    const outputs = Object.fromEntries(values.map((value, at) => [`y${at}`, readable(value)]));
    const feeds = Object.fromEntries(
      tensors.flatMap((operand, at) => (isBytes(operand) ? [] : [[`x${at}`, feed(operand)]])),
    );
    const results = await runGraph({ outputs }, feeds);
    for (const [at, expected] of opCase.outputs.entries()) {
      const result = results[`y${at}`];
      deepStrictEqual(result?.shape, expected.sizes);
      const difference = largestDifference(Array.from(result.data, Number), expected.values);
      ok(difference <= (opCase.tolerance ?? 1e-5), `output ${at} is off by ${difference}`);
    }
  }

  function isBytes({ type }: TestTensor): boolean {
    return type === 'int8' || type === 'uint8';
  }

  /** Runs hand out no other integers. */
  function readable(value: Value): Value {
    return value.type === 'float32' || value.type === 'int64'
      ? value
      : apply('Cast', [value], { to: 'int64' });
  }

  async function checkAll(op: Op): Promise<void> {
    const cases: readonly OpCase<Op>[] = opCases[op];
    for (const opCase of cases) {
      await check(op, opCase).catch((cause: unknown) => {
        throw new Error(`${op} ${opCase.name ?? ''} fails`, { cause });
      });
    }
  }

  for (const op of ops)
    it(`${op} gives the shapes foretold and the values of its definition`, () => checkAll(op));
});

describe('graph/ops: operands that do not fit', () => {
  /** `operands` as `type[sizes]`, separated by blanks. The error names the op and the operands; its cause matches. */
  function check<O extends Op>(op: O, operands: string, attributes: OpAttributes[O], expected: RegExp): void {
    const inputs = operands.split(' ').map((operand, at) => {
      const [, type = '', sizes = ''] = /^(\w+)\[(.*)\]$/.exec(operand) ?? [];
      const shape: Shape = sizes
        .split(',')
        .filter(size => size !== '')
        .map(size => (/^-?\d+$/.test(size) ? Number(size) : size));
      return input(`x${at}`, type as ElementType, shape);
    });
    throws(
      () => applyMany(op, inputs as unknown as OpInputs<O, Value>, attributes),
      (error: unknown) => {
        ok(error instanceof Error && error.cause instanceof Error);
        const written = operands.replaceAll(',', ', ').replaceAll('] ', '], ');
        ok(error.message.startsWith(`${op}(${written}) `), error.message);
        match(error.cause.message, expected);
        return true;
      },
    );
  }

  const f = 'float32';

  it('names the op, the shapes and the fault', () => {
    check('Add', `${f}[2,3] ${f}[2,4]`, {}, /do not broadcast at axis 1/);
    check('Add', `${f}[T] ${f}[P]`, {}, /do not broadcast/);
    check('Mul', `${f}[2] int64[2]`, {}, /element types float32 and int64 differ/);
    check('MatMul', `${f}[2,3] ${f}[4,2]`, {}, /inner dimensions differ/);
    check('MatMul', `${f}[2,T] ${f}[3,2]`, {}, /inner dimensions differ/);
    check('MatMul', `${f}[3] ${f}[3,2]`, {}, /at least two axes/);
    check('FusedMatMul', `${f}[2,3] ${f}[3,2]`, { transA: false, transB: true, alpha: 1 }, /inner/);
    check('DynamicQuantizeMatMul', `${f}[2,3] ${f}[3,2] ${f}[2]`, {}, /int8 matrix/);
    check('DynamicQuantizeMatMul', `${f}[2,3] int8[3,2] ${f}[3]`, {}, /one scale a column/);
    const blocks = { rows: 2, columns: 40, blockSize: 32 };
    check('MatMulNBits', `${f}[3,40] uint8[2,1,16] ${f}[2,2]`, blocks, /must be uint8 \[2, 2, 16\]/);
    check('MatMulNBits', `${f}[3,40] uint8[2,2,16] ${f}[2]`, blocks, /one scale a block/);
    check('MatMulNBits', `${f}[3,32] uint8[2,2,16] ${f}[2,2]`, blocks, /inner dimensions differ/);
    check('Gather', `${f}[2,3] int64[1]`, { axis: 2 }, /axis 2 is outside a shape of rank 2/);
    check('Concat', `${f}[2,3] ${f}[2,4]`, { axis: 0 }, /differ beside the axis/);
    check('Concat', `${f}[2,3] int64[2,3]`, { axis: 0 }, /differ beside the axis/);
    check('Split', `${f}[2,3]`, { axis: 1, sizes: [1, 1] }, /parts of 2 do not fill axis 1/);
    check('SplitDynamic', `${f}[P+T] int64[2]`, { axis: 0, sizes: ['T', 'P'] }, /parts of T\+P/);
    check('SplitDynamic', `${f}[P+T] int64[3]`, { axis: 0, sizes: ['P', 'T'] }, /one size a part/);
    check('Transpose', `${f}[2,3]`, { permutation: [0, 0] }, /no permutation/);
    check('Transpose', `${f}[2,3]`, { permutation: [0] }, /no permutation/);
    check('Softmax', `${f}[2]`, { axis: 1 }, /axis 1 is outside/);
    check('SimplifiedLayerNormalization', `${f}[2,3] ${f}[2]`, { epsilon: 1 }, /one weight a feature/);
    check('RotaryEmbedding', `${f}[2,T,4] int64[1,T] ${f}[9,2] ${f}[9,2]`, {}, /\[B, H, T, D\]/);
    check('RotaryEmbedding', `${f}[1,2,T,4] ${f}[1,T] ${f}[9,2] ${f}[9,2]`, {}, /must be int64/);
    check('RotaryEmbedding', `${f}[1,2,T,4] int64[1,T] ${f}[9,2] ${f}[8,2]`, {}, /differ in shape/);
  });

  it('refuses reshapes that change the number of elements', () => {
    check('Reshape', `${f}[2,3]`, { shape: [4, 2] }, /cannot become \[4, 2\]/);
    check('Reshape', `${f}[2,3]`, { shape: [4, -1] }, /cannot become \[4, -1\]/);
    check('Reshape', `${f}[2,T]`, { shape: [2, 'P'] }, /has no dimension P/);
    check('Reshape', `${f}[2,T]`, { shape: [2, 'T', 'T'] }, /has no dimension T/);
    check('Reshape', `${f}[2,T]`, { shape: [2] }, /cannot become \[2\]/);
    check('Reshape', `${f}[2,T,P]`, { shape: [2, -1] }, /one number or one name/);
    check('Reshape', `${f}[2,T]`, { shape: [-1] }, /one number or one name/);
  });

  it('refuses more than one output where one is asked for', () => {
    const x = input('x', 'float32', [2]);
    throws(() => apply('Split', [x], { axis: 0, sizes: [1, 1] }), /Split has 2 outputs, not one/);
    throws(() => apply('Concat', [], { axis: 0 }), { cause: new Error('nothing to concatenate') });
  });
});
