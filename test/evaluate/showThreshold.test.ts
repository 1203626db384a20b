// The threshold's sweep: that remembering what the network said changes nothing, and that the choice keeps its promise.

import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { nodeFolder } from '../../src/corpus/nodeFolder.ts';
import { predictorOf, prepareBench, typeAll, typedStretches } from '../../src/evaluate/bench.ts';
import { sampleSizes } from '../../src/evaluate/sample.ts';
import type { ThresholdFigures } from '../../src/evaluate/showThreshold.ts';
import { fitShowThreshold, sumSweeps, sweepShowThreshold } from '../../src/evaluate/showThreshold.ts';
import { TypingFigures } from '../../src/evaluate/typing.ts';
import { readWorkspace } from '../../src/evaluate/workspaceFiles.ts';
import { bundledEngine, repository } from '../support/engine.ts';

/** Of 100 keys. */
function figures(threshold: number, saved: number, shown: number, accepted: number): ThresholdFigures {
  return {
    threshold,
    figures: Object.assign(new TypingFigures(), {
      keysAlone: 100,
      keysPressed: 100 - saved,
      shown,
      accepted,
    }),
  };
}

describe('evaluate/showThreshold', function () {
  this.timeout(120_000);

  it('takes what saves most at the precision asked for', () => {
    const sweep = [figures(0.2, 40, 100, 30), figures(0.3, 30, 50, 20), figures(0.4, 20, 20, 15)];
    strictEqual(fitShowThreshold(sweep)?.threshold, 0.3);
    strictEqual(fitShowThreshold(sweep, 0.7)?.threshold, 0.4);
    strictEqual(fitShowThreshold(sweep, 0.2)?.threshold, 0.2);
    strictEqual(fitShowThreshold(sweep, 0.9), undefined);
    strictEqual(fitShowThreshold([figures(0.8, 0, 0, 0)], 0), undefined);
  });

  it('weighs workspaces by their keys', () => {
    const [sum] = sumSweeps([[figures(0.2, 50, 10, 5)], [figures(0.2, 0, 30, 5)]]);
    strictEqual(sum?.figures.keystrokesSaved, 0.25);
    strictEqual(sum.figures.precision, 0.25);
    deepStrictEqual(sumSweeps([]), []);
  });

  it('finds what typing at each threshold by itself finds', async () => {
    const files = await readWorkspace(nodeFolder(`${repository}test/fixtures/workspace`), {}, 0);
    // Quantized activations depend a little on which tokens are run together.
    const bench = await prepareBench(await bundledEngine('float32'), files);
    const sizes = sampleSizes(1000);
    const sweep = await sweepShowThreshold(bench, { seed: 0, sizes }, [0.2, 0.6]);
    for (const { threshold, figures: swept } of sweep) {
      const stretches = typedStretches(bench, 0, sizes);
      const alone = await typeAll(bench, predictorOf(bench, 'both'), stretches, { showThreshold: threshold });
      strictEqual(swept.keysAlone, alone.keysAlone);
      // Where a prompt begins depends a little on what was asked before, so a choice as good as equal may turn over.
      for (const count of ['keysPressed', 'shown', 'accepted'] as const) {
        const difference = Math.abs(swept[count] - alone[count]);
        ok(
          difference <= 0.03 * alone[count],
          `${count}: ${swept[count]} in the sweep, ${alone[count]} alone`,
        );
      }
    }
  });
});
