// Who answers what: the engine its questions, the editor `/help`, `/model`, `/train` and `/forget` itself.

import { commands } from 'vscode';
import type { CancellationToken } from '../../base/cancellation.ts';
import type { Logger } from '../../base/logger.ts';
import type { ChatCommand, ChatEvent, ChatRequest, WorkspaceObstacle } from '../../chat/model/types.ts';
import { chatCommands } from '../../chat/model/types.ts';
import type { BoxCommand } from '../../pages/chat/commands.ts';
import type { Question } from '../../pages/chat/question.ts';
import { parseQuestion } from '../../pages/chat/question.ts';
import { ask } from '../../worker/client/chatClient.ts';
import type { EngineClient } from '../../worker/client/client.ts';
import { minutesText } from '../../pages/training/progressText.ts';
import { helpText, modelText } from './chatFacts.ts';
import { chatRequest, chatTurns, questionReferences, referenceLabel } from './chatRequest.ts';
import type { PreparedQuestion } from './chatSession.ts';
import type { ChatWriters } from './chatWriters.ts';
import { untilReady } from '../engine/engineReady.ts';
import type { FocusedEditor } from '../memory/focusedEditor.ts';
import type { MemoryStatus } from '../memory/memoryStatus.ts';
import { number } from '../memory/memoryStatus.ts';
import { maxMinutes } from '../settings/settings.ts';
import type { EditorMemory } from '../memory/editorMemory.ts';

export interface ChatAnswersParts {
  readonly client: EngineClient;
  readonly memory: Pick<EditorMemory, 'status'>;
  readonly focused: FocusedEditor;
  readonly writers: Pick<ChatWriters, 'current' | 'summary'>;
  readonly logger: Logger;
}

type OnEvent = (event: ChatEvent) => void;

/** Looks up what a question names, so that it can be shown with it, then answered. */
export async function prepareQuestion(typed: string, parts: ChatAnswersParts): Promise<PreparedQuestion> {
  const question = parseQuestion(typed);
  const { command } = question;
  if (command !== undefined && !isChatCommand(command)) {
    return {
      attached: [],
      answer: (_before, onEvent) => ownAnswer({ command, text: question.text }, parts, onEvent),
    };
  }
  return prepareForEngine(question, command, parts);
}

/** Asks the engine, once it is ready. The last event is `done`, `stopped` or `failed`. */
export async function answerByEngine(
  asked: Pick<ChatRequest, 'text' | 'command' | 'references' | 'history'>,
  { client, memory, focused, writers, logger }: ChatAnswersParts,
  onEvent: OnEvent,
  cancellation: CancellationToken,
): Promise<void> {
  const [request, writer] = await Promise.all([
    chatRequest(asked, focused, logger),
    writers.current(),
    untilReady(client, cancellation, () => {
      onEvent({ kind: 'progress', text: 'The engine is starting' });
    }),
  ]);
  const obstacle = obstacleOf(memory.status);
  await ask(client, { ...request, obstacle }, onEvent, cancellation, writer);
}

function obstacleOf(status: MemoryStatus): WorkspaceObstacle | undefined {
  if (status.kind !== 'off') return undefined;
  switch (status.reason) {
    case 'no-folder':
    case 'forgotten':
      return status.reason;
    case 'setting':
      return 'switched-off';
    case 'engine':
    case 'starting':
      return undefined;
    default:
      return status.reason satisfies never;
  }
}

async function prepareForEngine(
  { text, ...question }: Question,
  command: ChatCommand | undefined,
  parts: ChatAnswersParts,
): Promise<PreparedQuestion> {
  const references = await questionReferences({ text, ...question }, command, parts.focused);
  return {
    attached: references.map(referenceLabel),
    answer: (before, onEvent, cancellation) =>
      answerByEngine({ text, command, references, history: chatTurns(before) }, parts, onEvent, cancellation),
  };
}

function isChatCommand(command: BoxCommand): command is ChatCommand {
  return (chatCommands as readonly string[]).includes(command);
}

interface OwnQuestion {
  readonly command: Exclude<BoxCommand, ChatCommand>;
  readonly text: string;
}

async function ownAnswer(question: OwnQuestion, parts: ChatAnswersParts, onEvent: OnEvent): Promise<void> {
  const startedMs = performance.now();
  if (question.command === 'train' && question.text === '')
    onEvent({ kind: 'progress', text: 'Choose at the top of the window what to train' });
  const text = await ownText(question, parts);
  onEvent({ kind: 'markdown', text });
  const totalMs = performance.now() - startedMs;
  onEvent({ kind: 'done', citations: [], timings: { firstMs: totalMs, totalMs } });
}

async function ownText(
  { command, text }: OwnQuestion,
  { client, memory, writers }: ChatAnswersParts,
): Promise<string> {
  switch (command) {
    case 'help':
      return helpText();
    case 'model':
      return modelText(client.state, memory.status, writers.summary);
    case 'train':
      return trainText(text);
    case 'forget':
      await commands.executeCommand('tinymemory.forgetWorkspace');
      return memory.status.kind === 'off' && memory.status.reason === 'forgotten'
        ? 'This workspace is forgotten.'
        : 'Nothing was forgotten.';
    default:
      return command satisfies never;
  }
}

/** `/train 10` and `/train 10 minutes` train for that long; `/train` alone asks. */
async function trainText(text: string): Promise<string> {
  const kept = 'It is kept only if files that it has not seen say so.';
  if (text === '') {
    await commands.executeCommand('tinymemory.train');
    // It asks, and the user may think better of it: this is true either way.
    return `A training that you chose runs in the background. ${kept}`;
  }
  const minutes = Number(/^(\d+(?:\.\d+)?)\s*(?:m|min|minutes?)?$/i.exec(text)?.[1]);
  if (!(minutes > 0 && minutes <= maxMinutes))
    return `Say for how many minutes to train, at most ${number(maxMinutes)}: \`/train 10\`. \`/train\` alone asks what and how long.`;
  await commands.executeCommand('tinymemory.train', { minutes });
  // A training that cannot start says why in a message of its own.
  return `A training of ${minutesText(minutes)} was asked for; the item in the status bar shows how it goes. ${kept}`;
}
