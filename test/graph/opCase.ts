// What a case of an op is: see opCases.ts.

import type { Op, OpAttributes, OpInputs } from '../../src/graph/ops.ts';
import type { TestTensor } from '../support/engineTensors.ts';

export interface OpCase<O extends Op> {
  readonly name?: string;
  /** int8 and uint8 operands become constants of the graph, the others its inputs. */
  readonly inputs: OpInputs<O, TestTensor>;
  readonly attributes: OpAttributes[O];
  /** With the names that inference must find. */
  readonly outputs: readonly TestTensor[];
  /** Largest difference of a value; 1e-5 where left out. */
  readonly tolerance?: number;
}

export type OpCases = { readonly [O in Op]: readonly [OpCase<O>, ...OpCase<O>[]] };
