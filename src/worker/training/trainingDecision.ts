// What a training bought: the model before and after, each as it would work, on the files that neither has seen. The model
// after is judged where it was made: only one that is to be kept is written.

import type { CancellationToken } from '../../base/cancellation.ts';
import { nameOf } from '../../base/files.ts';
import type { Slicer } from '../../base/scheduling/slicer.ts';
import type { EvaluatedModel } from '../../evaluate/bench.ts';
import { prepareBench } from '../../evaluate/bench.ts';
import { judgeTraining } from '../../evaluate/decision.ts';
import { sampleSizes } from '../../evaluate/sample.ts';
import { verdictOf } from '../../evaluate/verdict.ts';
import { mixturesOf } from '../../infer/mixtures.ts';
import type { StoredMixtures } from '../../infer/mixtureWeights.ts';
import type { FileReader } from '../../model/modelFolder.ts';
import type { ModelSource } from '../../model/modelSource.ts';
import type { Runtime } from '../../runtime/session.ts';
import { withEngine } from '../engine/loadEngine.ts';
import { refitMixtures } from './refitMixtures.ts';
import type { TrainingFiles } from './trainingFiles.ts';
import type { TrainingReport } from '../protocol/trainingReport.ts';

export interface Judged {
  /** Of the model before, which lies in `files`. */
  readonly modelFolder: string;
  readonly modelFiles: FileReader;
  /** The trained model's files by name, and how messages name the place of them. */
  readonly trained: ModelSource;
  readonly trainedFolder: string;
  readonly runtime: Runtime;
  readonly cancellation: CancellationToken;
  /** Told what is being done, and the share of the judging that is done. */
  readonly onPhase: (what: string, judged: number) => void;
  readonly files: TrainingFiles;
  readonly slicer: Slicer;
  readonly judgedTokens: number;
}

const maxSamples = 6;

export interface Decision {
  readonly verdict: Pick<TrainingReport, 'before' | 'after' | 'kept' | 'samples'>;
  /** Those that fit the trained model. */
  readonly mixtures: StoredMixtures;
}

export async function decide(judged: Judged): Promise<Decision> {
  const { modelFolder, modelFiles, runtime, files, slicer, judgedTokens, cancellation, onPhase } = judged;
  const judgeModel = async (model: EvaluatedModel, what: string, at: 0 | 1) => {
    onPhase(`${what}: remembering the other files`, at / 2);
    const bench = await prepareBench(model, files.judged, slicer);
    const onProgress = (doing: string, share: number): void => {
      onPhase(`${what}: ${doing}`, (at + share) / 2);
    };
    return judgeTraining(bench, { seed: 0, sizes: sampleSizes(judgedTokens), onProgress, cancellation });
  };
  const [before, start] = await withEngine(modelFiles, modelFolder, runtime, async engine => [
    await judgeModel(engine, 'the model before', 0),
    engine.storedMixtures,
  ]);
  const { trained, trainedFolder } = judged;
  const trainedFiles = { read: (path: string) => Promise.resolve(trained.get(nameOf(path))) };
  const [after, mixtures] = await withEngine(trainedFiles, trainedFolder, runtime, async engine => {
    onPhase('fitting memory to the trained model', 0.5);
    const refit = await refitMixtures(engine, start, files.training, files.validation, slicer);
    const mixtures = refit ?? start;
    return [await judgeModel({ ...engine, ...mixturesOf(mixtures) }, 'the trained model', 1), mixtures];
  });
  const samples = before.lines.flatMap((line, at) => {
    const other = after.lines[at];
    if (other === undefined || other.answer === line.answer) return [];
    const { path, expected } = line;
    return [{ path, line: line.line, expected, before: line.answer, after: other.answer }];
  });
  return {
    verdict: {
      before: before.figures,
      after: after.figures,
      kept: verdictOf(after.figures, before.figures) === 'better',
      // The first that differ, whichever is right.
      samples: samples.slice(0, maxSamples),
    },
    mixtures,
  };
}
