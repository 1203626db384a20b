// Makes the engine's request of what was typed: the references it names, the open file, what language servers know, and
// the turns before.

import { workspace } from 'vscode';
import type { Logger } from '../../base/logger.ts';
import { placeText } from '../../chat/model/placeText.ts';
import type { ChatCommand, ChatReference, ChatRequest, ChatTurn } from '../../chat/model/types.ts';
import { chatLimits } from '../../chat/model/types.ts';
import { isCode } from '../../corpus/fileKind.ts';
import type { Turn } from '../../pages/chat/conversation.ts';
import type { Question } from '../../pages/chat/question.ts';
import { answerMarkdown } from './chatMarkdown.ts';
import { namesIn } from './chatNames.ts';
import { fileOf, isThere } from '../webviews/chatPlaces.ts';
import { documentWindow } from '../suggest/documentWindow.ts';
import type { FocusedEditor } from '../memory/focusedEditor.ts';
import { languageServerFacts } from './languageServerFacts.ts';
import { selectedText } from './selectedText.ts';
import { memoryPath } from '../settings/workspacePaths.ts';

/** Commands that mean the selection where nothing else is named; what follows /fix is a wish, no name. */
const commandsOfSelection: readonly (ChatCommand | undefined)[] = ['explain', 'doc', 'usages'];

/** Earlier turns handed along: the newest, and of each answer the beginning. */
const historyTurns = 4;
const historyChars = 4_000;

/** `@file` and `#selection` as they are now. Files that are not there stay words of the question. */
export async function questionReferences(
  question: Question,
  command: ChatCommand | undefined,
  focused: FocusedEditor,
): Promise<readonly ChatReference[]> {
  const files = await Promise.all(
    question.files.map(async path => {
      const uri = fileOf(path);
      return uri !== undefined && (await isThere(uri)) ? [{ kind: 'file' as const, path }] : [];
    }),
  );
  const found: readonly ChatReference[] = files.flat();
  const isMeant =
    question.selection ||
    command === 'fix' ||
    (commandsOfSelection.includes(command) && found.length === 0 && question.text === '');
  const selected = isMeant ? selectionReference(focused) : undefined;
  return selected === undefined ? found : [...found, selected];
}

/** As the page shows it. */
export function referenceLabel(reference: ChatReference): string {
  if (reference.kind === 'file') return reference.path;
  const { path, startLine, endLine } = reference;
  return placeText({ path, line: startLine, endLine });
}

/** Earlier turns as the engine is handed them. */
export function chatTurns(before: readonly Turn[]): readonly ChatTurn[] {
  return before.map(turn => ({ question: turn.question, answer: answerMarkdown(turn) }));
}

/** Takes as long as language servers may take, see there. */
export async function chatRequest(
  asked: Pick<ChatRequest, 'text' | 'command' | 'references' | 'history'>,
  { editor }: FocusedEditor,
  logger: Logger,
): Promise<ChatRequest> {
  const names = namesOf(asked.text.slice(0, chatLimits.questionChars), asked.references);
  return {
    ...asked,
    activeFile: editor === undefined ? undefined : documentWindow(editor.document, editor.selection.active),
    languageServer: await languageServerFacts(names, editor, logger),
    history: asked.history.slice(-historyTurns).map(({ question, answer }) => ({
      question: question.slice(0, historyChars),
      answer: answer.slice(0, historyChars),
    })),
  };
}

/** A selected name is asked for as if it were typed. */
function namesOf(text: string, references: readonly ChatReference[]): readonly string[] {
  const selected = references.flatMap(reference =>
    reference.kind === 'selection' && /^\s*[\w$]+\s*$/.test(reference.text) ? [reference.text.trim()] : [],
  );
  return [...new Set([...selected, ...namesIn(text)])];
}

function selectionReference(focused: FocusedEditor): ChatReference | undefined {
  const { editor, selectedLines, path } = focused;
  if (editor === undefined || selectedLines === undefined || path === undefined) return undefined;
  const { document, selection } = editor;
  const known = memoryPath(document.uri) ?? path;
  return {
    kind: 'selection',
    path: known,
    languageId: document.languageId,
    startLine: selectedLines.line,
    endLine: selectedLines.endLine,
    text: selectedText(document, selection, known),
  };
}

/**
 * Paths of files whose name or path holds the query, for completion. Those whose name starts with it come first, and of
 * these sources before documents.
 */
export async function filesMatching(query: string, limit: number): Promise<readonly string[]> {
  const escaped = query.replace(/[[\]{}*?!\\]/g, '?');
  const pattern = escaped.includes('/') ? `**/${escaped}*` : `**/*${escaped}*`;
  const found = await workspace.findFiles(pattern, undefined, limit * 4);
  const name = query.slice(query.lastIndexOf('/') + 1).toLowerCase();
  const rank = (path: string): number => {
    const own = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
    return (own.startsWith(name) ? 0 : 2) + (isCode(own) ? 0 : 1);
  };
  return found
    .flatMap(uri => memoryPath(uri) ?? [])
    .sort((a, b) => rank(a) - rank(b) || a.length - b.length || (a < b ? -1 : 1))
    .slice(0, limit);
}
