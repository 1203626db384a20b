// The commands that remove a reason for having nothing to look things up in, for the chat view's buttons and VS Code's.

import type { Command } from 'vscode';
import type { ChatCure } from '../../chat/model/types.ts';
import { cureLabels } from '../../pages/chat/cureLabels.ts';

export function cureCommand(cure: ChatCure): Command {
  return { title: cureLabels[cure], ...commandOf[cure] };
}

const commandOf: Readonly<Record<ChatCure, Omit<Command, 'title'>>> = {
  'open-folder': { command: 'vscode.openFolder' },
  'remember-workspace': { command: 'tinymemory.rememberWorkspace' },
  'switch-on-memory': {
    command: 'workbench.action.openSettings',
    arguments: ['tinymemory.memory.enable'],
  },
};
