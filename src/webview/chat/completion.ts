// Completion in the box: what is being typed before the caret, what could stand there, and the text once one is chosen.

import { boxCommands, commandPlaceholders, commandSummaries } from '../../pages/chat/commands.ts';
import { fileReference } from '../../pages/chat/question.ts';

/** A word before the caret that can be completed. */
export interface Completing {
  readonly kind: 'command' | 'file' | 'context';
  /** Without the character that opens it. */
  readonly query: string;
  /** Where the word starts, with that character; it ends at the caret. */
  readonly start: number;
}

export interface BoxCompletion {
  /** What is put in place of the word. */
  readonly insert: string;
  readonly label: string;
  readonly detail: string;
  /** Codicon. */
  readonly icon: string;
}

/** What is being typed at the caret; undefined where nothing can be completed. */
export function completingAt(text: string, caret: number): Completing | undefined {
  const before = text.slice(0, caret);
  const command = /^\s*\/([a-z]*)$/i.exec(before);
  if (command !== null) return found('command', command[1] ?? '', caret);
  const quoted = /(?:^|\s)@"([^"\n]*)$/.exec(before);
  if (quoted !== null)
    return { ...found('file', quoted[1] ?? '', caret), start: caret - (quoted[1] ?? '').length - 2 };
  const file = /(?:^|\s)@([^\s"]*)$/.exec(before);
  if (file !== null) return found('file', file[1] ?? '', caret);
  const context = /(?:^|\s)#([a-z]*)$/i.exec(before);
  return context === null ? undefined : found('context', context[1] ?? '', caret);
}

function found(kind: Completing['kind'], query: string, caret: number): Completing {
  return { kind, query, start: caret - query.length - 1 };
}

/** What could stand there. Files are those that the extension found for the query. */
export function completionItems(
  { kind, query }: Completing,
  files: readonly string[],
  selection: string | null,
): readonly BoxCompletion[] {
  const start = query.toLowerCase();
  switch (kind) {
    case 'command':
      return boxCommands
        .filter(name => name.startsWith(start))
        .map(name => ({
          insert: commandPlaceholders[name] === '' ? `/${name}` : `/${name} `,
          label: `/${name}`,
          detail: commandSummaries[name],
          icon: 'terminal',
        }));
    case 'file':
      return files.map(path => ({
        insert: `${fileReference(path)} `,
        label: path.slice(path.lastIndexOf('/') + 1),
        detail: path.slice(0, Math.max(0, path.lastIndexOf('/'))),
        icon: 'file',
      }));
    case 'context':
      if (!'selection'.startsWith(start)) return [];
      return [
        {
          insert: '#selection ',
          label: '#selection',
          detail: selection ?? 'nothing is selected',
          icon: 'selection',
        },
      ];
    default:
      return kind satisfies never;
  }
}
