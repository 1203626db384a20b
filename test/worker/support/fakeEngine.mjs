// An engine for a real worker thread that speaks the protocol but has no model: it echoes the prefix, and
// misbehaves when the prefix says so. Its memory of a workspace is one question about the first folder, and the
// number of messages about files as the number of files.

import { Buffer } from 'node:buffer';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { controlTraining, setPauseRules, train } from './fakeTraining.mjs';

const report = {
  modelName: 'echo',
  parameters: 0,
  contextTokens: 16,
  home: 'a test',
  device: 'none',
  why: 'it is the only one',
  threads: 1,
  loadMs: 0,
  warnings: [],
};
const timings = { totalMs: 0, runs: 0, tokens: 0 };

const say = message => parentPort.postMessage(message);
let files = 0;
const tellMemory = () =>
  say({
    kind: 'memory',
    state: {
      kind: 'ready',
      ...{ files, tokens: 7, sizeBytes: 56, leftOut: {}, elapsedMs: 1, filesRead: 1, isKept: true },
    },
  });

/** Evaluates at once; as the workspace's folder says, it finds too few files or goes on until it is cancelled. */
function evaluate({ id, request }) {
  const [{ uri }] = request.workspace.folders;
  parentPort.postMessage({ kind: 'evaluating', id, what: 'scoring [a](command:b).ts' });
  if (uri.endsWith('/small'))
    parentPort.postMessage({ kind: 'notEvaluated', id, problem: 'too few files of code' });
  if (uri.endsWith('/large')) return;
  const latencyMs = { p50: 1, p95: 2 };
  const figures = {
    bitsPerByte: 1,
    tokenAccuracy: 0,
    lineExact: 0,
    lineSimilarity: 0,
    keystrokesSaved: 0.25,
  };
  const configuration = { ...figures, shown: 4, precision: 0.5, latencyMs };
  const counts = { files: 1, bytes: 1, tokens: 1, cursors: 1, keys: 1, admittedFiles: 1, redactions: 0 };
  const answer = {
    ...counts,
    configs: { network: configuration, memory: configuration, both: configuration },
    sample: { ...counts, showThreshold: request.showThreshold },
    workspace: counts,
    heldOut: counts,
    corpus: { ...counts, redactedFiles: 0, leftOut: {} },
    ...report,
    seed: request.seed,
    elapsedMs: 1,
  };
  parentPort.postMessage({ kind: 'evaluated', id, report: answer });
}

/** Echoes the request; as its text says, it finds nothing, goes on until it is cancelled, or dies. */
function answerChat({ id, request, writer }) {
  const event = what => say({ kind: 'chatEvent', id, event: what });
  const citation = {
    ...{ path: 'src/a.ts', line: 2, endLine: 3, score: 0.9, languageId: 'typescript' },
    ...{ text: 'second\nthird', symbol: 'second' },
  };
  event({ kind: 'author', author: { kind: 'workspace' } });
  event({ kind: 'markdown', text: JSON.stringify({ ...request, writer }) });
  if (request.text === 'hang') return;
  if (request.text === 'exit') process.exit(3);
  if (request.text === 'nothing') {
    event({ kind: 'declined', reason: 'not-in-workspace', text: 'Not here.', nearest: [citation] });
  } else if (request.text === 'forgotten') {
    const cure = 'remember-workspace';
    event({ kind: 'declined', reason: 'no-workspace', text: 'It was forgotten.', nearest: [], cure });
  } else {
    event({ kind: 'snippet', citation });
    event({
      kind: 'code',
      languageId: 'typescript',
      target: { kind: 'replace', path: 'src/a.ts', line: 2, endLine: 2 },
    });
    event({ kind: 'token', text: 'new', confidence: 0.5 });
  }
  event({ kind: 'done', citations: [citation], timings: { firstMs: 1, totalMs: 2 } });
}

