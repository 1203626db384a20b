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
import type { Logger } from '../base/logger.ts';
import { errorMessage } from '../base/logger.ts';
import type { CompletionItem, NoCompletionReason } from '../complete/types.ts';
import { documentWindow } from './documentWindow.ts';
import type { DocumentView, SuggestionFlow } from './suggestionFlow.ts';

/** Run by VS Code when a suggestion was accepted; its argument is the suggestion's probability. Not for users. */
export const acceptedCommand = 'tinymemory.noteAccepted';

export class InlineProvider implements InlineCompletionItemProvider {
  private readonly flow: SuggestionFlow;
  private readonly logger: Logger;

  constructor(flow: SuggestionFlow, logger: Logger) {
    this.flow = flow;
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
      const start = selected?.range.start ?? position;
      return items.map(item => ghostText(item, view.selectedText, start, position));
    } catch (error) {
      this.logger.error(`no suggestion: ${errorMessage(error)}`);
      return [];
    }
  }
}

function viewOf(
  document: TextDocument,
  position: Position,
  selected: InlineCompletionContext['selectedCompletionInfo'],
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
  selectedText: string,
  start: Position,
  cursor: Position,
): InlineCompletionItem {
  const range = new Range(start, cursor.translate(0, replaceAfter));
  const accepted = { command: acceptedCommand, title: 'Note acceptance', arguments: [probability] };
  return new InlineCompletionItem(selectedText + text, range, accepted);
}
