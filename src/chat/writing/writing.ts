// /write, /complete, /doc and /fix: the network writes, with memory, from the text of the editor up to the place; what it is
// asked for stands there as a comment. What it wrote is judged before any of it is shown.

import type { CancellationToken } from '../../base/cancellation.ts';
import { languageOf } from '../../corpus/fileKind.ts';
import { decline } from '../answers/decline.ts';
import type { ChatSources } from '../search/retrieve.ts';
import { retrieve } from '../search/retrieve.ts';
import { cite } from '../answers/snippet.ts';
import type { ChatEvent, ChatRequest } from '../model/types.ts';
import { planWriting } from './writingPlan.ts';
import { faultOf } from './writtenQuality.ts';
import type { WrittenPiece, WriterParts } from './writtenTokens.ts';
import { writtenTokens } from './writtenTokens.ts';

export async function* write(
  request: ChatRequest,
  sources: ChatSources | undefined,
  parts: WriterParts,
  cancellation: CancellationToken,
): AsyncGenerator<ChatEvent, void, undefined> {
  const plan = await planWriting(request, sources);
  if ('reason' in plan) {
    yield decline(plan.reason, plan.text);
    return;
  }
  yield { kind: 'progress', text: 'Writing' };
  const pieces: WrittenPiece[] = [];
  for await (const piece of writtenTokens(plan, parts, cancellation)) {
    pieces.push(piece);
    // A stop gets in between.
    if (pieces.length % 16 === 0) yield { kind: 'progress', text: 'Writing' };
  }
  const isEmpty = pieces.every(piece => piece.text.trim() === '');
  const fault = isEmpty ? 'is empty' : await faultOf(pieces, plan, request, sources);
  if (fault !== undefined) {
    yield* declineWritten(fault, request, sources);
    return;
  }
  yield { kind: 'author', author: { kind: 'model', name: parts.modelName } };
  yield { kind: 'markdown', text: `${plan.announcement}\n\n` };
  yield { kind: 'code', languageId: plan.window.languageId, target: plan.target };
  if (plan.before !== '') yield { kind: 'token', text: plan.before, confidence: null };
  for (const piece of pieces) yield { kind: 'token', ...piece };
  if (plan.after !== '') yield { kind: 'token', text: plan.after, confidence: null };
  yield {
    kind: 'markdown',
    text: '\nA small network wrote this: read it before you use it. Tokens that it was unsure of are shaded.\n',
  };
}

/** Nothing worth showing was written: the code of the workspace that comes nearest to the wish is. */
async function* declineWritten(
  fault: string,
  request: ChatRequest,
  sources: ChatSources | undefined,
): AsyncGenerator<ChatEvent, void, undefined> {
  const { text } = request;
  const hits =
    sources === undefined || text.trim() === '' || sources.index.fileCount === 0
      ? []
      : await retrieve(sources, text, maxNearest, path => languageOf(path) !== undefined);
  const wants =
    fault === 'is empty'
      ? 'The network has nothing to write here.'
      : `What the network wrote ${fault}, so it is not shown.`;
  const larger = `\`/${request.command ?? 'write'}\` wants a larger model: name its folder in the setting \`tinymemory.modelFolder\`.`;
  const start = hits.length === 0 ? '' : ' The nearest code of this workspace to start from:';
  const nearest = hits.map(hit => cite(hit, text, nearestLines));
  yield decline('nothing-generated', `${wants} ${larger}${start}`, nearest);
}

/** Places shown instead, and lines of each. */
const maxNearest = 3;
const nearestLines = 14;
