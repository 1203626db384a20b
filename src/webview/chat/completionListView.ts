// The list of completions above the box: a listbox whose selected option the box points to, so the focus stays in the box.

import { element, icon } from '../dom.ts';
import type { BoxCompletion } from './completion.ts';
import { shownText } from './markdown.ts';
import type { CompletionList } from './viewState.ts';

export const listId = 'completions';

export interface CompletionListView {
  readonly root: HTMLElement;
  /** Gives the id of the selected option; undefined when the list is closed. */
  update(list: CompletionList | undefined): string | undefined;
}

export function completionListView(choose: (index: number) => void): CompletionListView {
  const root = element('ul', {
    id: listId,
    class: 'completions',
    role: 'listbox',
    'aria-label': 'Completions',
  });
  root.hidden = true;
  let shown: readonly BoxCompletion[] = [];
  const fill = (items: readonly BoxCompletion[]): void => {
    if (items === shown) return;
    shown = items;
    root.replaceChildren(...items.map((item, index) => optionView(item, index, choose)));
  };
  return {
    root,
    update(list) {
      root.hidden = list === undefined;
      fill(list?.items ?? []);
      if (list === undefined) return undefined;
      for (const [index, option] of [...root.children].entries()) {
        const isSelected = index === list.selected;
        option.setAttribute('aria-selected', String(isSelected));
        if (isSelected) option.scrollIntoView({ block: 'nearest' });
      }
      return `${listId}-${list.selected}`;
    },
  };
}

function optionView(item: BoxCompletion, index: number, choose: (index: number) => void): HTMLElement {
  const option = element(
    'li',
    { id: `${listId}-${index}`, role: 'option' },
    icon(item.icon),
    element('bdi', { class: 'option-label' }, shownText(item.label)),
    // Namesakes differ in their last folders, so a long path is cut at its beginning.
    element(
      'span',
      {
        class: item.icon === 'file' ? 'option-detail option-folder' : 'option-detail',
        title: shownText(item.detail),
      },
      element('bdi', {}, shownText(item.detail)),
    ),
  );
  // Before the box loses the focus.
  option.addEventListener('mousedown', event => {
    event.preventDefault();
    choose(index);
  });
  return option;
}
