// What an evaluation works with: the model, a memory of the workspace alone, and the held-out files; and how each
// configuration types them and completes their lines, with no cache that reaches from one to another.

import type { CancellationToken } from '../base/cancellation.ts';
import { neverCancelled, throwIfCancelled } from '../base/cancellation.ts';
import { seededRandom } from '../base/random.ts';
import { Completer } from '../complete/completer.ts';
import type { PromptBuilder } from '../complete/context.ts';
import type { CompletionRequest } from '../complete/types.ts';
import type { Slicer } from '../base/scheduling/slicer.ts';
import { TimeSlices } from '../base/scheduling/timeSlices.ts';
import type { Decoder } from '../infer/decoder.ts';
import type { Vocabulary } from '../infer/generate.ts';
import { MemoryPredictor } from '../infer/memoryPredictor.ts';
import type { Mixtures } from '../infer/mixtures.ts';
import type { Predictor } from '../infer/predictor.ts';
import { MixedPredictor, NetworkPredictor } from '../infer/predictor.ts';
import type { WorkspaceMemory } from '../memory/workspaceMemory.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import type { Parses } from './acceptance.ts';
import { AcceptanceFigures, acceptAt, parsingPlaces, writtenPlaces } from './acceptance.ts';
import type { DocumentFormat } from './documentState.ts';
import { documentFormat, indentationByLanguage } from './documentState.ts';
import { completeLine, LineFigures, lineCursors } from './lineCompletion.ts';
import { RenamedLines } from './renamedLines.ts';
import type { SampleSizes, Stretch } from './sample.ts';
import { filesToScore, stretchesToType } from './sample.ts';
import type { FileScores, SourceFile } from './scoring.ts';
import { noScores, scoreFile } from './scoring.ts';
import { TypingFigures, typeStretch } from './typing.ts';
import type { WorkspaceFiles } from './workspaceFiles.ts';
import { rememberFiles } from './workspaceFiles.ts';

/** What is judged. The decoder and the prompts are used under names of the evaluation's own. */
export interface EvaluatedModel extends Mixtures {
  readonly decoder: Decoder;
  readonly tokenizer: Tokenizer;
  readonly vocabulary: Vocabulary;
  readonly prompts: PromptBuilder;
}

export const configurations = ['network', 'memory', 'both'] as const;
export type Configuration = (typeof configurations)[number];

export interface EvaluationOptions {
  readonly seed: number;
  readonly sizes: SampleSizes;
  /** Of the typing simulation. */
  readonly showThreshold: number;
  /** Says what suggestions break; without it nothing is accepted at places of files that parse. */
  readonly parses?: Parses;
  /** Told what is being done, in a few words, and which share of that part is done, in [0, 1]. */
  readonly onProgress?: (what: string, share: number) => void;
  readonly cancellation?: CancellationToken;
}

/** What is typed and completed, and the memory that helps: of the workspace's files alone. */
export interface Bench {
  readonly model: EvaluatedModel;
  readonly memory: WorkspaceMemory;
  readonly heldOut: readonly SourceFile[];
  readonly renamedLines: RenamedLines;
  readonly formatOf: (path: string, textBefore: string) => DocumentFormat;
  readonly slicer: Slicer;
}

/** Remembers the workspace's files, in a memory of its own. All that is done with the bench gives way by `slicer`. */
export async function prepareBench(
  model: EvaluatedModel,
  { workspace, heldOut }: WorkspaceFiles,
  slicer: Slicer = new TimeSlices(20),
  analogies = true,
): Promise<Bench> {
  const { tokenizer, prompts, decoder } = model;
  const { vocabSize } = decoder.config;
  const memory = await rememberFiles(workspace, tokenizer, prompts, vocabSize, slicer, analogies);
  const indentations = indentationByLanguage(workspace);
  return {
    model,
    memory,
    heldOut,
    renamedLines: new RenamedLines(workspace),
    formatOf: (path, textBefore) => documentFormat(path, textBefore, indentations),
    slicer,
  };
}

/** The held-out files that teacher-forced scoring looks at. */
export function scoredFiles(
  { heldOut, model }: Pick<Bench, 'heldOut' | 'model'>,
  seed: number,
  { tokens }: SampleSizes,
): readonly SourceFile[] {
  return filesToScore(heldOut, tokens, model.tokenizer, seededRandom(seed));
}

/** Scores those files; with the lines below each token's line in memory if `showsAfter`. */
export async function scoreHeldOut(
  bench: Bench,
  {
    seed,
    sizes,
    onProgress = () => undefined,
    cancellation = neverCancelled,
    showsAfter = false,
  }: Omit<EvaluationOptions, 'showThreshold'> & { readonly showsAfter?: boolean },
): Promise<{ readonly scored: readonly SourceFile[]; readonly scores: FileScores }> {
  const scores = noScores();
  const scored = scoredFiles(bench, seed, sizes);
  for (const [index, file] of scored.entries()) {
    throwIfCancelled(cancellation);
    onProgress(`scoring ${file.path} (${index + 1} of ${scored.length})`, index / scored.length);
    await scoreFile({ ...bench.model, memory: bench.memory }, file, scores, bench.slicer, showsAfter);
  }
  return { scored, scores };
}

/** The held-out text that is typed. */
export function typedStretches(
  { heldOut }: Pick<Bench, 'heldOut'>,
  seed: number,
  { typed }: SampleSizes,
): readonly Stretch[] {
  return stretchesToType(
    heldOut.map(({ text }) => text),
    typed,
    seededRandom(seed + 2),
  );
}

