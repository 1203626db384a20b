// tinymemory.json: what a model's folder must say that Hugging Face's files cannot, which is how the model was
// shown files when it was trained. A model without it still runs, on plain left-to-right text.

import * as v from 'valibot';
import { ModelFileError } from './modelFileError.ts';

export interface ModelManifest {
  /** Shown to the user. */
  readonly name: string;
  readonly prompt: {
    /** Put before a file's text; `{path}` stands for the file's path in the workspace. May be empty. */
    readonly header: string;
    /**
     * Special token before every file, of a model that was shown several files of a repository in one context. Where it
     * is not said, files are shown alone, after the model's end of text.
     */
    readonly separator?: string;
    /** Special tokens of a model that was shown the text after the cursor, in suffix-prefix-middle order. */
    readonly infill?: InfillTokens;
  };
}

/** `header prefix suffix TEXT-AFTER middle TEXT-BEFORE`: typing only appends (Bavarian et al. 2022, SPM variant 2). */
interface InfillTokens {
  readonly prefix: string;
  readonly suffix: string;
  readonly middle: string;
}

/** The manifest of a folder that has none. */
export function defaultManifest(name: string): ModelManifest {
  return { name, prompt: { header: '' } };
}

/** Checks a parsed tinymemory.json. Throws a ModelFileError that names `file`, the field and what to do. */
export function parseModelManifest(json: unknown, file: string): ModelManifest {
  const parsed = v.safeParse(manifestSchema, json);
  if (parsed.success) return { name: parsed.output.name, prompt: parsed.output.prompt };
  const [issue] = parsed.issues;
  const field = v.getDotPath(issue) ?? 'the file';
  const remedy =
    field === 'formatVersion'
      ? 'Update the extension, or use a model made for this version.'
      : 'Correct it, or delete the file to use the defaults.';
  throw new ModelFileError(file, `${field}: ${issue.message}`, remedy);
}

const specialToken = v.pipe(v.string('must be a string'), v.nonEmpty('must not be empty'), v.maxLength(100));

const manifestSchema = v.object({
  formatVersion: v.literal(1, 'only version 1 is known'),
  name: v.pipe(v.string('must be a string'), v.nonEmpty('must not be empty'), v.maxLength(100)),
  prompt: v.object({
    header: v.pipe(v.string('must be a string'), v.maxLength(1000)),
    separator: v.exactOptional(specialToken),
    infill: v.exactOptional(v.object({ prefix: specialToken, suffix: specialToken, middle: specialToken })),
  }),
});
