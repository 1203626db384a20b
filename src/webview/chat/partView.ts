// One part of an answer. Parts of text grow while they stream; all others stay as they came.

import type { Author, ChatCure } from '../../chat/model/types.ts';
import { element, icon } from '../dom.ts';
import { codeView } from './codeView.ts';
import type { AnswerPart, PartOf } from '../../pages/chat/conversation.ts';
import { cureLabels } from '../../pages/chat/cureLabels.ts';
import { markdownView } from './markdownView.ts';
import type { ChatPageHost } from '../../pages/chat/api.ts';
import type { PartPlace } from './snippetView.ts';
import { placeButton, snippetView } from './snippetView.ts';

export interface PartView {
  readonly root: HTMLElement;
  /** Shows the same part after it grew. */
  update(part: AnswerPart): void;
}

export function partView(part: AnswerPart, place: PartPlace, host: ChatPageHost): PartView {
  switch (part.kind) {
    case 'author':
      return authorPartView(part.author);
    case 'markdown': {
      const view = markdownView(part.text, host);
      return {
        root: view.root,
        update(grown) {
          if (grown.kind === 'markdown') view.update(grown.text);
        },
      };
    }
    case 'snippet':
      return fixed(snippetView(part.citation, place, host));
    case 'code': {
      const view = codeView(part, place, host);
      return {
        root: view.root,
        update(grown) {
          if (grown.kind === 'code') view.update(grown);
        },
      };
    }
    case 'declined':
      return fixed(declinedView(part, host));
    case 'failed':
      return fixed(element('p', { class: 'failure', role: 'alert' }, icon('warning'), part.message));
    default:
      return part satisfies never;
  }
}

function fixed(root: HTMLElement): PartView {
  return { root, update: () => undefined };
}

/** An author who said nothing gives way to the next. */
function authorPartView(author: Author): PartView {
  const root = element('p', { class: 'author' });
  const show = ({ icon: name, text, title }: AuthorLine): void => {
    root.title = title;
    root.replaceChildren(icon(name), text);
  };
  show(authorLine(author));
  return {
    root,
    update(next) {
      if (next.kind === 'author') show(authorLine(next.author));
    },
  };
}

interface AuthorLine {
  readonly icon: string;
  readonly text: string;
  readonly title: string;
}

function authorLine(author: Author): AuthorLine {
  switch (author.kind) {
    case 'workspace':
      return {
        icon: 'library',
        text: 'Looked up in this workspace',
        title: 'No model wrote this: it is what the files say.',
      };
    case 'model':
      return {
        icon: 'chip',
        text: `Written by ${author.name}`,
        title: 'A network that runs on this machine. It can be wrong.',
      };
    case 'endpoint':
      return {
        icon: 'cloud',
        text: `Written by ${author.name}`,
        title:
          'A model behind the endpoint that you set: your question and the lines quoted above were sent there. It can be wrong.',
      };
    default:
      return author satisfies never;
  }
}

function declinedView({ text, nearest, cure }: PartOf<'declined'>, host: ChatPageHost): HTMLElement {
  const places = nearest.map(citation => element('li', {}, placeButton(citation, host)));
  return element(
    'div',
    { class: 'declined' },
    markdownView(text, host).root,
    cure === undefined ? undefined : cureButton(cure, host),
    places.length === 0 ? undefined : element('ul', { 'aria-label': 'Nearest places' }, ...places),
  );
}

function cureButton(cure: ChatCure, host: ChatPageHost): HTMLElement {
  const button = element('button', { class: 'cure', type: 'button' }, cureLabels[cure]);
  button.addEventListener('click', () => {
    host.cure({ cure });
  });
  return button;
}
