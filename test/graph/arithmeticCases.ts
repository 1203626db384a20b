// Cases of the ops that work element by element, sum, or stretch.

import { at, randomTensor, sum, tensor, tensorOf } from '../support/engineTensors.ts';
import type { OpCases } from './opCase.ts';

const x = randomTensor(['T', 4], 1);
const y = randomTensor(['T', 4], 2);
const row = randomTensor([4], 3);
const column = randomTensor(['T', 1], 4);
const heads = randomTensor([1, 2, 'T', 4], 6);
const positive = tensor([3, 2], index => 1 + at(randomTensor([3, 2], 8), index) ** 2);

export const arithmeticCases = {
  Add: [
    { inputs: [x, y], attributes: {}, outputs: [tensor(['T', 4], i => at(x, i) + at(y, i))] },
    {
      name: 'broadcasting a row',
      inputs: [x, row],
      attributes: {},
      outputs: [tensor(['T', 4], i => at(x, i) + at(row, i))],
    },
    {
      name: 'of int64',
      inputs: [tensorOf('int64', [2], [3, -5]), tensorOf('int64', [1], [2 ** 40])],
      attributes: {},
      outputs: [tensorOf('int64', [2], [2 ** 40 + 3, 2 ** 40 - 5])],
    },
  ],
  Sub: [
    {
      name: 'broadcasting both ways',
      inputs: [column, row],
      attributes: {},
      outputs: [tensor(['T', 4], i => at(column, i) - at(row, i))],
    },
  ],
  Mul: [
    {
      inputs: [column, row],
      attributes: {},
      outputs: [tensor(['T', 4], i => at(column, i) * at(row, i))],
    },
  ],
  Div: [
    {
      name: 'by positive numbers, broadcasting a row',
      inputs: [randomTensor([3, 2], 9), tensor([2], i => at(positive, [0, ...i]))],
      attributes: {},
      outputs: [tensor([3, 2], i => at(randomTensor([3, 2], 9), i) / at(positive, i.with(0, 0)))],
    },
  ],
  Max: [{ inputs: [x, y], attributes: {}, outputs: [tensor(x.shape, i => Math.max(at(x, i), at(y, i)))] }],
  Neg: [{ inputs: [x], attributes: {}, outputs: [tensor(x.shape, i => -at(x, i))] }],
  Sqrt: [
    {
      inputs: [positive],
      attributes: {},
      outputs: [tensor(positive.shape, i => Math.sqrt(at(positive, i)))],
    },
  ],
  Log: [
    {
      inputs: [positive],
      attributes: {},
      outputs: [tensor(positive.shape, i => Math.log(at(positive, i)))],
    },
  ],
  Exp: [{ inputs: [x], attributes: {}, outputs: [tensor(x.shape, i => Math.exp(at(x, i)))] }],
  Sigmoid: [{ inputs: [x], attributes: {}, outputs: [tensor(x.shape, i => 1 / (1 + Math.exp(-at(x, i))))] }],
  ReduceSum: [
    {
      name: 'over the first and the last axis',
      inputs: [heads],
      attributes: { axes: [1, 3] },
      outputs: [tensor([1, 1, 'T', 1], ([, , t = 0]) => sum(2, h => sum(4, d => at(heads, [0, h, t, d]))))],
    },
    {
      name: 'from the end',
      inputs: [x],
      attributes: { axes: [-1] },
      outputs: [tensor(['T', 1], ([t = 0]) => sum(4, c => at(x, [t, c])))],
    },
  ],
  ReduceSumSquare: [
    {
      inputs: [x],
      attributes: { axes: [-1] },
      outputs: [tensor(['T', 1], ([t = 0]) => sum(4, c => at(x, [t, c]) ** 2))],
    },
  ],
  Expand: [
    {
      name: 'stretching axes and adding one',
      inputs: [randomTensor([3, 1], 13)],
      attributes: { shape: [2, 1, 4] },
      outputs: [tensor([2, 3, 4], ([, r = 0]) => at(randomTensor([3, 1], 13), [r, 0]))],
    },
    {
      name: 'of a scalar',
      inputs: [randomTensor([], 14)],
      attributes: { shape: [2, 3] },
      outputs: [tensor([2, 3], () => at(randomTensor([], 14), []))],
    },
  ],
} satisfies Partial<OpCases>;
