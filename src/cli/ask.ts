// `ask FOLDER "question"`: the answer of chat to one question about a folder, which is indexed for it and kept nowhere.

import { createInterface } from 'node:readline';
import { neverCancelled } from '../base/cancellation.ts';
import { answer } from '../chat/answers/answer.ts';
import { decline } from '../chat/answers/decline.ts';
import type { ChatCommand, ChatEvent, ChatTurn, Citation } from '../chat/model/types.ts';
import type { ChatSources } from '../chat/search/retrieve.ts';
import { chatCommands } from '../chat/model/types.ts';
import { evaluateAsk, formatAskEvaluation } from './askEvaluation.ts';
import { readChatFolder } from './chatFolder.ts';
import { documentationPairs } from './documentationPairs.ts';
import type { NaturalEvaluation } from './naturalEvaluation.ts';
import { evaluateNatural, formatNatural, joinNatural } from './naturalEvaluation.ts';
import { questionsAbout } from './naturalQuestions.ts';
import { parseOptions, requireFolder, UsageError } from './usage.ts';

export async function runAsk(args: readonly string[]): Promise<void> {
  const { positionals, json, flags, values } = parseOptions(args, {
    flags: ['evaluate', 'pairs'],
    values: ['questions', 'natural'],
  });
  const [folder, ...words] = positionals;
  if (folder === undefined) throw new UsageError('ask takes a folder and a question');
  requireFolder(folder);
  if (flags.has('pairs')) {
    for await (const line of documentationPairs(await readChatFolder(folder))) console.log(line);
    return;
  }
  if (flags.has('evaluate')) {
    await evaluate(positionals, values, json);
    return;
  }
  const startedMs = performance.now();
  const sources = await readChatFolder(folder);
  const indexMs = performance.now() - startedMs;
  if (words.length === 0) {
    await converse(sources);
    return;
  }
  const events = await askOnce(words.join(' '), [], sources, !json);
  if (json) console.log(JSON.stringify(reportOf(events, indexMs), null, 2));
}

/** One question a line of the input, each after what came before it. */
async function converse(sources: ChatSources): Promise<void> {
  const history: ChatTurn[] = [];
  const lines = createInterface({ input: process.stdin, terminal: false });
  const prompt = (): boolean => process.stdin.isTTY && process.stdout.write('> ');
  prompt();
  for await (const line of lines) {
    if (line.trim() !== '') {
      const events = await askOnce(line, history, sources, true);
      history.push({ question: line, answer: events.map(historyText).join('') });
      process.stdout.write('\n');
    }
    prompt();
  }
}

/** Places stand in what is remembered as they do in answers of the editor. */
function historyText(event: ChatEvent): string {
  return event.kind === 'snippet' ? `\`${event.citation.path}:${event.citation.line}\`\n` : textOf(event);
}

/** Throws where the answer fails. */
async function askOnce(
  question: string,
  history: readonly ChatTurn[],
  sources: ChatSources,
  isPrinted: boolean,
): Promise<readonly ChatEvent[]> {
  const request = { ...commandOf(question), references: [], languageServer: [], history };
  async function* write() {
    yield await Promise.resolve(
      decline('no-active-file', 'Code is written into an open editor: ask in the editor.'),
    );
  }
  const events: ChatEvent[] = [];
  for await (const event of answer(request, { sources, write }, neverCancelled)) {
    events.push(event);
    if (isPrinted) process.stdout.write(textOf(event));
  }
  const last = events.at(-1);
  if (last?.kind === 'failed') throw new Error(last.message);
  return events;
}

/** Prints the figures of the folders: of one, or with `--natural` those of newcomers' questions over all of them. */
async function evaluate(
  folders: readonly string[],
  values: ReadonlyMap<string, string>,
  json: boolean,
): Promise<void> {
  for (const folder of folders) requireFolder(folder);
  const natural = values.get('natural');
  const [folder = ''] = folders;
  if (natural === undefined) {
    const evaluation = await evaluateAsk(await readChatFolder(folder), values.get('questions'));
    console.log(json ? JSON.stringify(evaluation, null, 2) : formatAskEvaluation(evaluation));
    return;
  }
  const evaluations: NaturalEvaluation[] = [];
  for (const each of folders)
    evaluations.push(await evaluateNatural(await readChatFolder(each), questionsAbout(each, natural)));
  const all = joinNatural(evaluations);
  console.log(json ? JSON.stringify(all, null, 2) : formatNatural(all));
}

/** `/find x` is the command find with the text x. */
function commandOf(question: string): { readonly command: ChatCommand | undefined; readonly text: string } {
  const typed = question.trim();
  const [start = '', name] = /^\/(\w+)/.exec(typed) ?? [];
  const command = chatCommands.find(each => each === name);
  if (name !== undefined && command === undefined)
    throw new UsageError(`/${name} is no command; there are /${chatCommands.join(', /')}`);
  return command === undefined
    ? { command, text: question }
    : { command, text: typed.slice(start.length).trimStart() };
}

function textOf(event: ChatEvent): string {
  switch (event.kind) {
    case 'markdown':
      return event.text;
    case 'snippet':
      return quote(event.citation);
    case 'token':
      return event.text;
    case 'declined':
      return `${event.text}\n\n${event.nearest.map(quote).join('')}`;
    case 'author':
    case 'progress':
    case 'code':
    case 'done':
    case 'stopped':
    case 'failed':
      return '';
    default:
      return event satisfies never;
  }
}

function quote({ path, line, endLine, text }: Citation): string {
  const lines = text.split('\n').map((each, index) => `  ${String(line + index).padStart(5)}  ${each}`);
  return `${path}:${line}-${endLine}\n${lines.join('\n')}\n\n`;
}

function reportOf(events: readonly ChatEvent[], indexMs: number) {
  const done = events.find(event => event.kind === 'done');
  const declined = events.find(event => event.kind === 'declined');
  return {
    answer: events.map(textOf).join('').trim(),
    declined: declined?.reason ?? null,
    citations: (done?.citations ?? []).map(({ path, line, endLine, score }) => ({
      path,
      line,
      endLine,
      score,
    })),
    timings: { indexMs, ...done?.timings },
  };
}
