// What the button says that removes a reason for having nothing to look things up in.

import type { ChatCure } from '../../chat/model/types.ts';

/** As the commands and VS Code call them. */
export const cureLabels: Readonly<Record<ChatCure, string>> = {
  'open-folder': 'Open Folder',
  'remember-workspace': 'Remember This Workspace',
  'switch-on-memory': 'Open Settings',
};
