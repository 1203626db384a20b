// tfjs's Wasm backend on the model and batch of the training benchmark: prints the median time of a step in
// milliseconds. One argument, JSON: model (a config.json), rows, tokens, steps. In Node tfjs has one thread only.
// Needs: npm install --no-save @tensorflow/tfjs @tensorflow/tfjs-backend-wasm

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';

const require = createRequire(import.meta.url);
const tf = require('@tensorflow/tfjs');
const wasm = require('@tensorflow/tfjs-backend-wasm');

const { model, rows, tokens, steps } = JSON.parse(process.argv[2]);
const config = JSON.parse(readFileSync(model, 'utf8'));
const { hidden_size: hidden, num_attention_heads: heads, num_hidden_layers: layerCount } = config;
const { intermediate_size: inner, vocab_size: vocabulary, rms_norm_eps: epsilon } = config;
const keyValueHeads = config.num_key_value_heads ?? heads;
const size = config.head_dim ?? hidden / heads;
if (config.model_type === 'qwen3' || keyValueHeads !== heads || !config.tie_word_embeddings) {
  throw new Error('only models without QK-norm and grouped heads, with tied embeddings');
}

wasm.setWasmPaths(`${join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')))}/`);
await tf.setBackend('wasm');
await tf.ready();

const matrix = (from, to) => tf.variable(tf.randomNormal([from, to], 0, 0.02, 'float32', 1));
const ones = count => tf.variable(tf.ones([count]));
const embedding = matrix(vocabulary, hidden);
const lastNorm = ones(hidden);
const layers = Array.from({ length: layerCount }, () => ({
  q: matrix(hidden, heads * size),
  k: matrix(hidden, heads * size),
  v: matrix(hidden, heads * size),
  o: matrix(heads * size, hidden),
  gate: matrix(hidden, inner),
  up: matrix(hidden, inner),
  down: matrix(inner, hidden),
  norm1: ones(hidden),
  norm2: ones(hidden),
}));
const variables = [embedding, lastNorm, ...layers.flatMap(layer => Object.values(layer))];
const moments = variables.map(({ shape }) => [tf.variable(tf.zeros(shape)), tf.variable(tf.zeros(shape))]);

const angles = tf.tensor2d(
  Array.from({ length: tokens }, (_, position) =>
    Array.from({ length: size / 2 }, (_, pair) => position * 10000 ** ((-2 * pair) / size)),
  ),
);
const [cos, sin] = [tf.cos(angles), tf.sin(angles)];
const future = tf.tensor2d(
  Array.from({ length: tokens }, (_, row) =>
    Array.from({ length: tokens }, (_, at) => (at > row ? -1e9 : 0)),
  ),
);

/** The backend has no gradient of a gather: rows are added where they were taken. */
const embed = tf.customGrad((table, ids, save) => {
  save([ids]);
  return {
    value: tf.gather(table, ids),
    gradFunc: (gradient, [taken]) => [
      tf.scatterND(tf.expandDims(taken, 1), gradient, [vocabulary, hidden]),
      tf.zerosLike(taken),
    ],
  };
});

function rmsNorm(x, weight) {
  const meanSquare = tf.mean(tf.mul(x, x), -1, true);
  return tf.mul(tf.mul(x, tf.rsqrt(tf.add(meanSquare, epsilon))), weight);
}

function rotary(x) {
  const [first, second] = tf.split(x, 2, -1);
  const turned = [
    tf.sub(tf.mul(first, cos), tf.mul(second, sin)),
    tf.add(tf.mul(second, cos), tf.mul(first, sin)),
  ];
  return tf.concat(turned, -1);
}

/** [B · T, heads · size] as [B, heads, T, size]. */
function byHead(x) {
  return tf.transpose(tf.reshape(x, [rows, tokens, heads, size]), [0, 2, 1, 3]);
}

function lossOf(ids, targets) {
  let x = embed(embedding, ids);
  for (const layer of layers) {
    const normed = rmsNorm(x, layer.norm1);
    const [q, k, v] = [layer.q, layer.k, layer.v].map(weight => byHead(tf.matMul(normed, weight)));
    const scores = tf.mul(tf.matMul(rotary(q), rotary(k), false, true), 1 / Math.sqrt(size));
    const read = tf.matMul(tf.softmax(tf.add(scores, future)), v);
    const byToken = tf.reshape(tf.transpose(read, [0, 2, 1, 3]), [rows * tokens, heads * size]);
    x = tf.add(x, tf.matMul(byToken, layer.o));
    const again = rmsNorm(x, layer.norm2);
    const gate = tf.matMul(again, layer.gate);
    const active = tf.mul(tf.mul(gate, tf.sigmoid(gate)), tf.matMul(again, layer.up));
    x = tf.add(x, tf.matMul(active, layer.down));
  }
  const logits = tf.matMul(rmsNorm(x, lastNorm), embedding, false, true);
  return tf.losses.softmaxCrossEntropy(tf.oneHot(targets, vocabulary), logits);
}

/** AdamW with clipping, written out: tfjs has Adam without the decay. */
function step(ids, targets, count) {
  return tf.tidy(() => {
    const { value, grads } = tf.variableGrads(() => lossOf(ids, targets), variables);
    const gradients = variables.map(({ name }) => grads[name]);
    const norm = tf.sqrt(tf.addN(gradients.map(gradient => tf.sum(tf.square(gradient)))));
    const clip = tf.minimum(tf.div(1, norm), 1);
    for (const [at, variable] of variables.entries()) {
      const [first, second] = moments[at];
      const gradient = tf.mul(gradients[at], clip);
      first.assign(tf.add(tf.mul(first, 0.9), tf.mul(gradient, 0.1)));
      second.assign(tf.add(tf.mul(second, 0.95), tf.mul(tf.square(gradient), 0.05)));
      const corrected = tf.sqrt(tf.div(second, 1 - 0.95 ** count));
      const change = tf.div(tf.div(first, 1 - 0.9 ** count), tf.add(corrected, 1e-8));
      const kept =
        variable.shape.length === 2 && variable !== embedding ? tf.mul(variable, 1 - 1e-3 * 0.01) : variable;
      variable.assign(tf.sub(kept, tf.mul(change, 1e-3)));
    }
    return value.dataSync()[0];
  });
}

const draw = () => tf.randomUniform([rows * tokens], 0, vocabulary, 'int32', 1);
const [ids, targets] = [draw(), draw()];
const times = [];
const losses = [];
for (let count = 1; count <= steps + 1; count++) {
  const startedMs = performance.now();
  losses.push(step(ids, targets, count));
  // The first warms up.
  if (count > 1) times.push(performance.now() - startedMs);
}
if (!(losses.at(-1) < losses[0])) throw new Error(`it does not learn: ${losses.join(', ')}`);
console.log(times.sort((a, b) => a - b)[Math.floor(times.length / 2)]);
