// Where the cursor comes to rest, typing may begin: so the engine reads ahead what stands there.

import type { TextEditor } from 'vscode';
import { window, workspace } from 'vscode';
import type { Disposable } from '../../base/disposable.ts';
import { DisposableStore, toDisposable } from '../../base/disposable.ts';
import { viewOf } from './inlineProvider.ts';
import type { SuggestionFlow } from './suggestionFlow.ts';
import type { EditorMemory } from '../memory/editorMemory.ts';

interface PreparedParts {
  readonly flow: Pick<SuggestionFlow, 'prepare'>;
  readonly memory: Pick<EditorMemory, 'status' | 'onDidChange'>;
}

/** Longer than between two keys, so that neither typing nor moving line by line counts as rest. */
const restMs = 250;

/**
 * Prepares the flow at each place where the only cursor of the focused editor rests, once memory has read the workspace:
 * what is computed before that would be kept and shown without what memory knows.
 */
export function prepareWhereCursorRests({ flow, memory }: PreparedParts): Disposable {
  const owned = new DisposableStore();
  let timer: NodeJS.Timeout | undefined;
  const moved = (editor: TextEditor | undefined): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const isRead = memory.status.kind !== 'indexing';
      if (isRead && editor !== undefined && editor === window.activeTextEditor) prepare(flow, editor);
    }, restMs);
  };
  const movedHere = (): void => {
    moved(window.activeTextEditor);
  };
  owned.add(
    toDisposable(() => {
      clearTimeout(timer);
    }),
  );
  owned.add(memory.onDidChange(movedHere));
  owned.add(window.onDidChangeActiveTextEditor(moved));
  owned.add(
    window.onDidChangeTextEditorSelection(({ textEditor }) => {
      moved(textEditor);
    }),
  );
  return owned;
}

function prepare(flow: PreparedParts['flow'], { document, selections }: TextEditor): void {
  const [selection] = selections;
  if (selection === undefined || selections.length > 1 || !selection.isEmpty || document.isClosed) return;
  // Without it VS Code asks for no suggestion.
  if (workspace.getConfiguration('editor', document).get<boolean>('inlineSuggest.enabled') === false) return;
  flow.prepare(viewOf(document, selection.active));
}
