// Adapts the suggestion flow to VS Code's inline completions: documents and the suggest widget's selection in,
// ghost text with the range that it replaces out.

import type {
  CancellationToken,
  InlineCompletionContext,
  InlineCompletionItemProvider,
  Position,
  TextDocument,
} from 'vscode';
import { InlineCompletionItem, InlineCompletionTriggerKind, Range } from 'vscode';
import type { Logger } from '../../base/logger.ts';
import { errorMessage } from '../../base/logger.ts';
import type { CompletionItem, NoCompletionReason } from '../../complete/types.ts';
import { documentWindow } from './documentWindow.ts';
import type { DocumentView, SuggestionFlow } from './suggestionFlow.ts';
import type { SuggestionTracker } from './suggestionTracker.ts';

/** Run by VS Code when a suggestion was accepted whole; its argument is an AcceptedSuggestion. Not for users. */
export const acceptedCommand = 'tinymemory.noteAccepted';

export interface AcceptedSuggestion {
  /** The number that the tracker gave it. */
  readonly id: number;
  readonly characters: number;
  readonly probability: number;
}

export class InlineProvider implements InlineCompletionItemProvider {
  private readonly flow: SuggestionFlow;
  private readonly tracker: Pick<SuggestionTracker, 'offered'>;
  private readonly logger: Logger;

  constructor(flow: SuggestionFlow, tracker: Pick<SuggestionTracker, 'offered'>, logger: Logger) {
    this.flow = flow;
    this.tracker = tracker;
    this.logger = logger;
  }

  /** Never rejects: VS Code would tell the user of an error at every keystroke. */
  async provideInlineCompletionItems(
    document: TextDocument,
    position: Position,
    context: InlineCompletionContext,
    token: CancellationToken,
  ): Promise<InlineCompletionItem[]> {
    try {
      const invoked = context.triggerKind === InlineCompletionTriggerKind.Invoke;
      const selected = context.selectedCompletionInfo;
      const view = viewOf(document, position, selected);
      const items = await this.flow.suggest(view, invoked ? 'invoke' : 'automatic', token);
      if (items.length === 0) return [];
      const texts = items.map(({ text }) => text);
      const id = this.tracker.offered(document.uri.toString(), document.offsetAt(position), texts);
      const start = selected?.range.start ?? position;
      return items.map(item => ghostText(item, id, view.selectedText, start, position));
    } catch (error) {
      this.logger.error(`no suggestion: ${errorMessage(error)}`);
      return [];
    }
  }
}

/** What the flow sees of a document with the cursor at `position`. */
export function viewOf(
  document: TextDocument,
  position: Position,
  selected?: InlineCompletionContext['selectedCompletionInfo'],
): DocumentView {
  return {
    languageId: document.languageId,
    get version() {
      return document.version;
    },
    selectedText: selected?.text ?? '',
    takeWindow() {
      if (document.isClosed) return 'stale-document' satisfies NoCompletionReason;
      if (selected === undefined) return documentWindow(document, position);
      // Ghost text can continue an item only where the item ends: on one line, at the cursor.
      const { range, text } = selected;
      const continues = range.end.isEqual(position) && range.isSingleLine && !/[\r\n]/.test(text);
      return continues ? documentWindow(document, position, selected) : 'selected-suggestion';
    },
  };
}

function ghostText(
  { text, replaceAfter, probability }: CompletionItem,
  id: number,
  selectedText: string,
  start: Position,
  cursor: Position,
): InlineCompletionItem {
  const range = new Range(start, cursor.translate(0, replaceAfter));
  const accepted: AcceptedSuggestion = { id, characters: text.length, probability };
  const command = { command: acceptedCommand, title: 'Note acceptance', arguments: [accepted] };
  return new InlineCompletionItem(selectedText + text, range, command);
}
