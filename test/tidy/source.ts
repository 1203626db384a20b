// What the rules of tidiness look at: files, what each imports, and the layer that it is in.

import ts from 'typescript';

export interface SourceFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Import {
  readonly specifier: string;
  /** `import type` and `export type`, which are gone at run time. */
  readonly typeOnly: boolean;
}

/** From the lowest layer to the highest; each imports only from groups before its own, and from itself. */
const layers = [
  ['base'],
  ['text'],
  ['tokenizer', 'memory', 'graph', 'runtime'],
  ['corpus', 'model'],
  ['infer', 'train'],
  ['complete'],
  ['chat', 'evaluate'],
  ['worker'],
  ['pages'],
  ['webview', 'editor', 'cli', 'release'],
  ['extension.ts', 'webExtension.ts'],
] as const;

export function layerOf(path: string): { name: string; rank: number } | undefined {
  const name = path.split('/')[1] ?? '';
  const rank = layers.findIndex(group => group.some(layer => layer === name));
  return rank === -1 ? undefined : { name, rank };
}

export function importsOf(tree: ts.SourceFile): Import[] {
  const imports: Import[] = [];
  const add = (specifier: ts.Node | undefined, typeOnly: boolean): void => {
    if (specifier !== undefined && ts.isStringLiteralLike(specifier)) {
      imports.push({ specifier: specifier.text, typeOnly });
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    } else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node.argument.literal, true);
    else if (ts.isCallExpression(node)) {
      const called = node.expression;
      const isRequire = ts.isIdentifier(called) && called.text === 'require';
      if (isRequire || called.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0], false);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return imports;
}

export function lineCount(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

/** The names that a file declares and exports. */
export function exportedNames(tree: ts.SourceFile): string[] {
  return tree.statements.flatMap(statement => {
    const isExported = ts.canHaveModifiers(statement)
      ? ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
      : false;
    if (isExported !== true) return [];
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.map(({ name }) => name.getText(tree));
    }
    const { name } = statement as { readonly name?: ts.Node };
    return name === undefined ? [] : [name.getText(tree)];
  });
}
