// `@tinymemory` in VS Code's own chat, where the host has one: the same engine, its answers as that chat shows answers.

import type {
  ChatContext,
  ChatFollowup,
  ChatPromptReference,
  ChatRequest as HostRequest,
  ChatResponseStream,
  ChatResult,
} from 'vscode';
import * as vscode from 'vscode';
import type { CancellationToken } from '../../base/cancellation.ts';
import type { Disposable } from '../../base/disposable.ts';
import type { ChatCommand, ChatReference, ChatTurn } from '../../chat/model/types.ts';
import { chatCommands } from '../../chat/model/types.ts';
import type { ChatAnswersParts } from './chatAnswers.ts';
import { answerByEngine } from './chatAnswers.ts';
import { ParticipantAnswer } from './participantAnswer.ts';
import { selectedText } from './selectedText.ts';
import { memoryPath } from '../settings/workspacePaths.ts';

const participantId = 'tinymemory.participant';

/** Registers the participant; undefined where the host has no chat. */
export function registerParticipant(
  extensionUri: vscode.Uri,
  parts: ChatAnswersParts,
): Disposable | undefined {
  // Hosts built without chat lack it, whatever the types say.
  const host: { readonly chat?: typeof vscode.chat } = vscode;
  if (host.chat === undefined) return undefined;
  const participant = host.chat.createChatParticipant(participantId, (request, context, stream, token) =>
    answer(request, context, stream, token, parts),
  );
  participant.iconPath = vscode.Uri.joinPath(extensionUri, 'media/icon.png');
  participant.followupProvider = { provideFollowups: result => followups(result) };
  return participant;
}

async function answer(
  { prompt, command, references }: HostRequest,
  { history }: ChatContext,
  stream: ChatResponseStream,
  token: CancellationToken,
  parts: ChatAnswersParts,
): Promise<ChatResult> {
  const shown = new ParticipantAnswer(stream);
  const found = await Promise.all(references.map(engineReference));
  const asked = {
    text: prompt,
    command: chatCommands.find(name => name === command),
    references: found.flat(),
    history: turnsOf(history),
  };
  const onEvent = shown.add.bind(shown);
  await answerByEngine(asked, parts, onEvent, token);
  return shown.result();
}

/** Files, and lines of files, that the user attached. Other things are passed over. */
async function engineReference({ value }: ChatPromptReference): Promise<readonly ChatReference[]> {
  if (value instanceof vscode.Uri) {
    const path = memoryPath(value);
    return path === undefined ? [] : [{ kind: 'file', path }];
  }
  if (!(value instanceof vscode.Location)) return [];
  const { uri, range } = value;
  const path = memoryPath(uri);
  if (path === undefined) return [];
  const document = await vscode.workspace.openTextDocument(uri);
  return [
    {
      kind: 'selection',
      path,
      languageId: document.languageId,
      startLine: range.start.line + 1,
      endLine: range.end.line + 1,
      text: selectedText(document, range, path),
    },
  ];
}

function turnsOf(history: ChatContext['history']): readonly ChatTurn[] {
  return history.flatMap((turn, index) => {
    if (!(turn instanceof vscode.ChatRequestTurn)) return [];
    const response = history[index + 1];
    const parts = response instanceof vscode.ChatResponseTurn ? response.response : [];
    const texts = parts.map(part =>
      part instanceof vscode.ChatResponseMarkdownPart ? part.value.value : '',
    );
    return [{ question: turn.prompt, answer: texts.join('') }];
  });
}

/** Ways on from what was cited: how it is used, and what it does. */
function followups({ metadata }: ChatResult): ChatFollowup[] {
  const symbol: unknown = metadata?.['symbol'];
  if (typeof symbol !== 'string') return [];
  const followup = (command: ChatCommand, label: string): ChatFollowup => ({
    prompt: symbol,
    command,
    label,
  });
  return [followup('usages', `How is ${symbol} used?`), followup('explain', `What does ${symbol} do?`)];
}
