// One or more cases for every op of the table: operands, attributes, and what the op's definition gives, in plain
// TypeScript. The mapped type is total: an op without a case does not compile.

import type { TestTensor } from '../support/engineTensors.ts';
import { at, randomTensor, sizeOf, sum, tensor, tensorOf } from '../support/engineTensors.ts';
import { arithmeticCases } from './arithmeticCases.ts';
import type { OpCase, OpCases } from './opCase.ts';

const x = randomTensor(['T', 4], 1);
const row = randomTensor([4], 3);
const column = randomTensor(['T', 1], 4);
const matrix = randomTensor([4, 5], 5);
const heads = randomTensor([1, 2, 'T', 4], 6);
const total = randomTensor([2, 'T', 'P+T'], 7);
const positive = tensor([3, 2], index => 1 + at(randomTensor([3, 2], 8), index) ** 2);

export const opCases: OpCases = {
  ...arithmeticCases,
  MatMul: [
    { inputs: [x, matrix], attributes: {}, outputs: [product(x, matrix, ['T', 5])] },
    {
      name: 'broadcasting batches',
      inputs: [randomTensor([3, 1, 'T', 4]), randomTensor([2, 4, 'P'], 2)],
      attributes: {},
      outputs: [product(randomTensor([3, 1, 'T', 4]), randomTensor([2, 4, 'P'], 2), [3, 2, 'T', 'P'])],
    },
  ],
  FusedMatMul: [false, true].flatMap(transA =>
    [false, true].map((transB): OpCase<'FusedMatMul'> => {
      const a = randomTensor(transA ? [2, 1, 4, 'T'] : [2, 1, 'T', 4], 11);
      const b = randomTensor(transB ? [2, 3, 'P', 4] : [2, 3, 4, 'P'], 12);
      const plain = product(transA ? swapped(a) : a, transB ? swapped(b) : b, [2, 3, 'T', 'P']);
      return {
        name: `transA ${transA}, transB ${transB}`,
        inputs: [a, b],
        attributes: { transA, transB, alpha: 0.25 },
        outputs: [tensor(plain.shape, i => 0.25 * at(plain, i))],
      };
    }),
  ) as [OpCase<'FusedMatMul'>, ...OpCase<'FusedMatMul'>[]],
  DynamicQuantizeMatMul: [quantizedProduct()],
  MatMulNBits: [blockProduct(32), blockProduct(40)],
  Gather: [
    {
      name: 'rows',
      inputs: [matrix, tensorOf('int64', ['T'], [3, 0, 3])],
      attributes: { axis: 0 },
      outputs: [tensor(['T', 5], ([t = 0, c = 0]) => at(matrix, [[3, 0, 3][t] ?? 0, c]))],
    },
    {
      name: 'along the last axis, by a matrix of indices',
      inputs: [heads, tensorOf('int64', [2, 1], [3, 1])],
      attributes: { axis: -1 },
      outputs: [
        tensor([1, 2, 'T', 2, 1], ([a = 0, b = 0, c = 0, d = 0]) => at(heads, [a, b, c, d === 0 ? 3 : 1])),
      ],
    },
  ],
  GatherElements: [
    {
      name: 'one of each row',
      inputs: [x, tensorOf('int64', ['T', 1], [3, 0, 3])],
      attributes: { axis: -1 },
      outputs: [tensor(['T', 1], ([t = 0]) => at(x, [t, [3, 0, 3][t] ?? 0]))],
    },
    {
      name: 'along the first axis, one element twice',
      inputs: [matrix, tensorOf('int64', [2, 5], [0, 1, 2, 3, 0, 0, 1, 0, 1, 3])],
      attributes: { axis: 0 },
      outputs: [
        tensor([2, 5], ([r = 0, c = 0]) => at(matrix, [[0, 1, 2, 3, 0, 0, 1, 0, 1, 3][5 * r + c] ?? 0, c])),
      ],
    },
  ],
  ScatterElements: [
    {
      name: 'two into one element',
      inputs: [matrix, tensorOf('int64', [4, 2], [4, 0, 1, 1, 2, 3, 0, 4]), randomTensor([4, 2], 15)],
      attributes: { axis: 1 },
      outputs: [
        tensor([4, 5], ([r = 0, c = 0]) => {
          const columns = [4, 0, 1, 1, 2, 3, 0, 4].slice(2 * r, 2 * r + 2);
          const added = sum(2, k => (columns[k] === c ? at(randomTensor([4, 2], 15), [r, k]) : 0));
          return at(matrix, [r, c]) + added;
        }),
      ],
    },
  ],
  ScatterND: [
    {
      name: 'two into one row',
      inputs: [matrix, tensorOf('int64', [3, 1], [2, 0, 2]), randomTensor([3, 5], 16)],
      attributes: {},
      outputs: [
        tensor([4, 5], ([r = 0, c = 0]) => {
          const added = sum(3, k => ([2, 0, 2][k] === r ? at(randomTensor([3, 5], 16), [k, c]) : 0));
          return at(matrix, [r, c]) + added;
        }),
      ],
    },
  ],
  Cast: [
    {
      name: 'to int64, towards zero',
      inputs: [tensorOf('float32', [4], [1.9, -1.9, 0, 7])],
      attributes: { to: 'int64' },
      outputs: [tensorOf('int64', [4], [1, -1, 0, 7])],
    },
    {
      name: 'of int8 to float32',
      inputs: [tensorOf('int8', [3], [-127, 0, 127])],
      attributes: { to: 'float32' },
      outputs: [tensorOf('float32', [3], [-127, 0, 127])],
    },
    {
      name: 'to int32',
      inputs: [tensorOf('int64', ['R'], [-3, 2 ** 31 - 1])],
      attributes: { to: 'int32' },
      outputs: [tensorOf('int32', ['R'], [-3, 2 ** 31 - 1])],
    },
  ],
  Concat: [
    {
      name: 'of named and numbered dimensions',
      inputs: [randomTensor(['P', 2], 1), randomTensor(['T', 2], 2), randomTensor([1, 2], 3)],
      attributes: { axis: 0 },
      outputs: [
        tensorOf(
          'float32',
          ['P+T+1', 2],
          [
            ...randomTensor(['P', 2], 1).values,
            ...randomTensor(['T', 2], 2).values,
            ...randomTensor([1, 2], 3).values,
          ],
        ),
      ],
    },
    {
      name: 'along the last axis',
      inputs: [x, column],
      attributes: { axis: -1 },
      outputs: [tensor(['T', 5], ([t = 0, c = 0]) => (c < 4 ? at(x, [t, c]) : at(column, [t, 0])))],
    },
  ],
  Split: [
    {
      inputs: [matrix],
      attributes: { axis: -1, sizes: [1, 4] },
      outputs: [
        tensor([4, 1], ([r = 0]) => at(matrix, [r, 0])),
        tensor([4, 4], ([r = 0, c = 0]) => at(matrix, [r, c + 1])),
      ],
    },
  ],
  SplitDynamic: [
    {
      inputs: [total, tensorOf('int64', [2], [sizeOf('P'), sizeOf('T')])],
      attributes: { axis: -1, sizes: ['P', 'T'] },
      outputs: [
        tensor([2, 'T', 'P'], i => at(total, i)),
        tensor([2, 'T', 'T'], ([a = 0, b = 0, c = 0]) => at(total, [a, b, c + sizeOf('P')])),
      ],
    },
  ],
  Reshape: [
    {
      name: 'that keeps a name where it is',
      inputs: [x],
      attributes: { shape: ['T', 2, 2] },
      outputs: [tensorOf('float32', ['T', 2, 2], x.values)],
    },
    {
      name: 'that moves a name',
      inputs: [heads],
      attributes: { shape: [2, 'T', 4] },
      outputs: [tensorOf('float32', [2, 'T', 4], heads.values)],
    },
    {
      name: 'that infers a number beside a name',
      inputs: [heads],
      attributes: { shape: [1, 2, 'T', -1, 2] },
      outputs: [tensorOf('float32', [1, 2, 'T', 2, 2], heads.values)],
    },
    {
      name: 'that infers a name',
      inputs: [x],
      attributes: { shape: [2, 2, -1] },
      outputs: [tensorOf('float32', [2, 2, 'T'], x.values)],
    },
  ],
  Transpose: [
    {
      inputs: [heads],
      attributes: { permutation: [2, 0, 3, 1] },
      outputs: [tensor(['T', 1, 4, 2], ([t = 0, b = 0, d = 0, h = 0]) => at(heads, [b, h, t, d]))],
    },
  ],
  Softmax: [
    { inputs: [x], attributes: { axis: -1 }, outputs: [softmaxed(x, 1)] },
    { name: 'along the first axis', inputs: [x], attributes: { axis: 0 }, outputs: [softmaxed(x, 0)] },
    {
      name: 'of a masked row',
      inputs: [tensorOf('float32', [1, 3], [2, 2, -1e9])],
      attributes: { axis: -1 },
      outputs: [tensorOf('float32', [1, 3], [0.5, 0.5, 0])],
    },
  ],
  LogSoftmax: [
    {
      inputs: [x],
      attributes: { axis: -1 },
      outputs: [tensor(x.shape, i => Math.log(at(softmaxed(x, 1), i)))],
    },
    {
      name: 'of logits far apart',
      inputs: [tensorOf('float32', [1, 3], [200, 0, 200])],
      attributes: { axis: -1 },
      outputs: [tensorOf('float32', [1, 3], [-Math.LN2, -200 - Math.LN2, -Math.LN2])],
    },
  ],
  SimplifiedLayerNormalization: [
    {
      inputs: [heads, row],
      attributes: { epsilon: 0.5 },
      outputs: [
        tensor(heads.shape, i => {
          const meanSquare = sum(4, c => at(heads, [...i.slice(0, -1), c]) ** 2) / 4;
          return (at(heads, i) / Math.sqrt(meanSquare + 0.5)) * at(row, i);
        }),
      ],
    },
  ],
  QuickGelu: [
    {
      name: 'as SiLU',
      inputs: [x],
      attributes: { alpha: 1 },
      outputs: [tensor(x.shape, i => at(x, i) / (1 + Math.exp(-at(x, i))))],
    },
    {
      name: 'with another alpha',
      inputs: [positive],
      attributes: { alpha: 1.702 },
      outputs: [tensor(positive.shape, i => at(positive, i) / (1 + Math.exp(-1.702 * at(positive, i))))],
    },
  ],
  RotaryEmbedding: [rotaryCase()],
};

