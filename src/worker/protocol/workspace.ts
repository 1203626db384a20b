// A workspace as the engine gets to know it: its folders, by which rules they are read, and where memory is kept.

import * as v from 'valibot';

/** A file at one size and time of change, by the path that memory knows. */
export const fileSchema = v.object({ path: v.string(), sizeBytes: v.number(), mtimeMs: v.number() });

export const workspaceSchema = v.object({
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

export type Workspace = v.InferOutput<typeof workspaceSchema>;
