// A map by values of a graph: two Value objects are one value when they are the same output of the same node, the
// input of the same name, or the same constant.

import type { Value } from './graph.ts';

export class ValueMap<T> {
  private readonly bySource = new Map<unknown, Map<number, T>>();

  get(value: Value): T | undefined {
    const [source, output] = identity(value);
    return this.bySource.get(source)?.get(output);
  }

  set(value: Value, item: T): void {
    const [source, output] = identity(value);
    const items = this.bySource.get(source) ?? new Map<number, T>();
    this.bySource.set(source, items.set(output, item));
  }
}

function identity({ source }: Value): readonly [unknown, number] {
  switch (source.kind) {
    case 'input':
      return [source.name, 0];
    case 'constant':
      return [source.tensor, 0];
    case 'node':
      return [source.node, source.output];
    default:
      return source satisfies never;
  }
}
