// What is said where there is nothing to look things up in: which of the causes it is, and what the user can do about it.

import { decline } from './decline.ts';
import type { ChatCure, ChatEvent, WorkspaceObstacle } from '../model/types.ts';

type Declined = Extract<ChatEvent, { kind: 'declined' }>;

/** `obstacle` is what the editor knows; undefined where the engine has not been given the workspace. */
export function declineObstacle(obstacle: WorkspaceObstacle | undefined): Declined {
  switch (obstacle) {
    case 'no-folder':
      return withCure(
        'open-folder',
        decline('no-folder', 'No folder is open, so there is nothing to look things up in. Open a folder.'),
      );
    case 'switched-off':
      return withCure(
        'switch-on-memory',
        decline(
          'memory-off',
          'Memory is switched off by the setting `tinymemory.memory.enable`, and chat looks things up in memory. Switch it on.',
        ),
      );
    case 'forgotten':
      return withCure(
        'remember-workspace',
        decline(
          'forgotten',
          'This workspace was forgotten, as you asked, and nothing of it is read any more. To ask about it, run *TinyMemory: Remember This Workspace*.',
        ),
      );
    case undefined:
      return decline(
        'no-workspace',
        'The engine has not been given the workspace yet. Ask again in a moment.',
      );
    default:
      return obstacle satisfies never;
  }
}

/** Nothing of the workspace is indexed. `leftOut` counts files and folders by reason, see `LeftOutReason`. */
export function declineEmpty(leftOut: Readonly<Record<string, number>>, isPartial: boolean): Declined {
  if (isPartial)
    return decline(
      'still-reading',
      'The workspace is still being read, and nothing of it is known yet. Ask again in a moment.',
    );
  const counts = new Map<string, number>();
  for (const [reason, count] of Object.entries(leftOut)) {
    const why = reasonTexts[reason] ?? 'not text that chat reads';
    counts.set(why, (counts.get(why) ?? 0) + count);
  }
  if (counts.size === 0) return decline('empty-workspace', 'There is no file in this workspace yet.');
  const listed = [...counts].sort(([, a], [, b]) => b - a).map(([why, count]) => `- ${count} ${why}`);
  return decline(
    'empty-workspace',
    `Chat reads none of the files in this workspace. Left out, files and whole folders counted alike:\n\n${listed.join('\n')}`,
  );
}

/** Reasons that name their cure come with it; others are no text to quote anyway. */
const reasonTexts: Readonly<Record<string, string>> = {
  ignored: 'ignored by `.gitignore`, `.git/info/exclude` or `.tinymemoryignore`',
  excluded: 'excluded by the settings `files.exclude` or `search.exclude`',
  folder: 'version control, dependencies, build outputs or caches',
  'too-large': 'larger than 1 MB',
  'over-cap': 'beyond what `tinymemory.memory.maxMegabytes` lets memory hold',
  secret: 'left out because they may hold secrets',
  generated: 'written by a program',
  minified: 'minified',
  empty: 'empty',
  unreadable: 'refused by the file system',
  'symbolic-link': 'symbolic links, which are not followed',
  'engine-ended': 'left out because the engine died while it read them',
};

function withCure(cure: ChatCure, declined: Declined): Declined {
  return { ...declined, cure };
}
