// The one message file of the engine worker's boundary. Both sides parse what they receive, so that a bundle
// of another version, or a bug, is an error that names the message and never an undefined deep inside.

import * as v from 'valibot';
import { noCompletionReasons } from '../../complete/types.ts';
import { deviceOptionsSchema, fromDeviceSchemas } from './deviceMessages.ts';
import { fromTrainingSchema, toTrainingSchema, trainingRequestSchema } from './trainingMessages.ts';
import { askSchemas, chatEventMessageSchema } from './chatMessages.ts';

const windowSchema = v.object({
  uri: v.string(),
  path: v.string(),
  languageId: v.string(),
  version: v.number(),
  eol: v.picklist(['\n', '\r\n']),
  indentation: v.object({ kind: v.picklist(['spaces', 'tabs']), size: v.number() }),
  prefix: v.string(),
  suffix: v.string(),
  startLine: v.number(),
});

const completionRequestSchema = v.object({
  window: windowSchema,
  trigger: v.picklist(['automatic', 'invoke']),
  alternatives: v.number(),
  showThreshold: v.number(),
  maxTokens: v.number(),
  multiLine: v.boolean(),
});

const timingsSchema = v.object({ totalMs: v.number(), runs: v.number(), tokens: v.number() });

const completionResultSchema = v.variant('kind', [
  v.object({
    kind: v.literal('completion'),
    items: v.pipe(
      v.array(v.object({ text: v.string(), replaceAfter: v.number(), probability: v.number() })),
      v.readonly(),
    ),
    source: v.picklist(['network', 'cache']),
    timings: timingsSchema,
  }),
  v.object({ kind: v.literal('none'), reason: v.picklist(noCompletionReasons), timings: timingsSchema }),
]);

export const engineOptionsSchema = v.object({
  /** Folder of the model, Hugging Face layout. */
  modelFolder: v.string(),
  /** Where trainings are kept, whose model in use goes before `modelFolder`; null where nowhere. */
  trainings: v.nullable(v.string()),
  /** Folder that holds onnxruntime-web's wasm and mjs files. */
  runtimeFolder: v.string(),
  /** Threads of the Wasm runtime; 0 chooses from the cores. */
  threads: v.number(),
  devices: v.optional(deviceOptionsSchema),
});

const engineReportSchema = v.object({
  modelName: v.string(),
  parameters: v.number(),
  contextTokens: v.number(),
  /** Where the engine lives, in a few words. */
  home: v.string(),
  device: v.string(),
  /** Why that device; a clause without a full stop. */
  why: v.string(),
  threads: v.number(),
  loadMs: v.number(),
  /** What the user should know: no SharedArrayBuffer, say. */
  warnings: v.array(v.string()),
});

/** A file at one size and time of change, by the path that memory knows. */
export const fileSchema = v.object({ path: v.string(), sizeBytes: v.number(), mtimeMs: v.number() });

const workspaceSchema = v.object({
  folders: v.array(
    v.object({
      /** Stands before the paths of its files in memory: '' where there is one folder, else its name and a slash. */
      prefix: v.string(),
      uri: v.string(),
      /** Where it lies on this machine's disk, which is then read directly; null for a virtual file system. */
      diskPath: v.nullable(v.string()),
      /** The editor's files.exclude and search.exclude. */
      excludes: v.array(v.record(v.string(), v.union([v.boolean(), v.object({ when: v.string() })]))),
      /** The editor's files.encoding. */
      encoding: v.optional(v.string()),
      /** In which encoding the editor shows files that it has opened, by path within the folder, where that is another. */
      encodings: v.optional(v.record(v.string(), v.string())),
    }),
  ),
  capBytes: v.number(),
  /** Where memory is kept between sessions; null where nowhere. */
  storeFile: v.nullable(v.string()),
  /** Changes when what is remembered of a file may differ from before. */
  storeKey: v.string(),
  /** Files that are left out as long as they have this size and time: an engine died while it read them. */
  skip: v.optional(v.array(fileSchema)),
});

/** What memory holds. */
const memorySize = { files: v.number(), tokens: v.number(), sizeBytes: v.number() };

const memoryStateSchema = v.variant('kind', [
  v.object({ kind: v.literal('off') }),
  /** It answers with what it holds already. `total` is 0 until the files are counted. */
  v.object({ kind: v.literal('indexing'), ...memorySize, done: v.number(), total: v.number() }),
  v.object({
    kind: v.literal('ready'),
    ...memorySize,
    /** Files and folders left out, by reason. */
    leftOut: v.record(v.string(), v.number()),
    /** Of the last look at the whole workspace: how long it took, and how many files were read for it. */
    elapsedMs: v.number(),
    filesRead: v.number(),
    /** Whether it outlives the session. */
    isKept: v.boolean(),
  }),
]);

