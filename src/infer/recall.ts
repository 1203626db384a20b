// All that memory knows at a place: what followed the same tokens, in the document and in the workspace, and what places
// that are built alike go on with. It follows the place's tokens as they are typed, generated and taken back.

import { familyOf } from '../memory/analogy/keywords.ts';
import type { Analogy } from '../memory/analogy/analogies.ts';
import { AnalogyFinder } from '../memory/analogy/analogies.ts';
import { DocumentStructure } from '../memory/analogy/documentStructure.ts';
import { boundary } from '../memory/contextSort.ts';
import { Evidence } from '../memory/evidence.ts';
import type { DocumentTokens } from '../memory/documentTokens.ts';
import { RecentMemory } from '../memory/recent.ts';
import type { WorkspaceMemory } from '../memory/workspaceMemory.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { decodeBytes } from '../tokenizer/tokenizer.ts';

export interface RecalledPlace extends DocumentTokens {
  /** Path of the document: its indexed copy is asked from token `ownFrom` on, by default not at all. */
  readonly path: string;
  readonly ownFrom?: number;
}

/** Longer runs of one kind of bytes are cut: no token is so long. */
const longestPiece = 64;
/** Texts whose tokens are remembered. */
const knownTexts = 4_000;

export class Recall {
  private readonly memory: WorkspaceMemory;
  private readonly tokenizer: Pick<Tokenizer, 'encode'>;
  private readonly recent = new RecentMemory();
  private readonly evidence = new Evidence();
  private structure: { readonly document: DocumentStructure; readonly finder: AnalogyFinder } | undefined;
  private place: RecalledPlace = { path: '', document: [] };
  private readonly known = new Map<string, readonly number[]>();

  constructor(memory: WorkspaceMemory, tokenizer: Pick<Tokenizer, 'encode'>) {
    this.memory = memory;
    this.tokenizer = tokenizer;
  }

  /** Tokens that it has followed. */
  get size(): number {
    return this.recent.size;
  }

  follow(place: RecalledPlace, generated: readonly number[] = []): void {
    this.place = place;
    this.recent.follow(place, generated);
    this.structureNow()?.document.follow(place, generated, familyOf(place.path));
  }

  append(token: number): void {
    this.recent.append(token);
    this.structure?.document.append(token);
  }

  /** Takes the latest tokens back until `size` are left. */
  truncate(size: number): void {
    this.recent.truncate(size);
    this.structure?.document.truncate(size);
  }

  /** What is known of the next token; valid until the next call. */
  collect(): Evidence {
    const { recent, evidence, memory } = this;
    const { path, ownFrom = Infinity, after } = this.place;
    evidence.clear(after);
    recent.collect(evidence);
    memory.collect(recent.sequence, recent.size, path, evidence, ownFrom);
    if (this.structure === undefined) return evidence;
    const filter = { family: familyOf(path), ownPath: path, ownFrom };
    for (const analogy of this.structure.finder.find(memory.structuralSegments, filter)) {
      const token = this.nextToken(this.structure.document, analogy);
      if (token !== undefined)
        evidence.proposals.push({ token, analogy, typedBytes: this.typedBytes(analogy) });
    }
    return evidence;
  }

  /** Bytes of the lexeme that the cursor is within. */
  private typedBytes({ from }: Analogy): number {
    return (this.structure?.document.sizeBytes ?? from) - from;
  }

  /** The token that begins what an analogy goes on with; undefined where the document's tokens do not lead to it. */
  private nextToken(document: DocumentStructure, { bytes }: Analogy): number | undefined {
    const start = pieceStart(document);
    let first = document.tokenCount;
    while (first > 0 && document.tokenStart(first) > start && document.tokenAt(first - 1) !== boundary)
      first--;
    const tokens = this.tokensOf(document.text(document.tokenStart(first)) + firstPieces(bytes));
    const count = document.tokenCount - first;
    for (let index = 0; index < count; index++) {
      if (tokens[index] !== document.tokenAt(first + index)) return undefined;
    }
    return tokens[count];
  }

  private tokensOf(bytes: string): readonly number[] {
    const known = this.known.get(bytes);
    if (known !== undefined) return known;
    if (this.known.size === knownTexts) this.known.clear();
    const tokens = this.tokenizer.encode(decodeBytes(bytes));
    this.known.set(bytes, tokens);
    return tokens;
  }

  /** Made anew where the memory was cleared: what names were known is forgotten with it. */
  private structureNow(): Recall['structure'] {
    const { structure } = this.memory;
    if (structure === undefined) return undefined;
    if (this.structure?.document.table !== structure.table) {
      const document = new DocumentStructure(structure.table, structure.tokenBytes);
      this.structure = { document, finder: new AnalogyFinder(document) };
    }
    return this.structure;
  }
}

/** The first two runs of bytes of one kind, each with a blank before it: the next token is within them. */
function firstPieces(bytes: string): string {
  let at = 0;
  for (let run = 0; run < 2 && at < bytes.length; run++) {
    if (bytes.charCodeAt(at) === blank) at++;
    const kind = pieceKind(bytes.charCodeAt(at));
    while (at < bytes.length && pieceKind(bytes.charCodeAt(at)) === kind) at++;
  }
  return bytes.slice(0, at);
}

/** Where the last run of bytes of one kind starts, with a blank before it: tokenizers merge across no such start. */
function pieceStart(document: DocumentStructure): number {
  let at = document.sizeBytes;
  const kind = pieceKind(document.byteAt(at - 1));
  const least = Math.max(0, at - longestPiece);
  while (at > least && pieceKind(document.byteAt(at - 1)) === kind) at--;
  if (kind === 'blank') {
    // The indentation of a line belongs to the line end before it.
    if (at > 0 && document.byteAt(at - 1) === lineFeed) at--;
  } else if (at > 0 && document.byteAt(at - 1) === blank) at--;
  return at;
}

const lineFeed = 10;
const blank = 32;

function pieceKind(byte: number): 'letter' | 'digit' | 'blank' | 'lineEnd' | 'sign' {
  if (byte === lineFeed) return 'lineEnd';
  if (byte <= blank) return 'blank';
  if (byte >= 48 && byte <= 57) return 'digit';
  const isLetter = byte >= 128 || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);
  return isLetter ? 'letter' : 'sign';
}
