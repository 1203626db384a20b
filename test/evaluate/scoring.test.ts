// Teacher-forced scoring: sums and calibration by hand, and that every byte of a file counts, in windows that agree
// with the network asked directly.

import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { likeliestToken } from '../../src/infer/sampling.ts';
import { positions, Score } from '../../src/evaluate/scoring.ts';
import { rememberFiles } from '../../src/evaluate/workspaceFiles.ts';
import { bundledEngine } from '../support/engine.ts';

describe('evaluate/scoring', function () {
  this.timeout(120_000);

  it('sums bits and hits', () => {
    const score = new Score();
    score.add(Float32Array.of(0.5, 0.25, 0.25), 0, 1);
    score.add(Float32Array.of(0.5, 0.25, 0.25), 1, 3);
    strictEqual(score.bitsPerByte, 3 / 4);
    strictEqual(score.tokenAccuracy, 0.5);
  });

  it('bounds what one impossible token costs', () => {
    const score = new Score();
    score.add(Float32Array.of(1, 0), 1, 1);
    strictEqual(score.bits, 30);
  });

  it('finds a forecast calibrated that is right as often as it says, and not one that is surer', () => {
    const calibrated = new Score();
    const surer = new Score();
    for (let at = 0; at < 100; at++) {
      const token = at < 75 ? 0 : 1;
      calibrated.add(Float32Array.of(0.75, 0.25), token, 1);
      surer.add(Float32Array.of(0.9375, 0.0625), token, 1);
    }
    strictEqual(calibrated.calibrationError, 0);
    ok(Math.abs(surer.calibrationError - 0.1875) < 1e-9);
  });

  it('goes through every token of a file longer than the context, as the network says by itself', async () => {
    // Quantized activations depend a little on which tokens are run together.
    const { decoder, tokenizer, prompts } = await bundledEngine('float32');
    const line = (index: number) => `const value${index} = compute(${index * 7919}, 'ä${index}');\n`;
    const file = { path: 'src/long.ts', text: Array.from({ length: 160 }, (_, at) => line(at)).join('') };
    const memory = await rememberFiles([], tokenizer, prompts, decoder.config.vocabSize);
    const tokens: number[] = [];
    let bytes = 0;
    const likeliest: number[] = [];
    for await (const position of positions({ decoder, tokenizer, memory, prompts }, file)) {
      tokens.push(position.token);
      bytes += position.bytes;
      likeliest.push(likeliestToken(position.network));
    }
    ok(tokens.length > decoder.config.contextTokens, `${tokens.length} tokens`);
    deepStrictEqual(tokens, tokenizer.encode(file.text));
    strictEqual(bytes, Buffer.byteLength(file.text));

    const head = prompts.networkHeader(file.path, Math.floor(decoder.config.contextTokens / 4));
    const logits = await decoder.logitsAfterEach([...head, ...tokens.slice(0, 99)], head.length - 1);
    deepStrictEqual(
      likeliest.slice(0, 100),
      logits.map(row => likeliestToken(row)),
    );
  });
});
