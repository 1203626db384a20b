// Recomputes activations on the way back instead of keeping them (Chen et al. 2016, "Training Deep Nets with
// Sublinear Memory Cost"): between two checkpoints the nodes are applied a second time, on the first checkpoint.

import { applyMany, outputsOf } from './graph.ts';
import type { Node, Value } from './graph.ts';
import { dimensionAt, elementCount } from './shape.ts';
import { reapply } from './substitute.ts';
import { ValueMap } from './valueMap.ts';

/** What is between two checkpoints, while the way back is there. */
interface Segment {
  /** The checkpoint before it as its nodes see it the second time. */
  readonly restart: Value;
  readonly again: Map<Node, Node>;
}

export class Recomputation {
  /** How many checkpoints each node lies behind. */
  private readonly depths = new Map<Node, number>();
  private readonly segments = new Map<number, Segment>();

  /**
   * `checkpoints` in the order of computation; each must be a matrix, all as wide, and all that is before one must
   * reach the loss through it only.
   */
  constructor(
    nodes: readonly Node[],
    private readonly checkpoints: readonly Value[],
  ) {
    const behind = new ValueMap<number>();
    for (const node of nodes) {
      const depth = Math.max(0, ...node.inputs.map(value => behind.get(value) ?? 0));
      this.depths.set(node, depth);
      for (const output of outputsOf(node)) behind.set(output, depth);
      for (const [at, checkpoint] of checkpoints.entries()) {
        if (checkpoint.source.kind === 'node' && checkpoint.source.node === node)
          behind.set(checkpoint, at + 1);
      }
    }
  }

  /** Tells that the way back has come to a node. The gradients of what comes after it are complete. */
  enter(node: Node, gradients: ValueMap<Value>): void {
    const depth = this.depths.get(node) ?? 0;
    const before = this.checkpoints[depth - 1];
    const after = this.checkpoints[depth];
    if (before === undefined || after === undefined || this.segments.has(depth)) return;
    const gradient = gradients.get(after);
    if (gradient === undefined) throw new Error(`${node.op} reaches the loss beside the checkpoint after it`);
    const [restart, held] = barrier(before, gradient);
    gradients.set(after, held);
    this.segments.set(depth, { restart, again: new Map() });
  }

  /** The node to differentiate in place of `node`: one computed anew, or itself where its values are kept. */
  again(node: Node): Node {
    const depth = this.depths.get(node) ?? 0;
    const segment = this.segments.get(depth);
    const before = this.checkpoints[depth - 1];
    if (segment === undefined || before === undefined) return node;
    const known = segment.again.get(node);
    if (known !== undefined) return known;
    const inputs = node.inputs.map(value => this.valueAgain(value, before, depth, segment));
    const [first] = reapply(node, inputs);
    if (first?.source.kind !== 'node') throw new Error(`${node.op} has no outputs`);
    segment.again.set(node, first.source.node);
    return first.source.node;
  }

  private valueAgain(value: Value, before: Value, depth: number, segment: Segment): Value {
    if (value.source.kind !== 'node') return value;
    const { node, output } = value.source;
    if (before.source.kind === 'node' && node === before.source.node) return segment.restart;
    if (this.depths.get(node) !== depth) return value;
    return outputsOf(this.again(node))[output] ?? value;
  }
}

/**
 * Both values, neither of which can be used before both are computed: or the runtime, which is free to run nodes
 * as soon as it can, would recompute early and so keep what recomputing is to spare.
 */
function barrier(a: Value, b: Value): readonly [Value, Value] {
  const sizes = [a, b].map(({ shape }) => elementCount([dimensionAt(shape, 0)]));
  const [first, second] = applyMany('Split', [applyMany('Concat', [a, b], { axis: 0 })[0] ?? a], {
    axis: 0,
    sizes,
  });
  if (first === undefined || second === undefined) throw new Error('the split has two parts');
  return [first, second];
}
