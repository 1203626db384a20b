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

/** Posts as base/requests does. */
const post = message => parentPort.postMessage(message);
const tell = (api, method, input) => post({ api, kind: 'event', method, input });
const log = message => tell('editor', 'log', { level: 'info', message });
const tellMemory = state => tell('engineEvents', 'memory', state);

/** Streams that go on until they are cancelled. */
const endless = new Set();
let files = 0;
const tellFiles = () =>
  tellMemory({
    kind: 'ready',
    ...{ files, tokens: 7, sizeBytes: 56, leftOut: {}, elapsedMs: 1, filesRead: 1, isKept: true },
  });

/** What the engine asks of the editor, for each workspace. */
function askEditor(folder) {
  const ask = (id, method, input) => post({ api: 'editor', kind: 'call', id, method, input });
  ask(1, 'listFolder', { folder, path: '' });
  ask(2, 'statFiles', { folder, paths: ['src/a.ts', 'src/missing.ts'] });
  ask(3, 'readFile', { folder, path: 'src/a.ts' });
  ask(4, 'readFile', { folder: 'memfs:/elsewhere', path: 'src/a.ts' });
  ask(5, 'readFile', { folder, path: '../a.ts' });
}

/** Evaluates at once; as the workspace's folder says, it finds too few files or goes on until it is cancelled. */
function evaluate({ workspace, seed, showThreshold }, { give, end, fail, goOn }) {
  const [{ uri }] = workspace.folders;
  give({ kind: 'progress', what: 'scoring [a](command:b).ts' });
  if (uri.endsWith('/small')) {
    fail('too few files of code');
    return;
  }
  if (uri.endsWith('/large')) {
    goOn();
    return;
  }
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
    sample: { ...counts, showThreshold },
    workspace: counts,
    heldOut: counts,
    corpus: { ...counts, redactedFiles: 0, leftOut: {} },
    ...report,
    seed,
    elapsedMs: 1,
  };
  give({ kind: 'report', report: answer });
  end();
}

/** Echoes the request; as its text says, it finds nothing, goes on until it is cancelled, or dies. */
function answerChat({ request, writer }, { give, end, goOn }) {
  const citation = {
    ...{ path: 'src/a.ts', line: 2, endLine: 3, score: 0.9, languageId: 'typescript' },
    ...{ text: 'second\nthird', symbol: 'second' },
  };
  give({ kind: 'author', author: { kind: 'workspace' } });
  give({ kind: 'markdown', text: JSON.stringify({ ...request, writer }) });
  if (request.text === 'hang') {
    goOn();
    return;
  }
  if (request.text === 'exit') process.exit(3);
  if (request.text === 'nothing') {
    give({ kind: 'declined', reason: 'not-in-workspace', text: 'Not here.', nearest: [citation] });
  } else if (request.text === 'forgotten') {
    const cure = 'remember-workspace';
    give({ kind: 'declined', reason: 'no-workspace', text: 'It was forgotten.', nearest: [], cure });
  } else {
    give({ kind: 'snippet', citation });
    give({
      kind: 'code',
      languageId: 'typescript',
      target: { kind: 'replace', path: 'src/a.ts', line: 2, endLine: 2 },
    });
    give({ kind: 'token', text: 'new', confidence: 0.5 });
  }
  give({ kind: 'done', citations: [citation], timings: { firstMs: 1, totalMs: 2 } });
  end();
}

function complete({ window: { prefix } }, { end }) {
  if (prefix === 'exit') process.exit(3);
  if (prefix === 'throw') throw new Error('out of luck');
  if (prefix === 'print') console.error('a line on standard error');
  while (prefix === 'hang');
  const items = [{ text: `${prefix}!`, replaceAfter: 0, probability: 1 }];
  end({ kind: 'completion', items, source: 'network', timings });
}

function load(options, { end, fail }) {
  const modelFolder = modelInUse(options);
  const weights = join(modelFolder, 'model.safetensors');
  if (modelFolder.endsWith('missing')) fail('no model in missing');
  else if (existsSync(weights) && readFileSync(weights, 'utf8') === 'flipped') {
    tell('editor', 'modelSetAside', `${weights} is not what was written`);
    end(report);
  } else if (existsSync(weights) && readFileSync(weights, 'utf8') !== 'whole') fail(`${weights} is damaged`);
  else {
    const modelName = modelFolder.includes('/trainings/') ? 'trained echo' : report.modelName;
    end({ ...report, modelName });
  }
}

function changed(what) {
  files++;
  log(what);
  tellFiles();
}

const methods = {
  load,
  complete,
  evaluate,
  ask: answerChat,
  openWorkspace(workspace) {
    log(`opened ${JSON.stringify(workspace)}`);
    askEditor(workspace.folders[0].uri);
    tellFiles();
  },
  closeWorkspace: () => tellMemory({ kind: 'off' }),
  forgetWorkspace: (_input, { end }) => end(),
  prepareToEnd: (_input, { end }) => end(),
  unsavedText: ({ path, text }) => log(`unsavedText ${path} ${text}`),
  filesChanged: paths => changed(`filesChanged ${paths}`),
  rescanWorkspace: () => changed('rescanWorkspace'),
  train: (input, caller) => void train(input, { ...caller, log }),
  control: control => controlTraining(control, log),
  setPauseRules: rules => setPauseRules(rules, log),
};

parentPort.on('message', message => {
  const { api, kind, id } = message;
  if (kind === 'call' || kind === 'event') {
    methods[message.method]?.(message.input, {
      give: output => post({ api, kind: 'item', id, output }),
      end: output => post({ api, kind: 'answer', id, output }),
      fail: (reason, because = 'user') => post({ api, kind: 'failed', id, message: reason, reason: because }),
      goOn: () => endless.add(id),
    });
  } else if (kind === 'cancel') {
    if (endless.delete(id)) post({ api, kind: 'failed', id, message: 'cancelled', reason: 'cancelled' });
  } else {
    const { output } = message;
    const answer = output instanceof Uint8Array ? Buffer.from(output).toString() : output;
    log(`answered ${JSON.stringify({ ...message, output: answer })}`);
  }
});

/** As the engine's: what was trained goes before what was asked for. */
function modelInUse({ modelFolder, trainings }) {
  const file = join(trainings ?? '', 'active.json');
  const { id } = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).value : { id: null };
  const trained = join(trainings ?? '', String(id), 'model');
  return id !== null && existsSync(trained) ? trained : modelFolder;
}
