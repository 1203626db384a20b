// Takes a file apart along its syntax tree: each declaration is a chunk with the comment before it (or the docstring in
// it) as documentation; what lies between declarations becomes blocks of lines.

import type { Node } from 'web-tree-sitter';
import type { Chunk, ChunkKind, Span } from '../model/chunk.ts';
import { blocksOf, cleanComment } from './chunkLines.ts';
import type { Grammar } from './grammars.ts';
import { parseInSlices } from './syntaxTree.ts';

const longestSignature = 300;
/** Text looked at for a name or a signature, which may otherwise be a file of its own. */
const maxLooked = 4 * longestSignature;
/**
 * Levels of the tree at which declarations are looked for: the query's cost grows with depth times size, and 40 closures
 * within each other are 200 levels.
 */
const maxLevels = 256;
/** Declarations around a declaration; what is declared deeper is text of these. */
const maxAround = 12;
/** Lines of comments joined before a declaration. */
const maxComments = 400;

/** Undefined where the text cannot be parsed in bounded time. Yields while it parses. */
export function* chunkBySyntax(
  text: string,
  { language, query }: Grammar,
): Generator<undefined, readonly Chunk[] | undefined, undefined> {
  const tree = yield* parseInSlices(language, text);
  if (tree === undefined) return undefined;
  try {
    const declarations: Declaration[] = [];
    const comments: Node[] = [];
    const seen = new Set<number>();
    for (const { name, node } of query.captures(tree.rootNode, { maxStartDepth: maxLevels })) {
      if (name === 'comment') comments.push(node);
      else if (!seen.has(node.id)) {
        seen.add(node.id);
        const declaration = declarationOf(name as Declaration['kind'], node, text);
        if (declaration !== undefined) declarations.push(declaration);
      }
    }
    yield;
    const file = new SourceLines(text);
    const documented = withComments(declarations, comments, file);
    yield;
    return assemble(documented, file);
  } finally {
    tree.delete();
  }
}

interface Declaration {
  /** A `scope` contains declarations but is not one itself. */
  readonly kind: ChunkKind | 'scope';
  readonly name: string;
  /** Offsets in the text: with decorators, modifiers and `export`. */
  readonly start: number;
  readonly end: number;
  readonly signature: string;
  /** Where its own text goes on after the signature. */
  readonly bodyStart: number;
  /** A docstring inside, as offsets. */
  readonly inner: Span | undefined;
}

interface Documented extends Declaration {
  /** The comment before it, as offsets. */
  readonly outer: Span | undefined;
}

/** Nodes that merely wrap a declaration: it begins where they do. */
const wrappers = new Set([
  'export_statement',
  'decorated_definition',
  'lexical_declaration',
  'variable_declaration',
  'expression_statement',
  'template_declaration',
  'type_declaration',
  'ambient_declaration',
]);

