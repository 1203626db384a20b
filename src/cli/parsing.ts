// Whether a text parses, by the grammars that chat takes files apart with.

import { Grammars } from '../chat/chunks/grammars.ts';
import { parseInSlices } from '../chat/chunks/syntaxTree.ts';
import type { Parses } from '../evaluate/acceptance.ts';
import { finish } from '../memory/workspaceMemory.ts';
import { nodeAsset } from '../worker/platform/nodeHome.ts';

/** Grammars are loaded when their languages are first met; one that cannot be is reported on stderr. */
export function parsesBySyntax(): Parses {
  const grammars = new Grammars(nodeAsset, message => {
    console.error(message);
  });
  return async (text, path) => {
    const grammar = await grammars.of(path);
    if (grammar === undefined) return undefined;
    const tree = finish(parseInSlices(grammar.language, text));
    if (tree === undefined) return false;
    try {
      return !tree.rootNode.hasError;
    } finally {
      tree.delete();
    }
  };
}
