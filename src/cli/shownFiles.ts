// Which files an answer of chat shows, in the order in which a reader meets them: those it quotes and those it names.

import type { ChatEvent } from '../chat/model/types.ts';

/** Each file or folder once. `isPath` says whether the text of a code span is a path of the workspace. */
export function shownFiles(
  events: readonly ChatEvent[],
  isPath: (text: string) => boolean,
): readonly string[] {
  const shown = new Set<string>();
  for (const event of events) {
    if (event.kind === 'snippet') shown.add(event.citation.path);
    if (event.kind !== 'markdown') continue;
    for (const [, span = ''] of event.text.matchAll(/`([^`\n]+)`/g)) {
      const path = span.replace(/:\d+(?:-\d+)?$/, '').replace(/\/$/, '');
      if (isPath(path)) shown.add(path);
    }
  }
  return [...shown];
}
