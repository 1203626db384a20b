// What the workspace itself says to a question: one form of answer for each thing that can be wanted.

import type { ChatEvent, ChatRequest } from '../model/types.ts';
import type { Intent } from '../search/question.ts';
import type { ChatSources } from '../search/retrieve.ts';
import { asksWhatItIs, subjectOf } from '../search/subject.ts';
import { showAddition } from './addition.ts';
import { explainName } from './explain.ts';
import { findFiles, findPlaces } from './find.ts';
import { explainFile, explainFolder } from './outline.ts';
import { showOverview } from './overview.ts';
import { showTests, showTestsOf } from './tests.ts';
import { showExample, showUsages, showUsagesOf } from './usages.ts';

export async function* lookUp(
  intent: Exclude<Intent, { kind: 'unfit' }>,
  request: ChatRequest,
  sources: ChatSources,
): AsyncGenerator<ChatEvent, void, undefined> {
  const subject = subjectOf(request.text, request, sources.index);
  if (
    subject !== undefined &&
    intent.kind !== 'tests' &&
    intent.kind !== 'usages' &&
    (request.command === 'explain' || asksWhatItIs(request.text))
  ) {
    yield* subject.kind === 'file'
      ? explainFile(subject.path, sources)
      : explainFolder(subject.path, sources);
    return;
  }
  switch (intent.kind) {
    case 'tests':
      yield* subject === undefined ? showTests(intent.topic, sources) : showTestsOf(subject, sources);
      return;
    case 'addition':
      yield* showAddition(intent.topic, request, sources);
      return;
    case 'settings':
    case 'history':
      yield* findPlaces(intent.topic, request, sources, intent.kind);
      return;
    case 'overview':
      yield* showOverview(sources);
      return;
    case 'usages':
      yield* subject?.kind === 'file'
        ? showUsagesOf(subject.path, request, sources)
        : showUsages(intent, request, sources);
      return;
    case 'example':
      yield* showExample(intent, request, sources);
      return;
    case 'explain':
      yield* explainName(intent, request, sources);
      return;
    case 'files':
      yield* findFiles(intent.topic, sources);
      return;
    case 'find':
      yield* findPlaces(intent.topic, request, sources);
      return;
    default:
      intent satisfies never;
  }
}