parentPort.on('message', message => {
  if (message.kind === 'ask') answerChat(message);
  if (message.kind === 'cancelAsk') {
    say({ kind: 'chatEvent', id: message.id, event: { kind: 'stopped' } });
  }
  if (message.kind === 'openWorkspace') {
    const [folder] = message.workspace.folders;
    say({ kind: 'log', level: 'info', message: `opened ${JSON.stringify(message.workspace)}` });
    say({ kind: 'treeList', id: 1, folder: folder.uri, path: '' });
    say({ kind: 'treeStat', id: 2, folder: folder.uri, paths: ['src/a.ts', 'src/missing.ts'] });
    say({ kind: 'treeRead', id: 3, folder: folder.uri, path: 'src/a.ts' });
    say({ kind: 'treeRead', id: 4, folder: 'memfs:/elsewhere', path: 'src/a.ts' });
    say({ kind: 'treeRead', id: 5, folder: folder.uri, path: '../a.ts' });
    tellMemory();
  }
  if (message.kind.startsWith('tree')) {
    const text = message.bytes === undefined ? '' : Buffer.from(message.bytes).toString();
    say({ kind: 'log', level: 'info', message: `${JSON.stringify({ ...message, bytes: text })}` });
  }
  if (message.kind === 'unsavedText') {
    say({ kind: 'log', level: 'info', message: `${message.kind} ${message.path} ${message.text}` });
  }
  if (message.kind === 'filesChanged' || message.kind === 'rescanWorkspace') {
    files++;
    say({ kind: 'log', level: 'info', message: `${message.kind} ${message.paths}` });
    tellMemory();
  }
  if (message.kind === 'closeWorkspace') say({ kind: 'memory', state: { kind: 'off' } });
  if (message.kind === 'forgetWorkspace') say({ kind: 'forgotten', id: message.id, problem: null });
  if (message.kind === 'prepareToEnd') say({ kind: 'readyToEnd' });
  if (message.kind === 'load') {
    const modelFolder = modelInUse(message.options);
    const weights = join(modelFolder, 'model.safetensors');
    if (modelFolder.endsWith('missing')) {
      say({ kind: 'failed', id: message.id, message: 'no model in missing' });
    } else if (existsSync(weights) && readFileSync(weights, 'utf8') === 'flipped') {
      say({ kind: 'modelSetAside', problem: `${weights} is not what was written` });
      say({ kind: 'loaded', id: message.id, report });
    } else if (existsSync(weights) && readFileSync(weights, 'utf8') !== 'whole') {
      say({ kind: 'failed', id: message.id, message: `${weights} is damaged` });
    } else {
      const modelName = modelFolder.includes('/trainings/') ? 'trained echo' : report.modelName;
      say({ kind: 'loaded', id: message.id, report: { ...report, modelName } });
    }
  }
  if (message.kind === 'train') void train(message, say);
  if (message.kind === 'controlTraining') controlTraining(message.control, say);
  if (message.kind === 'setPauseRules') setPauseRules(message, say);
  if (message.kind === 'evaluateWorkspace') evaluate(message);
  if (message.kind === 'cancelEvaluation') {
    parentPort.postMessage({ kind: 'notEvaluated', id: message.id, problem: null });
  }
  if (message.kind !== 'complete') return;
  const { prefix } = message.request.window;
  if (prefix === 'exit') process.exit(3);
  if (prefix === 'throw') throw new Error('out of luck');
  if (prefix === 'print') console.error('a line on standard error');
  while (prefix === 'hang');
  const items = [{ text: `${prefix}!`, replaceAfter: 0, probability: 1 }];
  const result = { kind: 'completion', items, source: 'network', timings };
  parentPort.postMessage({ kind: 'completed', id: message.id, result });
});

/** As the engine's: what was trained goes before what was asked for. */
function modelInUse({ modelFolder, trainings }) {
  const file = join(trainings ?? '', 'active.json');
  const { id } = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).value : { id: null };
  const trained = join(trainings ?? '', String(id), 'model');
  return id !== null && existsSync(trained) ? trained : modelFolder;
}
