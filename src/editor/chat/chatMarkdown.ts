// Answers as Markdown: to be copied, exported, and handed to the engine as earlier turns.

import { codeSpan, fenced, withFencesClosed } from '../../base/markdownText.ts';
import { placeText } from '../../chat/model/placeText.ts';
import type { Author } from '../../chat/model/types.ts';
import type { AnswerPart, Turn } from '../../pages/chat/conversation.ts';
import { codeOf } from '../../pages/chat/conversation.ts';

/** The whole conversation as a document. */
export function conversationMarkdown(turns: readonly Turn[]): string {
  const sections = turns.map(turn => {
    const attached = turn.attached.map(codeSpan).join(', ');
    const note = attached === '' ? '' : `With ${attached}.\n\n`;
    const lines = turn.question.split('\n').map(line => line.trim());
    return `## ${lines.filter(line => line !== '').join(' ')}\n\n${note}${answerMarkdown(turn)}`;
  });
  return `${['# Chat with TinyMemory', ...sections].join('\n\n')}\n`;
}

/** An answer without its question. */
export function answerMarkdown({ parts, status }: Turn): string {
  const shown = parts.map(partMarkdown).filter(text => text !== '');
  return [...shown, ...(status === 'stopped' ? ['_Stopped._'] : [])].join('\n\n');
}

/** A part as it is copied and inserted: quoted and generated code without anything around it. */
export function partText(part: AnswerPart): string {
  switch (part.kind) {
    case 'snippet':
      return part.citation.text;
    case 'code':
      return codeOf(part);
    case 'author':
    case 'markdown':
    case 'declined':
    case 'failed':
      return partMarkdown(part);
    default:
      return part satisfies never;
  }
}

/** Who wrote an answer, in words. */
export function authorText(author: Author): string {
  switch (author.kind) {
    case 'workspace':
      return 'Looked up in this workspace';
    case 'model':
      return `Written by ${author.name} on this machine`;
    case 'endpoint':
      return `Written by ${author.name}, where the question and the quoted lines were sent`;
    default:
      return author satisfies never;
  }
}

function partMarkdown(part: AnswerPart): string {
  switch (part.kind) {
    case 'author':
      return `_${authorText(part.author)}:_`;
    case 'markdown':
      return withFencesClosed(part.text.trim());
    case 'snippet':
      return `${codeSpan(placeText(part.citation))}\n\n${fenced(part.citation.text, part.citation.languageId)}`;
    case 'code':
      return fenced(codeOf(part), part.languageId);
    case 'declined':
      return [part.text.trim(), ...part.nearest.map(citation => `- ${codeSpan(placeText(citation))}`)].join(
        '\n',
      );
    case 'failed':
      return `_Failed: ${part.message}_`;
    default:
      return part satisfies never;
  }
}