export function predictorOf({ model, memory }: Bench, configuration: Configuration): Predictor {
  const { decoder, tokenizer, mixture, alone } = model;
  switch (configuration) {
    case 'network':
      return new NetworkPredictor(decoder);
    case 'memory':
      return new MemoryPredictor(memory, alone, tokenizer);
    case 'both':
      return new MixedPredictor({ decoder, memory, mixture, alone, tokenizer });
    default:
      return configuration satisfies never;
  }
}

/** Each stretch in a document that no cache has seen: neither answers nor keys and values reach from one to another. */
export async function typeAll(
  bench: Bench,
  predictor: Predictor,
  stretches: readonly Stretch[],
  { showThreshold, cancellation = neverCancelled }: Pick<EvaluationOptions, 'showThreshold' | 'cancellation'>,
): Promise<TypingFigures> {
  const figures = new TypingFigures();
  for (const { file, from, to } of stretches) {
    const { path = '', text = '' } = bench.heldOut[file] ?? {};
    const format = bench.formatOf(path, text.slice(0, from));
    const completer = freshCompleter(bench, predictor);
    const uri = freshUri();
    await typeStretch(
      async request => {
        await bench.slicer.giveWay();
        throwIfCancelled(cancellation);
        return completer.complete(request, cancellation);
      },
      uri,
      { text, from, to, format },
      showThreshold,
      figures,
    );
  }
  return figures;
}

/** A line that was completed. */
export interface CompletedLine {
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  /** The rest of the line as it is, and as it was suggested. */
  readonly expected: string;
  readonly answer: string;
}

/**
 * Asks at seeded cursors, each with answers that no other cursor has cached; with the text after the line unless
 * `showsAfter` is false.
 */
export async function completeLines(
  bench: Bench,
  configuration: Configuration,
  {
    seed,
    sizes,
    onProgress = () => undefined,
    cancellation = neverCancelled,
    showsAfter = true,
  }: Omit<EvaluationOptions, 'showThreshold'> & { readonly showsAfter?: boolean },
  onLine: (line: CompletedLine) => void = () => undefined,
): Promise<LineFigures> {
  const texts = bench.heldOut.map(({ text }) => text);
  const predictor = predictorOf(bench, configuration);
  const figures = new LineFigures();
  // One name a file: keys and values of the text before are reused. A completer each: answers are not.
  const uris = texts.map(freshUri);
  const cursors = lineCursors(texts, sizes.cursors, seededRandom(seed + 1));
  for (const [index, cursor] of cursors.entries()) {
    const count = `${index + 1} of ${cursors.length}`;
    onProgress(`completing lines with ${configuration} (${count})`, index / cursors.length);
    await bench.slicer.giveWay();
    throwIfCancelled(cancellation);
    const { path = '', text = '' } = bench.heldOut[cursor.file] ?? {};
    const format = bench.formatOf(path, text.slice(0, cursor.offset));
    const completer = freshCompleter(bench, predictor);
    const answer = await completeLine(
      request => completer.complete(request, cancellation),
      uris[cursor.file] ?? '',
      text,
      cursor,
      format,
      showsAfter,
    );
    const expected = text.slice(cursor.offset, cursor.lineEnd);
    figures.add(answer, expected, bench.renamedLines.holds({ path, text }, cursor.offset));
    onLine({ path, line: text.slice(0, cursor.offset).split('\n').length, expected, answer });
  }
  return figures;
}

/** Places that are tried for each that is asked about at most: not every file parses while a line is missing. */
const triesPerPlace = 10;

/** Accepts what is shown at seeded places of the held-out files that parse, as many as lines are completed. */
export async function acceptShown(
  bench: Bench,
  predictor: Predictor,
  parses: Parses,
  { seed, sizes, showThreshold, cancellation = neverCancelled }: EvaluationOptions,
): Promise<AcceptanceFigures> {
  const figures = new AcceptanceFigures();
  const files = bench.heldOut.map(({ path, text }) => ({ path, text, uri: freshUri() }));
  const written = files.map(({ path, text }) => ({
    text,
    languageId: bench.formatOf(path, text).languageId,
  }));
  const places = await parsingPlaces(
    writtenPlaces(written, seededRandom(seed + 3)),
    async ({ file, before, after }) => {
      await bench.slicer.giveWay();
      throwIfCancelled(cancellation);
      return parses(before + after, files[file]?.path ?? '');
    },
    sizes.cursors,
    triesPerPlace * sizes.cursors,
  );
  for (const place of places) {
    await bench.slicer.giveWay();
    throwIfCancelled(cancellation);
    const { path = '', uri = '' } = files[place.file] ?? {};
    const format = bench.formatOf(path, place.before);
    const completer = freshCompleter(bench, predictor);
    const complete = (request: CompletionRequest) => completer.complete(request, cancellation);
    await acceptAt(complete, parses, uri, place, format, showThreshold, figures);
  }
  return figures;
}

function freshCompleter({ model }: Bench, predictor: Predictor): Completer {
  const { decoder, vocabulary, prompts } = model;
  return new Completer({ predictor, counters: decoder.counters, vocabulary, prompts });
}

let documents = 0;

/** Prompts, the decoder and the completer know documents by it. */
function freshUri(): string {
  return `evaluation:${documents++}`;
}
