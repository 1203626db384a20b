// What the network is to write: the text that stands before it, where the result goes, and how far it may go on.

import { leadingWhiteSpace } from '../../complete/indentation.ts';
import { currentLine, normalizeLineEnds } from '../../text/window.ts';
import type { Assignment, Impossible } from '../search/assignment.ts';
import { commentOf, cursorOf, cursorText } from '../search/assignment.ts';
import { planDoc } from './docPlan.ts';
import { planFix } from './fixPlan.ts';
import type { ChatSources } from '../search/retrieve.ts';
import type { ChatRequest } from '../model/types.ts';

export async function planWriting(
  request: ChatRequest,
  sources: ChatSources | undefined,
): Promise<Assignment | Impossible> {
  const { command } = request;
  if (command === 'doc') return planDoc(request, sources);
  if (command === 'fix') return planFix(request, sources);
  return command === 'complete' ? planComplete(request) : planWrite(request);
}

const noEditor: Impossible = {
  reason: 'no-active-file',
  text: 'No editor is active. Open the file to write in, put the cursor where the code belongs, and ask again.',
};

function planComplete({ activeFile }: ChatRequest): Assignment | Impossible {
  if (activeFile === undefined) return noEditor;
  return {
    window: { ...activeFile, uri: `chat ${activeFile.uri}` },
    end: 'statement',
    baseIndent: leadingWhiteSpace(currentLine(activeFile).before),
    target: cursorOf(activeFile),
    before: '',
    after: '',
    announcement: `Going on at ${cursorText(activeFile)}:`,
  };
}

function planWrite({ activeFile, text }: ChatRequest): Assignment | Impossible {
  if (activeFile === undefined) return noEditor;
  if (text.trim() === '')
    return {
      reason: 'empty-question',
      text: 'Say in a few words what to write: `/write a function that reads a file`.',
    };
  const { before } = currentLine(activeFile);
  const baseIndent = leadingWhiteSpace(before);
  const fresh = before.trim() === '' ? '' : `\n${baseIndent}`;
  const opening = `${fresh}${commentOf(activeFile.languageId, text)}\n${baseIndent}`;
  return {
    window: {
      ...activeFile,
      uri: `chat ${activeFile.uri}`,
      prefix: normalizeLineEnds(activeFile.prefix) + opening,
    },
    end: 'statement',
    baseIndent,
    target: cursorOf(activeFile),
    before: opening,
    after: '',
    announcement: `At ${cursorText(activeFile)}:`,
  };
}
