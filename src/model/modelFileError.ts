// The one error of everything that reads a model's files: it always names the file, the fault and the remedy,
// because the reader is a user who put a folder of somebody else's files there.

/** What to do about most damaged files of a model. */
export const downloadAgain = 'Download or export the file again.';

/** A file of the model is missing, damaged, or asks for what this engine cannot do. */
export class ModelFileError extends Error {
  /** The file as it was named to the reader. */
  readonly file: string;

  /** `problem` without a full stop; `remedy` a sentence that tells the user what to do. */
  constructor(file: string, problem: string, remedy: string, options?: ErrorOptions) {
    super(`${file}: ${problem}. ${remedy}`, options);
    this.name = 'ModelFileError';
    this.file = file;
  }
}
