// What `/help` and `/model` say, as Markdown.

import { counted } from '../../base/counted.ts';
import { boxCommands, commandSummaries } from '../../pages/chat/commands.ts';
import type { EngineState } from '../../worker/client/client.ts';
import type { MemoryStatus } from '../memory/memoryStatus.ts';
import { memorySummary, number } from '../memory/memoryStatus.ts';

export function helpText(): string {
  const commands = boxCommands.map(name => `- \`/${name}\` ${commandSummaries[name]}`);
  return [
    'Ask about the code of this workspace: where something is, what it does, how it is used, which files are about it. ' +
      'Answers quote the files, and a click on a place opens it. What is not in the workspace, chat does not know.',
    commands.join('\n'),
    '`@` names a file, `#selection` what is selected. *Enter* sends, *Shift+Enter* starts a line, *Up* brings back the ' +
      'last question, *Escape* stops an answer.',
  ].join('\n\n');
}

export function modelText(state: EngineState, memory: MemoryStatus, writer: string): string {
  return `${networkText(state)}\n\n${writer}\n\n${memorySummary(memory)}`;
}

function networkText(state: EngineState): string {
  switch (state.kind) {
    case 'ready': {
      const { modelName, parameters, contextTokens, device, threads, loadMs } = state.report;
      return [
        `**${modelName}** writes code here.`,
        [
          `- ${(parameters / 1e6).toFixed(1)} million parameters, ${number(contextTokens)} tokens of context`,
          `- runs on this machine: ${device}, ${counted(threads, 'thread')}, loaded in ${loadMs.toFixed(0)} ms`,
          '- quotes are no work of a model: they are the lines of your files',
        ].join('\n'),
      ].join('\n\n');
    }
    case 'loading':
    case 'restarting':
      return 'The model is being loaded.';
    case 'stopped':
      return 'No model is loaded: TinyMemory is switched off.';
    case 'failed':
      return `No model is loaded: ${state.message}`;
    default:
      return state satisfies never;
  }
}
