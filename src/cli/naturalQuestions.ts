// What newcomers ask of public repositories, each question with the files that answer it, as test/bench keeps them: which
// of them are about a folder, and whether a list of files answers one.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import * as v from 'valibot';

const questionSchema = v.object({
  kind: v.string(),
  text: v.string(),
  /** Any of them answers; one that ends in `/` stands for all files of the folder. */
  files: v.pipe(v.array(v.string()), v.nonEmpty()),
});
export type NaturalQuestion = v.InferOutput<typeof questionSchema>;

const repositorySchema = v.object({
  name: v.string(),
  commit: v.string(),
  /** Whether defaults may be tuned on it, or it is for measuring only. */
  use: v.picklist(['tune', 'report']),
  questions: v.array(questionSchema),
  unanswerable: v.array(v.string()),
});
export type RepositoryQuestions = v.InferOutput<typeof repositorySchema>;

const fileSchema = v.object({ repositories: v.array(repositorySchema) });

/** The questions about the folder, which must be a checkout of one of the file's repositories. Throws where it is none. */
export function questionsAbout(folder: string, file: string): RepositoryQuestions {
  const parsed = v.safeParse(fileSchema, JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success)
    throw new Error(`${file}: ${v.getDotPath(parsed.issues[0]) ?? 'the file'}: ${parsed.issues[0].message}`);
  const commit = execFileSync('git', ['-C', folder, 'rev-parse', 'HEAD'], { encoding: 'utf8' }).trim();
  const found = parsed.output.repositories.find(repository => repository.commit === commit);
  if (found === undefined) throw new Error(`${file} has no questions about commit ${commit} (${folder})`);
  return found;
}

/** The rank, from 0, of the first file that answers the question; -1 where none does. */
export function rankOf({ files }: NaturalQuestion, found: readonly string[]): number {
  return found.findIndex(path =>
    files.some(file => (file.endsWith('/') ? path.startsWith(file) || `${path}/` === file : path === file)),
  );
}