const evaluationRequestSchema = v.object({
  workspace: workspaceSchema,
  seed: v.number(),
  /** Tokens to score; lines and keys go in proportion. */
  tokens: v.number(),
  showThreshold: v.number(),
});

const configurationSchema = v.object({
  bitsPerByte: v.number(),
  tokenAccuracy: v.number(),
  lineExact: v.number(),
  lineSimilarity: v.number(),
  keystrokesSaved: v.number(),
  shown: v.number(),
  precision: v.number(),
  latencyMs: v.object({ p50: v.number(), p95: v.number() }),
});

const evaluationReportSchema = v.object({
  /** Held-out files and bytes of these that were scored. */
  files: v.number(),
  bytes: v.number(),
  configs: v.object({
    network: configurationSchema,
    memory: configurationSchema,
    both: configurationSchema,
  }),
  sample: v.object({
    tokens: v.number(),
    cursors: v.number(),
    keys: v.number(),
    showThreshold: v.number(),
  }),
  workspace: v.object({ files: v.number(), tokens: v.number() }),
  heldOut: v.object({ files: v.number(), bytes: v.number() }),
  corpus: v.object({
    admittedFiles: v.number(),
    redactions: v.number(),
    redactedFiles: v.number(),
    /** Files and folders left out, by reason. */
    leftOut: v.record(
      v.string(),
      v.object({
        files: v.number(),
        folders: v.number(),
        examples: v.pipe(v.array(v.string()), v.readonly()),
      }),
    ),
  }),
  modelName: v.string(),
  parameters: v.number(),
  device: v.string(),
  threads: v.number(),
  seed: v.number(),
  elapsedMs: v.number(),
});

/** Kinds of entries as the letters of one string: file, folder, symbolic link, other. */
export const entryLetters = { file: 'f', folder: 'd', symlink: 'l', other: 'o' } as const;

const bytesSchema = v.custom<Uint8Array>(value => value instanceof Uint8Array);

const statSchema = v.union([
  v.object({ sizeBytes: v.number(), mtimeMs: v.number() }),
  v.object({ error: v.string() }),
]);

export const toWorkerSchema = v.variant('kind', [
  v.object({ kind: v.literal('load'), id: v.number(), options: engineOptionsSchema }),
  /** Answered by exactly one `completed` or `failed`, also when cancelled: the client takes long silence for a hang. */
  v.object({ kind: v.literal('complete'), id: v.number(), request: completionRequestSchema }),
  /** Computes a completion for later and answers nothing. */
  v.object({ kind: v.literal('prefetch'), request: completionRequestSchema }),
  v.object({ kind: v.literal('cancel'), id: v.number() }),
  /** Remembers this workspace from now on; one that is open already is looked at anew, with the new rules. */
  v.object({ kind: v.literal('openWorkspace'), workspace: workspaceSchema }),
  /** Switches memory off; what is kept on the disk stays. */
  v.object({ kind: v.literal('closeWorkspace') }),
  /** Switches memory off and deletes all that was kept. Answered by `forgotten`. */
  v.object({ kind: v.literal('forgetWorkspace'), id: v.number() }),
  /** Paths, as memory knows them, of files that were created, changed or deleted. */
  v.object({ kind: v.literal('filesChanged'), paths: v.array(v.string()) }),
  /** The text of a document that is not saved; null when the file on the disk counts again. */
  v.object({ kind: v.literal('unsavedText'), path: v.string(), text: v.nullable(v.string()) }),
  /** Too much changed to name it, or a rule did: look at the whole workspace. */
  v.object({ kind: v.literal('rescanWorkspace') }),
  /** Answered by `evaluating` any number of times, then by exactly one `evaluated` or `notEvaluated`. */
  v.object({ kind: v.literal('evaluateWorkspace'), id: v.number(), request: evaluationRequestSchema }),
  v.object({ kind: v.literal('cancelEvaluation'), id: v.number() }),
  ...askSchemas(windowSchema),
  /** Answers to `treeList`, `treeStat` and `treeRead`. */
  v.object({
    kind: v.literal('treeListed'),
    id: v.number(),
    names: v.array(v.string()),
    /** One of `entryLetters` for each name. */
    kinds: v.string(),
  }),
  v.object({ kind: v.literal('treeStats'), id: v.number(), stats: v.array(statSchema) }),
  v.object({ kind: v.literal('treeFile'), id: v.number(), bytes: bytesSchema }),
  v.object({ kind: v.literal('treeFailed'), id: v.number(), message: v.string() }),
  /** Measures how fast the engine decodes. Answered by `rates`. */
  v.object({ kind: v.literal('measure'), id: v.number() }),
  /** Saves what is to be kept. Answered by `readyToEnd`. */
  v.object({ kind: v.literal('prepareToEnd') }),
  /** Instead of `load`. Answered by training messages, the last of them `trained` or `notTrained`. */
  v.object({ kind: v.literal('train'), workspace: workspaceSchema, request: trainingRequestSchema }),
  toTrainingSchema,
]);

