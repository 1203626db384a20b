// Chat's place in the editor: the conversation, where it shows, its commands, and the participant of VS Code's own chat.

import type { Memento, Uri } from 'vscode';
import { window, workspace } from 'vscode';
import type { Disposable } from '../../base/disposable.ts';
import { DisposableStore } from '../../base/disposable.ts';
import type { Logger } from '../../base/logger.ts';
import type { EngineClient } from '../../worker/client/client.ts';
import { prepareQuestion } from './chatAnswers.ts';
import { Proposals } from './chatEdits.ts';
import { ChatHistory } from './chatHistory.ts';
import { conversationMarkdown } from './chatMarkdown.ts';
import { registerParticipant } from './chatParticipant.ts';
import { ChatSession } from './chatSession.ts';
import { ChatViews } from './chatViews.ts';
import type { ChatWriters } from './chatWriters.ts';
import { registerHandlers } from '../settings/registerHandlers.ts';
import { FocusedEditor } from '../memory/focusedEditor.ts';
import type { EditorMemory } from '../memory/editorMemory.ts';

export interface ChatParts {
  readonly client: EngineClient;
  readonly memory: Pick<EditorMemory, 'status'>;
  readonly logger: Logger;
  readonly extensionUri: Uri;
  readonly workspaceState: Memento;
  readonly writers: ChatWriters;
}

export interface Chat extends Disposable {
  /** Forgets the conversation. */
  forgetWorkspace(): Promise<void>;
}

/** Registers everything of chat. */
export function registerChat(parts: ChatParts): Chat {
  const { client, logger, extensionUri, workspaceState, writers } = parts;
  const owned = new DisposableStore();
  const focused = owned.add(new FocusedEditor());
  const proposals = owned.add(new Proposals());
  const answers = { ...parts, focused };
  const session = owned.add(
    new ChatSession({
      prepare: typed => prepareQuestion(typed, answers),
      history: new ChatHistory(workspaceState, logger),
      logger,
    }),
  );
  const views = owned.add(
    new ChatViews({ extensionUri, client, session, focused, proposals, writers, logger }),
  );
  const participant = registerParticipant(extensionUri, answers);
  if (participant !== undefined) owned.add(participant);
  owned.add(
    registerHandlers(
      {
        'tinymemory.ask': text => views.focus(typeof text === 'string' ? text : undefined),
        'tinymemory.explainSelection': async () => {
          await views.focus();
          await session.ask('/explain #selection');
        },
        'tinymemory.openChatInEditor': () => {
          views.openInEditor();
        },
        'tinymemory.stopAnswer': () => {
          session.stop();
        },
        'tinymemory.clearChat': () => session.clear(),
        'tinymemory.exportChat': () => exportChat(session),
        'tinymemory.setChatKey': () => parts.writers.askForKey(),
        'tinymemory.acceptProposal': () => proposals.accept(),
        'tinymemory.discardProposal': () => proposals.discard(),
      },
      logger,
    ),
  );
  return {
    forgetWorkspace: () => session.clear(),
    dispose() {
      owned.dispose();
    },
  };
}

/** As an untitled document, which the user saves or not. */
async function exportChat({ turns }: ChatSession): Promise<void> {
  if (turns.length === 0) throw new Error('there is nothing to export: ask something first');
  const document = await workspace.openTextDocument({
    language: 'markdown',
    content: conversationMarkdown(turns),
  });
  await window.showTextDocument(document);
}