function declarationOf(kind: Declaration['kind'], node: Node, text: string): Declaration | undefined {
  const name = nameOf(node, text);
  if (name === '') return undefined;
  let outer = node;
  for (;;) {
    const { parent } = outer;
    if (parent === null || !wrappers.has(parent.type)) break;
    outer = parent;
  }
  // Attributes of Rust stand before the item.
  let first = outer;
  for (;;) {
    const before = first.previousNamedSibling;
    if (before?.type !== 'attribute_item') break;
    first = before;
  }
  const value = node.childForFieldName('value') ?? node.childForFieldName('right') ?? node;
  const body = value.childForFieldName('body') ?? node.childForFieldName('body');
  const end = outer.endIndex;
  const bodyStart = body?.startIndex ?? Math.min(end, value === node ? end : value.startIndex);
  const signature = text
    .slice(node.startIndex, Math.min(bodyStart, node.startIndex + maxLooked))
    .replace(/\s+/g, ' ')
    .trimEnd()
    .replace(/(?:=>|[={:(])$/, match => (match.startsWith('(') ? '(' : ''))
    .slice(0, longestSignature)
    .trim();
  return { kind, name, start: first.startIndex, end, signature, bodyStart, inner: docstringOf(body) };
}

function nameOf(node: Node, file: string): string {
  const named =
    node.childForFieldName('name') ??
    node.childForFieldName('left') ??
    node.childForFieldName('key') ??
    node.childForFieldName('declarator') ??
    node.childForFieldName('type');
  const owner = named ?? firstSpec(node);
  if (owner === null) return '';
  const text = file.slice(owner.startIndex, Math.min(owner.endIndex, owner.startIndex + maxLooked));
  // `app.use`, `Foo.prototype.bar`, `Foo<T>`, `*name(int argument)`, `Ns::name`.
  const plain = text.replace(/[<({[=].*/s, '').trim();
  return /(?<![\p{L}\p{N}_$?!#~-])[\p{L}_$#~?!][\p{L}\p{N}_$?!-]*$/u.exec(plain)?.[0] ?? '';
}

/** The first of the names that a group of constants declares. */
function firstSpec(node: Node): Node | null {
  return node.namedChildren.find(child => child.type.endsWith('_spec'))?.childForFieldName('name') ?? null;
}

/** Python's documentation: a text that stands as the first statement. */
function docstringOf(body: Node | null): Span | undefined {
  const first = body?.type === 'block' ? body.firstNamedChild : null;
  const string = first?.type === 'expression_statement' ? first.firstNamedChild : first;
  return string?.type === 'string' ? { start: string.startIndex, end: string.endIndex } : undefined;
}

/** Offsets and lines of a text. */
class SourceLines {
  readonly text: string;
  private readonly starts: number[] = [0];
  /** Where the first character of a line that is not white space stands, once it was looked for. */
  private readonly firsts = new Map<number, number>();

  constructor(text: string) {
    this.text = text;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1);
  }

  get count(): number {
    return this.starts.length;
  }

  /** 1-based. */
  lineAt(offset: number): number {
    let low = 0;
    let high = this.starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.starts[middle] ?? Infinity) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  isBlank(line: number): boolean {
    return this.firstOf(line) >= (this.starts[line] ?? this.text.length);
  }

  /** Whether nothing but white space stands before the offset on its line. */
  opensLine(offset: number): boolean {
    return this.firstOf(this.lineAt(offset)) >= offset;
  }

  private firstOf(line: number): number {
    let first = this.firsts.get(line);
    if (first === undefined) {
      const start = this.starts[line - 1] ?? this.text.length;
      const content = this.text.slice(start, this.starts[line]);
      first = start + content.length - content.trimStart().length;
      this.firsts.set(line, first);
    }
    return first;
  }
}

function withComments(
  declarations: readonly Declaration[],
  comments: readonly Node[],
  file: SourceLines,
): Documented[] {
  /** Comments by the line they end on. */
  const endingOn = new Map<number, Span>();
  for (const { startIndex, endIndex } of comments) {
    if (!file.opensLine(startIndex)) continue;
    // Rust's line comments hold their line end.
    const end = file.text[endIndex - 1] === '\n' ? endIndex - 1 : endIndex;
    endingOn.set(file.lineAt(end), { start: startIndex, end });
  }
  const blockAt = (line: number): Span | undefined => {
    const comment = endingOn.get(line);
    return comment !== undefined && file.text.startsWith('/**', comment.start) ? comment : undefined;
  };
  // Some leave a blank line between a block of documentation and what it documents.
  const commentEndingOn = (line: number): Span | undefined =>
    endingOn.get(line) ?? (line > 1 && file.isBlank(line) ? blockAt(line - 1) : undefined);
  /** By the line that they stand before: many declarations may begin on one. */
  const before = new Map<number, Span | undefined>();
  return declarations.map(declaration => {
    const own = file.lineAt(declaration.start);
    if (!before.has(own)) before.set(own, commentsBefore(own, commentEndingOn, file));
    return { ...declaration, outer: before.get(own) };
  });
}

/** The comments that stand before a line, as one. */
function commentsBefore(
  own: number,
  endingOn: (line: number) => Span | undefined,
  file: SourceLines,
): Span | undefined {
  let outer: Span | undefined;
  let line = own - 1;
  for (let count = 0; count < maxComments; count++) {
    const comment = endingOn(line);
    if (
      comment === undefined ||
      /copyright|licen[cs]e|eslint-|prettier-ignore/i.test(file.text.slice(comment.start, comment.end))
    )
      break;
    outer = { start: comment.start, end: outer?.end ?? comment.end };
    line = file.lineAt(comment.start) - 1;
  }
  return outer;
}

function assemble(found: readonly Documented[], file: SourceLines): Chunk[] {
  const { text } = file;
  const ordered = found.toSorted((a, b) => a.start - b.start || b.end - a.end);
  const chunks: Chunk[] = [];
  const open: { readonly declaration: Documented; readonly children: Span[] }[] = [];
  const parents = new Map<Documented, Documented | undefined>();
  const children = new Map<Documented, Span[]>();
  const covered: Span[] = [];
  const kept: Documented[] = [];
  for (const declaration of ordered) {
    while ((open.at(-1)?.declaration.end ?? Infinity) <= declaration.start) open.pop();
    if (open.length > maxAround) continue;
    kept.push(declaration);
    const parent = open.at(-1);
    const span = { start: declaration.outer?.start ?? declaration.start, end: declaration.end };
    if (parent === undefined) covered.push(span);
    else parent.children.push(span);
    parents.set(declaration, parent?.declaration);
    const own = { declaration, children: [] };
    children.set(declaration, own.children);
    open.push(own);
  }
  for (const declaration of kept) {
    if (declaration.kind === 'scope') continue;
    const { kind, name, start, end, signature, bodyStart, inner, outer } = declaration;
    const cut = [
      ...(inner === undefined ? [] : [inner]),
      ...(kind === 'type' ? (children.get(declaration) ?? []) : []),
    ];
    const doc = [outer, inner].map(span =>
      span === undefined ? '' : cleanComment(text.slice(span.start, span.end)),
    );
    const line = file.lineAt(start);
    chunks.push({
      kind,
      name,
      container: containerOf(parents, declaration),
      line,
      endLine: file.lineAt(Math.max(start, end - 1)),
      docLine: outer === undefined ? line : file.lineAt(outer.start),
      signature,
      doc: doc.filter(part => part !== '').join('\n'),
      docSpans: [outer, inner].filter(span => span !== undefined),
      body: without(text, { start: bodyStart, end }, cut),
    });
  }
  chunks.push(
    ...blocksOf(
      text,
      covered.map(({ start, end }) => [file.lineAt(start), file.lineAt(Math.max(start, end - 1))]),
    ),
  );
  return mergeOverloads(chunks.sort((a, b) => a.line - b.line || b.endLine - a.endLine));
}

/** Signatures that follow one another, and the body after them, are one function. */
function mergeOverloads(chunks: readonly Chunk[]): Chunk[] {
  const runs: Chunk[][] = [];
  for (const chunk of chunks) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    const isOverload =
      last?.kind === 'function' &&
      chunk.kind === 'function' &&
      hasNoBody(last) &&
      last.name === chunk.name &&
      last.container === chunk.container &&
      chunk.docLine <= last.endLine + maxLinesApart;
    if (isOverload) run?.push(chunk);
    else runs.push([chunk]);
  }
  return runs.flatMap(merged);
}

/** The last of the overloads, with the documentation of all. */
function merged(run: readonly Chunk[]): readonly Chunk[] {
  const [first, ...others] = run;
  const last = others.at(-1);
  if (first === undefined || last === undefined) return run;
  const docs = new Set(run.map(({ doc }) => doc).filter(doc => doc !== ''));
  return [
    {
      ...last,
      line: first.line,
      docLine: first.docLine,
      doc: [...docs].join('\n').trim(),
      docSpans: run.flatMap(({ docSpans }) => docSpans),
    },
  ];
}

/** Two blank lines between them, as Python has them. */
const maxLinesApart = 3;

/** A signature alone; Python writes `...` beneath it. */
function hasNoBody({ body }: Chunk): boolean {
  return body === '' || body.trim() === '...';
}

/** The name of what is around it; Go's methods name their type in the signature. */
function containerOf(
  parents: ReadonlyMap<Documented, Documented | undefined>,
  declaration: Documented,
): string {
  const receiver = /^func \(\s*(?:\w+\s+)?\*?(\w+)/.exec(declaration.signature)?.[1];
  if (receiver !== undefined) return receiver;
  const parent = parents.get(declaration);
  return parent?.name ?? '';
}

/** The text of a span less the spans in it. */
function without(text: string, { start, end }: Span, cut: readonly Span[]): string {
  let at = start;
  let rest = '';
  for (const span of cut.toSorted((a, b) => a.start - b.start)) {
    if (span.start < at) continue;
    rest += `${text.slice(at, Math.min(end, span.start))}\n`;
    at = span.end;
  }
  return at < end ? rest + text.slice(at, end) : rest;
}
