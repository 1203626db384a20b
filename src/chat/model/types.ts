// What chat is asked and what it answers. Plain values: they cross the worker's boundary and the webview's as they are.
// Lines and columns are 1-based, as editors show them; paths are those of memory: relative, with forward slashes, and
// with the folder's name in front where a workspace has several folders.

import * as v from 'valibot';
import { documentWindowSchema } from '../../text/window.ts';

/** Commands that the engine answers; a question without one is classified by its words. */
export const chatCommands = ['find', 'explain', 'usages', 'doc', 'write', 'fix', 'complete'] as const;
export type ChatCommand = (typeof chatCommands)[number];

/** `@file` and `#selection` in the question. */
const referenceSchema = v.variant('kind', [
  v.object({ kind: v.literal('file'), path: v.string() }),
  v.object({
    kind: v.literal('selection'),
    path: v.string(),
    languageId: v.string(),
    startLine: v.number(),
    /** The last line of the selection. */
    endLine: v.number(),
    /** The selected text, at most `chatLimits.selectionChars` UTF-16 code units. */
    text: v.string(),
  }),
]);
export type ChatReference = Readonly<v.InferOutput<typeof referenceSchema>>;

/** What the editor's language servers know of the names in a question. */
const factSchema = v.variant('kind', [
  v.object({
    kind: v.picklist(['definition', 'reference', 'symbol']),
    symbol: v.string(),
    path: v.string(),
    line: v.number(),
    endLine: v.number(),
  }),
  v.object({ kind: v.literal('hover'), symbol: v.string(), text: v.string() }),
]);
export type LanguageServerFact = Readonly<v.InferOutput<typeof factSchema>>;

/** `answer` is Markdown. */
const turnSchema = v.object({ question: v.string(), answer: v.string() });
export type ChatTurn = Readonly<v.InferOutput<typeof turnSchema>>;

const workspaceObstacles = ['no-folder', 'switched-off', 'forgotten'] as const;
export type WorkspaceObstacle = (typeof workspaceObstacles)[number];

export const chatRequestSchema = v.object({
  /** What the user typed, without the command and at most `chatLimits.questionChars` long. */
  text: v.string(),
  command: v.optional(v.picklist(chatCommands)),
  references: v.pipe(v.array(referenceSchema), v.readonly()),
  /** The editor that was active, at its cursor. */
  activeFile: v.optional(documentWindowSchema),
  languageServer: v.pipe(v.array(factSchema), v.readonly()),
  /** Earlier turns, oldest first. */
  history: v.pipe(v.array(turnSchema), v.readonly()),
  /** Why there is no workspace to look things up in, where the editor knows of a reason. */
  obstacle: v.optional(v.picklist(workspaceObstacles)),
});
export type ChatRequest = Readonly<v.InferOutput<typeof chatRequestSchema>>;

const lineSchema = v.pipe(v.number(), v.integer(), v.minValue(1));

/** A place in the workspace with its text, as the answer quotes it. */
export const citationSchema = v.object({
  path: v.string(),
  line: lineSchema,
  /** The last line of `text`. */
  endLine: lineSchema,
  /** How well the place answers the question, in [0, 1]; calibrated, and comparable between questions. */
  score: v.number(),
  /** VS Code's language identifier; 'plaintext' where unknown. */
  languageId: v.string(),
  /** The lines from `line` to `endLine`, without a line end at the end; secrets replaced. */
  text: v.string(),
  /** The function, class or heading that the lines belong to. */
  symbol: v.optional(v.string()),
});
export type Citation = Readonly<v.InferOutput<typeof citationSchema>>;

/** Where generated code belongs. */
export const editTargetSchema = v.variant('kind', [
  /** In place of whole lines. */
  v.object({ kind: v.literal('replace'), path: v.string(), line: lineSchema, endLine: lineSchema }),
  v.object({ kind: v.literal('insert'), path: v.string(), line: lineSchema, column: lineSchema }),
]);
export type EditTarget = Readonly<v.InferOutput<typeof editTargetSchema>>;

/** Who wrote what follows. */
export const authorSchema = v.variant('kind', [
  /** Quoted from the workspace, with sentences made of its own words. */
  v.object({ kind: v.literal('workspace') }),
  /** A network that runs here. */
  v.object({ kind: v.literal('model'), name: v.string() }),
  v.object({ kind: v.literal('endpoint'), name: v.string() }),
]);
export type Author = Readonly<v.InferOutput<typeof authorSchema>>;

const declineReasons = [
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
export const declineReasonSchema = v.picklist(declineReasons);
export type DeclineReason = (typeof declineReasons)[number];

/** What the user can do about a refusal, for a button beside it: *Open Folder*, *Remember This Workspace*, the setting. */
export const chatCures = ['open-folder', 'remember-workspace', 'switch-on-memory'] as const;
export const chatCureSchema = v.picklist(chatCures);
export type ChatCure = (typeof chatCures)[number];

export const timingsSchema = v.object({
  /** From the arrival of the question in the engine to the first prose, snippet or token, in milliseconds. */
  firstMs: v.number(),
  totalMs: v.number(),
});

/** `confidence`: the author's probability of this token, in [0, 1]; null where it does not say. */
export const tokenSchema = v.object({ text: v.string(), confidence: v.nullable(v.number()) });

const citationsSchema = v.pipe(v.array(citationSchema), v.readonly());

/**
 * What an answer is made of, in order. `author` comes before what that author says, and again when the author changes;
 * a refusal for which nothing was looked up has none. Ends with exactly one of `done`, `stopped` and `failed`.
 */
export const chatEventSchema = v.variant('kind', [
  v.object({ kind: v.literal('author'), author: authorSchema }),
  /** A step that takes a while, in a few words; shown until the next event. */
  v.object({ kind: v.literal('progress'), text: v.string() }),
  /** Prose to append. Markdown without links, images or HTML of its own; places stand in it as `path:line`. */
  v.object({ kind: v.literal('markdown'), text: v.string() }),
  v.object({ kind: v.literal('snippet'), citation: citationSchema }),
  /** Opens a block of generated code, whose tokens follow until an event of another kind. */
  v.object({ kind: v.literal('code'), languageId: v.string(), target: v.optional(editTargetSchema) }),
  v.object({ kind: v.literal('token'), ...tokenSchema.entries }),
  /** There is no answer, and `text` (Markdown) says why; `nearest` are the places that come closest, at most three. */
  v.object({
    kind: v.literal('declined'),
    reason: declineReasonSchema,
    text: v.string(),
    nearest: citationsSchema,
    cure: v.optional(chatCureSchema),
  }),
  v.object({
    kind: v.literal('done'),
    /** Those of the answer, best first; of a declined question those of `nearest`. */
    citations: citationsSchema,
    timings: timingsSchema,
  }),
  /** Cancelled, or the engine is gone. What came before stays as it is. */
  v.object({ kind: v.literal('stopped') }),
  /** `message` is for the user and says what to do. */
  v.object({ kind: v.literal('failed'), message: v.string() }),
]);
export type ChatEvent = Readonly<v.InferOutput<typeof chatEventSchema>>;

/** UTF-16 code units. Longer questions are declined, longer selections cut by the caller. */
export const chatLimits = { questionChars: 10_000, selectionChars: 40_000 } as const;
