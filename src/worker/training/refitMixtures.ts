// After a training the network is surer of itself, so how far memory is trusted beside it is fitted anew, on files that
// neither has seen. The new fit is kept only if files that it has not seen either agree.

import type { EvaluatedModel } from '../../evaluate/bench.ts';
import { fitMixtures, positions, Score } from '../../evaluate/scoring.ts';
import type { SourceFile } from '../../evaluate/scoring.ts';
import { rememberFiles } from '../../evaluate/workspaceFiles.ts';
import { mixturesOf } from '../../infer/mixtures.ts';
import type { StoredMixtures } from '../../infer/mixtureWeights.ts';
import type { Slicer } from '../../base/scheduling/slicer.ts';

/** Rates of the passes over the files. The weights were fitted to many repositories: they move little. */
const rates = [
  { mixture: 0.03, refinement: 0.006 },
  { mixture: 0.015, refinement: 0.003 },
];
/** Code units of the files, shared evenly: more would take longer than it is worth. */
const maxChars = 120_000;

/**
 * Mixtures that fit the model better than `start`, or undefined where there are none. Memory is of the files that were
 * learnt alone.
 */
export async function refitMixtures(
  model: EvaluatedModel,
  start: StoredMixtures,
  training: readonly SourceFile[],
  validation: readonly SourceFile[],
  slicer: Slicer,
): Promise<StoredMixtures | undefined> {
  const { tokenizer, prompts, decoder } = model;
  const memory = await rememberFiles(training, tokenizer, prompts, decoder.config.vocabSize, slicer);
  const share = Math.floor(maxChars / Math.max(1, validation.length));
  const files = validation.map(({ path, text }) => ({ path, text: text.slice(0, share) }));
  const fitTo = async (fitted: readonly SourceFile[]) => {
    const mixtures = mixturesOf(start);
    for (const rate of rates) await fitMixtures({ ...model, ...mixtures, memory }, fitted, rate);
    return mixtures.stored();
  };
  const bitsOn = async (scored: readonly SourceFile[], stored: StoredMixtures) => {
    const { mixture } = mixturesOf(stored);
    const score = new Score();
    for (const file of scored) {
      for await (const { token, bytes, network, evidence } of positions({ ...model, memory }, file)) {
        score.add(mixture.mix(network, evidence, memory.frequencies()), token, bytes);
        await slicer.giveWay();
      }
    }
    return score.bits;
  };
  const [fitted, checked] = [files.filter((_, at) => at % 2 === 0), files.filter((_, at) => at % 2 === 1)];
  const half = await fitTo(fitted);
  if ((await bitsOn(checked, half)) >= (await bitsOn(checked, start))) return undefined;
  return fitTo(files);
}