function product(a: TestTensor, b: TestTensor, shape: TestTensor['shape']): TestTensor {
  const inner = a.sizes.at(-1) ?? 0;
  return tensor(shape, index => {
    const batch = index.slice(0, -2);
    const [r = 0, c = 0] = index.slice(-2);
    return sum(inner, k => at(a, [...batch, r, k]) * at(b, [...batch, k, c]));
  });
}

function swapped(a: TestTensor): TestTensor {
  const [rows = 0, columns = 0] = a.shape.slice(-2);
  return tensor([...a.shape.slice(0, -2), columns, rows], index => {
    const [r = 0, c = 0] = index.slice(-2);
    return at(a, [...index.slice(0, -2), c, r]);
  });
}

function softmaxed(a: TestTensor, axis: number): TestTensor {
  const weight = (index: readonly number[]) => Math.exp(at(a, index));
  return tensor(a.shape, i => weight(i) / sum(a.sizes[axis] ?? 0, k => weight(i.with(axis, k))));
}

/** Every activation is off by half a step of the range of all of them at most. */
function quantizedProduct(): OpCase<'DynamicQuantizeMatMul'> {
  const a = randomTensor(['T', 16], 21);
  const weights = tensor([16, 3], ([r = 0, c = 0]) => ((r * 37 + c * 101) % 255) - 127, 'int8');
  const scale = tensorOf('float32', [3], [0.01, 0.02, 0.005]);
  const exact = product(a, weights, ['T', 3]);
  const step = (Math.max(0, ...a.values) - Math.min(0, ...a.values)) / 255;
  const largestColumn = Math.max(
    ...[0, 1, 2].map(c => at(scale, [c]) * sum(16, r => Math.abs(at(weights, [r, c])))),
  );
  return {
    inputs: [a, weights, scale],
    attributes: {},
    outputs: [tensor(exact.shape, i => at(exact, i) * at(scale, i))],
    tolerance: 0.51 * step * largestColumn,
  };
}

