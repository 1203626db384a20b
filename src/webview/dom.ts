// Builds elements. Text goes in as text and attributes as attributes, never as HTML, so nothing of the workspace can
// become markup.

import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';

type Child = Node | string | undefined;

/** An element with attributes (`true` stands for an empty one, `false` and undefined for none) and children. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | boolean | undefined>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children.filter(child => child !== undefined));
  return made;
}

/** A codicon, for the eyes only. */
export function icon(name: string): HTMLElement {
  return element('span', { class: `codicon codicon-${name}`, 'aria-hidden': 'true' });
}

/** A button of a toolbar: an icon, which `label` names. */
export function iconButton(name: string, label: string, onClick: () => void): HTMLElement {
  const button = element('vscode-toolbar-button', { label, title: label }, icon(name));
  button.addEventListener('click', onClick);
  return button;
}

/**
 * Draws once before the next frame, however often it is asked to: messages may come faster than frames. After a slow
 * drawing the page has three times as long for whatever else there is.
 */
export function onceAFrame(draw: () => void): () => void {
  let isDrawing = false;
  let notBeforeMs = 0;
  return () => {
    if (isDrawing) return;
    isDrawing = true;
    const onFrame = (): void => {
      const startedMs = performance.now();
      isDrawing = false;
      draw();
      const endedMs = performance.now();
      notBeforeMs = endedMs + 3 * (endedMs - startedMs);
    };
    const pauseMs = notBeforeMs - performance.now();
    if (pauseMs <= 0) requestAnimationFrame(onFrame);
    else setTimeout(() => requestAnimationFrame(onFrame), pauseMs);
  };
}
