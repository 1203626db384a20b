// The commands of the chat box: those of the engine, and those that the editor answers itself.

import { chatCommands } from '../../chat/model/types.ts';

export const boxCommands = [...chatCommands, 'train', 'model', 'forget', 'help'] as const;
export type BoxCommand = (typeof boxCommands)[number];

/** What each is for, in a few words. */
export const commandSummaries: Readonly<Record<BoxCommand, string>> = {
  find: 'Find where something is',
  explain: 'Explain the selection, a file or a name',
  usages: 'Show how something is used',
  doc: 'Write a doc comment for the selection',
  write: 'Write code, with this workspace in memory',
  fix: 'Propose a change of the selection or the function at the cursor',
  complete: 'Go on from the cursor',
  train: 'Train the model on this workspace',
  model: 'Say which model answers',
  forget: 'Forget this workspace and this chat',
  help: 'Say what can be asked',
};

/** What follows a command: something to type, or nothing. */
export const commandPlaceholders: Readonly<Record<BoxCommand, string>> = {
  find: 'what to find',
  explain: '#selection, a name, or @file',
  usages: 'a name',
  doc: '#selection, or a name',
  write: 'what to write',
  fix: '#selection, and what to change',
  complete: '',
  train: 'for how many minutes',
  model: '',
  forget: '',
  help: '',
};

/** Whether a command says enough by itself, or with what is selected. */
export function needsNoWords(command: BoxCommand): boolean {
  return (
    command === 'train' ||
    commandPlaceholders[command] === '' ||
    commandPlaceholders[command].startsWith('#selection')
  );
}

export function isBoxCommand(name: string): name is BoxCommand {
  return (boxCommands as readonly string[]).includes(name);
}