/** Weights of 4 bits in blocks of 32; where the columns do not fill the last block, what is beyond them does not count. */
function blockProduct(columns: number): OpCase<'MatMulNBits'> {
  const [rows, blockSize] = [3, 32];
  const blocks = Math.ceil(columns / blockSize);
  const element = (r: number, c: number) => (c < columns ? (r * 5 + c * 11) % 16 : 8);
  const bytes = tensor(
    [rows, blocks, blockSize / 2],
    ([r = 0, b = 0, i = 0]) => element(r, b * blockSize + 2 * i) + 16 * element(r, b * blockSize + 2 * i + 1),
    'uint8',
  );
  const scales = randomTensor([rows, blocks], 23);
  const a = randomTensor(['T', columns], 22);
  const weight = (r: number, c: number) => (element(r, c) - 8) * at(scales, [r, Math.floor(c / blockSize)]);
  return {
    name: `${columns} columns`,
    inputs: [a, bytes, scales],
    attributes: { rows, columns, blockSize },
    outputs: [tensor(['T', rows], ([t = 0, r = 0]) => sum(columns, c => at(a, [t, c]) * weight(r, c)))],
    tolerance: 1e-3,
  };
}

/** Rotate-half: the pair (i, i + D/2) turns by the angle of its position. */
function rotaryCase(): OpCase<'RotaryEmbedding'> {
  const positions = [4, 0, 2];
  const angle = (position: number, pair: number) => position * 0.7 + pair * 0.3;
  const cos = tensor([5, 2], ([p = 0, i = 0]) => Math.cos(angle(p, i)));
  const sin = tensor([5, 2], ([p = 0, i = 0]) => Math.sin(angle(p, i)));
  return {
    inputs: [heads, tensorOf('int64', [1, 'T'], positions), cos, sin],
    attributes: {},
    outputs: [
      tensor(heads.shape, ([b = 0, h = 0, t = 0, d = 0]) => {
        const pair = d % 2;
        const turn = [positions[t] ?? 0, pair];
        const first = at(heads, [b, h, t, pair]);
        const second = at(heads, [b, h, t, pair + 2]);
        return d < 2
          ? first * at(cos, turn) - second * at(sin, turn)
          : second * at(cos, turn) + first * at(sin, turn);
      }),
    ],
  };
}
