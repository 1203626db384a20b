// Whether a text parses, by the grammars that chat takes files apart with.

import { Grammars } from '../chat/grammars.ts';
import type { Parses } from '../evaluate/acceptance.ts';
import { nodeAsset } from '../worker/nodeHome.ts';

/** Grammars are loaded when their languages are first met; one that cannot be is told on stderr. */
export function parsesBySyntax(): Parses {
  const grammars = new Grammars(nodeAsset, message => {
    console.error(message);
  });
  return async (text, path) => {
    const grammar = await grammars.of(path);
    if (grammar === undefined) return undefined;
    const { parser } = grammar;
    parser.reset();
    const tree = parser.parse(text);
    if (tree === null) throw new Error(`${path}: its parser was given no language`);
    try {
      return !tree.rootNode.hasError;
    } finally {
      tree.delete();
    }
  };
}
