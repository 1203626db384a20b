// What chat is asked and what it answers. Plain values: they cross the worker's boundary and the webview's as they are.
// Lines and columns are 1-based, as editors show them; paths are those of memory: relative, with forward slashes, and
// with the folder's name in front where a workspace has several folders.

import type { DocumentWindow } from '../../text/window.ts';

/** Commands that the engine answers; a question without one is classified by its words. */
export const chatCommands = ['find', 'explain', 'usages', 'doc', 'write', 'fix', 'complete'] as const;
export type ChatCommand = (typeof chatCommands)[number];

/** `@file` and `#selection` in the question. */
export type ChatReference =
  | { readonly kind: 'file'; readonly path: string }
  | {
      readonly kind: 'selection';
      readonly path: string;
      readonly languageId: string;
      readonly startLine: number;
      /** The last line of the selection. */
      readonly endLine: number;
      /** The selected text, at most `chatLimits.selectionChars` UTF-16 code units. */
      readonly text: string;
    };

/** What the editor's language servers know of the names in a question. */
export type LanguageServerFact =
  | {
      readonly kind: 'definition' | 'reference' | 'symbol';
      readonly symbol: string;
      readonly path: string;
      readonly line: number;
      readonly endLine: number;
    }
  | { readonly kind: 'hover'; readonly symbol: string; readonly text: string };

export interface ChatTurn {
  readonly question: string;
  /** As Markdown. */
  readonly answer: string;
}

export interface ChatRequest {
  /** What the user typed, without the command and at most `chatLimits.questionChars` long. */
  readonly text: string;
  readonly command?: ChatCommand | undefined;
  readonly references: readonly ChatReference[];
  /** The editor that was active, at its cursor. */
  readonly activeFile?: DocumentWindow | undefined;
  readonly languageServer: readonly LanguageServerFact[];
  /** Earlier turns, oldest first. */
  readonly history: readonly ChatTurn[];
  /** Why there is no workspace to look things up in, where the editor knows of a reason. */
  readonly obstacle?: WorkspaceObstacle | undefined;
}

export const workspaceObstacles = ['no-folder', 'switched-off', 'forgotten'] as const;
export type WorkspaceObstacle = (typeof workspaceObstacles)[number];

/** A place in the workspace with its text, as the answer quotes it. */
export interface Citation {
  readonly path: string;
  readonly line: number;
  /** The last line of `text`. */
  readonly endLine: number;
  /** How well the place answers the question, in [0, 1]; calibrated, and comparable between questions. */
  readonly score: number;
  /** VS Code's language identifier; 'plaintext' where unknown. */
  readonly languageId: string;
  /** The lines from `line` to `endLine`, without a line end at the end; secrets replaced. */
  readonly text: string;
  /** The function, class or heading that the lines belong to. */
  readonly symbol?: string | undefined;
}

/** Where generated code belongs. */
export type EditTarget =
  /** In place of whole lines. */
  | { readonly kind: 'replace'; readonly path: string; readonly line: number; readonly endLine: number }
  | { readonly kind: 'insert'; readonly path: string; readonly line: number; readonly column: number };

/** Who wrote what follows. */
export type Author =
  /** Quoted from the workspace, with sentences made of its own words. */
  | { readonly kind: 'workspace' }
  /** A network that runs here. */
  | { readonly kind: 'model'; readonly name: string }
  | { readonly kind: 'endpoint'; readonly name: string };

export const declineReasons = [
  'empty-question',
  'question-too-long',
  'not-a-question-about-code',
  'not-in-workspace',
  'empty-workspace',
  'still-reading',
  'no-workspace',
  'no-folder',
  'memory-off',
  'forgotten',
  'no-selection',
  'no-active-file',
  'nothing-generated',
] as const;
export type DeclineReason = (typeof declineReasons)[number];

/** What the user can do about a refusal, for a button beside it: *Open Folder*, *Remember This Workspace*, the setting. */
export const chatCures = ['open-folder', 'remember-workspace', 'switch-on-memory'] as const;
export type ChatCure = (typeof chatCures)[number];

/**
 * What an answer is made of, in order. `author` comes before what that author says, and again when the author changes;
 * a refusal for which nothing was looked up has none. Ends with exactly one of `done`, `stopped` and `failed`.
 */
export type ChatEvent =
  | { readonly kind: 'author'; readonly author: Author }
  /** A step that takes a while, in a few words; shown until the next event. */
  | { readonly kind: 'progress'; readonly text: string }
  /** Prose to append. Markdown without links, images or HTML of its own; places stand in it as `path:line`. */
  | { readonly kind: 'markdown'; readonly text: string }
  | { readonly kind: 'snippet'; readonly citation: Citation }
  /** Opens a block of generated code, whose tokens follow until an event of another kind. */
  | { readonly kind: 'code'; readonly languageId: string; readonly target?: EditTarget | undefined }
  /** `confidence`: the author's probability of this token, in [0, 1]; null where it does not say. */
  | { readonly kind: 'token'; readonly text: string; readonly confidence: number | null }
  /** There is no answer, and `text` (Markdown) says why; `nearest` are the places that come closest, at most three. */
  | {
      readonly kind: 'declined';
      readonly reason: DeclineReason;
      readonly text: string;
      readonly nearest: readonly Citation[];
      readonly cure?: ChatCure | undefined;
    }
  | {
      readonly kind: 'done';
      /** Those of the answer, best first; of a declined question those of `nearest`. */
      readonly citations: readonly Citation[];
      readonly timings: ChatTimings;
    }
  /** Cancelled, or the engine is gone. What came before stays as it is. */
  | { readonly kind: 'stopped' }
  /** `message` is for the user and says what to do. */
  | { readonly kind: 'failed'; readonly message: string };

export interface ChatTimings {
  /** From the arrival of the question in the engine to the first prose, snippet or token, in milliseconds. */
  readonly firstMs: number;
  readonly totalMs: number;
}

/** UTF-16 code units. Longer questions are declined, longer selections cut by whoever makes the request. */
export const chatLimits = { questionChars: 10_000, selectionChars: 40_000 } as const;