export const fromWorkerSchema = v.variant('kind', [
  v.object({ kind: v.literal('loaded'), id: v.number(), report: engineReportSchema }),
  /** The model that was trained here is damaged, and the one that was asked for is used instead. `problem` is for the user. */
  v.object({ kind: v.literal('modelSetAside'), problem: v.string() }),
  v.object({ kind: v.literal('completed'), id: v.number(), result: completionResultSchema }),
  /** The request failed; the worker goes on. `message` is for the user. */
  v.object({ kind: v.literal('failed'), id: v.number(), message: v.string() }),
  v.object({
    kind: v.literal('log'),
    level: v.picklist(['trace', 'debug', 'info', 'warn', 'error']),
    message: v.string(),
  }),
  v.object({ kind: v.literal('memory'), state: memoryStateSchema }),
  /** The file on which the worker works from now on; null where on none. Whoever dies dies of it. */
  v.object({ kind: v.literal('reading'), file: v.nullable(fileSchema) }),
  /** `problem`: what could not be deleted, for the user; null where all was. */
  v.object({ kind: v.literal('forgotten'), id: v.number(), problem: v.nullable(v.string()) }),
  /** Asks for what a folder of the workspace holds, on a file system that only the editor reaches. */
  v.object({ kind: v.literal('treeList'), id: v.number(), folder: v.string(), path: v.string() }),
  v.object({
    kind: v.literal('treeStat'),
    id: v.number(),
    folder: v.string(),
    paths: v.array(v.string()),
  }),
  v.object({ kind: v.literal('treeRead'), id: v.number(), folder: v.string(), path: v.string() }),
  v.object({ kind: v.literal('readyToEnd') }),
  ...fromDeviceSchemas,
  /** What is being done, in a few words. */
  v.object({ kind: v.literal('evaluating'), id: v.number(), what: v.string() }),
  v.object({ kind: v.literal('evaluated'), id: v.number(), report: evaluationReportSchema }),
  /** `problem` is for the user; null where it was cancelled. */
  v.object({ kind: v.literal('notEvaluated'), id: v.number(), problem: v.nullable(v.string()) }),
  fromTrainingSchema,
  chatEventMessageSchema,
]);

export type { DeviceOptions } from './deviceMessages.ts';
export type EngineOptions = v.InferOutput<typeof engineOptionsSchema>;
export type EngineReport = v.InferOutput<typeof engineReportSchema>;
export type ToWorker = v.InferOutput<typeof toWorkerSchema>;
export type FromWorker = v.InferOutput<typeof fromWorkerSchema>;

/** What the worker says of the workspace, for the MemoryClient, evaluations and chat, and of its device. */
export type WorkspaceMessage = Extract<
  FromWorker,
  {
    kind:
      | 'memory'
      | 'reading'
      | 'forgotten'
      | 'treeList'
      | 'treeStat'
      | 'treeRead'
      | 'readyToEnd'
      | 'evaluating'
      | 'evaluated'
      | 'notEvaluated'
      | 'chatEvent'
      | 'modelSetAside'
      | 'deviceMeasured'
      | 'deviceChanged'
      | 'rates';
  }
>;
export type Workspace = v.InferOutput<typeof workspaceSchema>;
export type EvaluationRequest = v.InferOutput<typeof evaluationRequestSchema>;
export type EvaluationReport = v.InferOutput<typeof evaluationReportSchema>;
export type MemoryState = v.InferOutput<typeof memoryStateSchema>;
/** What the worker asks about a folder of the workspace, and the editor's answers. */
export type TreeRequest = Extract<FromWorker, { kind: 'treeList' | 'treeStat' | 'treeRead' }>;
export type TreeAnswer = Extract<ToWorker, { kind: 'treeListed' | 'treeStats' | 'treeFile' | 'treeFailed' }>;

/** Parses a message on receipt. Throws an error that names `side` and the first wrong field. */
export function parseMessage<S extends v.GenericSchema>(
  schema: S,
  message: unknown,
  side: string,
): v.InferOutput<S> {
  const parsed = v.safeParse(schema, message);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const path = v.getDotPath(issue) ?? 'message';
  throw new Error(`${side} received a malformed message: ${path}: ${issue.message}`);
}
