// What the editor's language servers know of the names in a question: definitions, references, symbols, hovers. They get
// a short time together; what comes later is left out, so that an answer never waits for a slow server.

import type { Hover, Location, LocationLink, Position, SymbolInformation, TextEditor, Uri } from 'vscode';
import { commands, MarkdownString, Range } from 'vscode';
import type { Logger } from '../../base/logger.ts';
import { errorMessage } from '../../base/logger.ts';
import type { LanguageServerFact } from '../../chat/model/types.ts';
import { memoryPath } from '../settings/workspacePaths.ts';

/** For all questions to the servers together. */
const languageServerTimeMs = 150;

/** Facts of one kind about one name at most. */
const maxPlaces = 20;
const maxHoverChars = 1_000;

/** Facts about `names`, in the order in which they came; never rejects and never takes longer than `timeMs`. */
export async function languageServerFacts(
  names: readonly string[],
  editor: TextEditor | undefined,
  logger: Logger,
  timeMs = languageServerTimeMs,
): Promise<readonly LanguageServerFact[]> {
  const facts: LanguageServerFact[] = [];
  const add = (found: readonly LanguageServerFact[]): void => {
    facts.push(...found);
  };
  const questions = names.map(name => factsOfName(name, editor, add));
  let timer: NodeJS.Timeout | undefined;
  const timeOut = new Promise<void>(resolve => {
    timer = setTimeout(resolve, timeMs);
  });
  const all = Promise.allSettled(questions).then(results => {
    for (const result of results) {
      if (result.status === 'rejected')
        logger.debug(`chat: a language server: ${errorMessage(result.reason)}`);
    }
  });
  await Promise.race([all, timeOut]);
  clearTimeout(timer);
  // Anew, for what comes too late must not change what was handed on.
  return told(facts);
}

/**
 * Each fact once: a place may be known to two servers, or asked for by symbol and by cursor. Servers count a declaration
 * among the references; it is not one.
 */
function told(facts: readonly LanguageServerFact[]): readonly LanguageServerFact[] {
  const once = [...new Map(facts.map(fact => [JSON.stringify(fact), fact])).values()];
  const place = (fact: LanguageServerFact): string =>
    fact.kind === 'hover' ? '' : `${fact.path}:${fact.line}`;
  const declared = new Set(once.filter(({ kind }) => kind === 'definition' || kind === 'symbol').map(place));
  return once.filter(fact => fact.kind !== 'reference' || !declared.has(place(fact)));
}

type Add = (facts: readonly LanguageServerFact[]) => void;

async function factsOfName(name: string, editor: TextEditor | undefined, add: Add): Promise<void> {
  await Promise.all([factsOfSymbol(name, add), factsAtCursor(name, editor, add)]);
}

/** Symbols of exactly that name, and where the first of them is used. */
async function factsOfSymbol(name: string, add: Add): Promise<void> {
  const found = await execute<SymbolInformation[]>('vscode.executeWorkspaceSymbolProvider', name);
  const symbols = found.filter(symbol => symbol.name.replace(/\(.*/s, '') === name);
  add(symbols.flatMap(symbol => placeFact('symbol', name, symbol.location)).slice(0, maxPlaces));
  const [first] = symbols;
  if (first !== undefined) await references(name, first.location.uri, first.location.range.start, add);
}

/** Of a name that stands in the open file. */
async function factsAtCursor(name: string, editor: TextEditor | undefined, add: Add): Promise<void> {
  const at = editor === undefined ? undefined : positionOf(name, editor);
  if (editor === undefined || at === undefined) return;
  const { uri } = editor.document;
  await Promise.all([
    execute<(Location | LocationLink)[]>('vscode.executeDefinitionProvider', uri, at).then(found => {
      add(found.flatMap(place => placeFact('definition', name, locationOf(place))).slice(0, maxPlaces));
    }),
    execute<Hover[]>('vscode.executeHoverProvider', uri, at).then(found => {
      const text = found
        .flatMap(hover => hover.contents.map(contentText))
        .join('\n')
        .trim();
      if (text !== '') add([{ kind: 'hover', symbol: name, text: text.slice(0, maxHoverChars) }]);
    }),
    references(name, uri, at, add),
  ]);
}

async function references(name: string, uri: Uri, at: Position, add: Add): Promise<void> {
  const found = await execute<Location[]>('vscode.executeReferenceProvider', uri, at);
  add(found.flatMap(place => placeFact('reference', name, place)).slice(0, maxPlaces));
}

async function execute<T extends readonly unknown[]>(command: string, ...args: unknown[]): Promise<T | []> {
  return (await commands.executeCommand<T | undefined>(command, ...args)) ?? [];
}

function locationOf(place: Location | LocationLink): Pick<Location, 'uri' | 'range'> {
  return 'targetUri' in place ? { uri: place.targetUri, range: place.targetRange } : place;
}

/** None where the place is outside the workspace. */
function placeFact(
  kind: 'definition' | 'reference' | 'symbol',
  symbol: string,
  { uri, range }: Pick<Location, 'uri' | 'range'>,
): readonly LanguageServerFact[] {
  const path = memoryPath(uri);
  return path === undefined
    ? []
    : [{ kind, symbol, path, line: range.start.line + 1, endLine: range.end.line + 1 }];
}

/** Where the name stands: in the selection, at the cursor, or first in the lines that are shown. */
function positionOf(name: string, { document, selection, visibleRanges }: TextEditor): Position | undefined {
  const word = document.getWordRangeAtPosition(selection.active);
  if (word !== undefined && document.getText(word) === name) return word.start;
  const [shown] = visibleRanges;
  for (const range of [selection, ...(shown === undefined ? [] : [shown])]) {
    const at = wordIn(document.getText(new Range(range.start, range.end)), name);
    if (at !== undefined) return document.positionAt(document.offsetAt(range.start) + at);
  }
  return undefined;
}

function wordIn(text: string, name: string): number | undefined {
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    const around = `${text[at - 1] ?? ' '}${text[at + name.length] ?? ' '}`;
    if (!/[\w$]/.test(around)) return at;
  }
  return undefined;
}

/** VS Code hands on hovers of whatever kind as Markdown. */
function contentText(content: Hover['contents'][number]): string {
  return content instanceof MarkdownString ? content.value : '';
}
