// What an empty chat shows: what it is for, what it is not, and questions to start with.

import { element, icon } from '../dom.ts';
import { shownText } from './markdown.ts';

/** `isRun`: asked at once; others are put into the box to be gone on with. */
const starters = [
  { icon: 'search', text: '/find ', label: 'Find where something is' },
  { icon: 'references', text: '/usages ', label: 'See how something is used' },
  { icon: 'selection', text: '/explain #selection', label: 'Explain the selection' },
  { icon: 'question', text: '/help', label: 'What else can I ask?' },
] as const;

export interface Welcome {
  readonly root: HTMLElement;
  /** Says where questions go: to that host, or nowhere. */
  update(endpoint: string | null): void;
}

/** `begin` gets the text for the box. */
export function welcome(begin: (text: string) => void): Welcome {
  const items = starters.map(starter => {
    const button = element(
      'button',
      { type: 'button' },
      icon(starter.icon),
      element('span', {}, starter.label),
      element('code', {}, starter.text.trim()),
    );
    button.addEventListener('click', () => {
      begin(starter.text);
    });
    return element('li', {}, button);
  });
  const privacy = element('p', {});
  const root = element(
    'section',
    { class: 'welcome', 'aria-label': 'Welcome' },
    element('h1', {}, 'Ask about this workspace'),
    privacy,
    element('ul', {}, ...items),
    element(
      'p',
      { class: 'honest' },
      'It knows this workspace, not the world: where it finds nothing, it says so.',
    ),
  );
  return {
    root,
    update(endpoint) {
      privacy.textContent =
        endpoint === null
          ? 'Answers are quoted from your files, with the place they come from. Nothing leaves this machine.'
          : `Your questions are sent to ${shownText(endpoint)}, with the lines of your files that they are about.`;
    },
  };
}
