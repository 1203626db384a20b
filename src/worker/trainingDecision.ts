// What a training bought: the model before and after, each as it would work, on the files that neither has seen.

import type { CancellationToken } from '../base/cancellation.ts';
import type { Turns } from '../corpus/timeSlices.ts';
import type { EvaluatedModel } from '../evaluate/bench.ts';
import { prepareBench } from '../evaluate/bench.ts';
import { judge } from '../evaluate/decision.ts';
import { sampleSizes } from '../evaluate/sample.ts';
import { verdictOf } from '../evaluate/verdict.ts';
import { mixturesOf } from '../infer/mixtures.ts';
import type { Runtime } from '../runtime/session.ts';
import { withEngine } from './loadEngine.ts';
import { refitMixtures } from './refitMixtures.ts';
import type { TrainingFiles } from './trainingFiles.ts';
import type { TrainingFolder } from './trainingFolder.ts';
import type { TrainingReport } from './trainingReport.ts';

export interface Judged {
  /** Of the model before. */
  readonly modelFolder: string;
  readonly output: TrainingFolder;
  readonly runtime: Runtime;
  readonly cancellation: CancellationToken;
  /** Told what is being done, and the share of the judging that is done. */
  readonly onPhase: (what: string, judged: number) => void;
  /** Of the training; its model's folder is written. */
  readonly id: string;
  readonly files: TrainingFiles;
  readonly turns: Turns;
  readonly judgedTokens: number;
}

const mostSamples = 6;

/** Leaves the mixtures that fit the model in its folder, where others than before do. */
export async function decide(
  judged: Judged,
): Promise<Pick<TrainingReport, 'before' | 'after' | 'kept' | 'samples'>> {
  const { modelFolder, output, runtime, id, files, turns, judgedTokens, cancellation, onPhase } = judged;
  const modelFiles = output.storage.files;
  const judgeModel = async (model: EvaluatedModel, what: string, at: 0 | 1) => {
    onPhase(`${what}: remembering the other files`, at / 2);
    const bench = await prepareBench(model, files.judged, turns);
    const onProgress = (doing: string, share: number): void => {
      onPhase(`${what}: ${doing}`, (at + share) / 2);
    };
    return judge(bench, { seed: 0, sizes: sampleSizes(judgedTokens), onProgress, cancellation });
  };
  const [before, start] = await withEngine(modelFiles, modelFolder, runtime, async engine => [
    await judgeModel(engine, 'the model before', 0),
    engine.storedMixtures,
  ]);
  const after = await withEngine(modelFiles, output.modelFolder(id), runtime, async engine => {
    onPhase('fitting memory to the trained model', 0.5);
    const refit = await refitMixtures(engine, start, files.training, files.validation, turns);
    const mixtures = refit ?? start;
    await output.writeMixtures(id, mixtures);
    return judgeModel({ ...engine, ...mixturesOf(mixtures) }, 'the trained model', 1);
  });
  const samples = before.lines.flatMap((line, at) => {
    const other = after.lines[at];
    if (other === undefined || other.answer === line.answer) return [];
    const { path, expected } = line;
    return [{ path, line: line.line, expected, before: line.answer, after: other.answer }];
  });
  return {
    before: before.figures,
    after: after.figures,
    kept: verdictOf(after.figures, before.figures) === 'better',
    // The first that differ, whichever is right.
    samples: samples.slice(0, mostSamples),
  };
}
