// The training that runs, or the way to start one: what is being done, how far it is, and the buttons.

import { element, icon } from '../dom.ts';
import type { FromPage, Run } from './messages.ts';
import {
  count,
  duration,
  pauseTexts,
  percentDone,
  planText,
  sentence,
  timeLeftMs,
  tokensPerSecond,
} from './progressText.ts';
import type { ViewState } from './viewState.ts';

export interface View {
  readonly root: HTMLElement;
  update(state: ViewState): void;
}

export function runView(post: (message: FromPage) => void): View {
  const phase = element('p', { class: 'phase', role: 'status' });
  const bar = element('div', { class: 'bar' });
  const track = element(
    'div',
    {
      class: 'track',
      role: 'progressbar',
      'aria-label': 'Training',
      'aria-valuemin': '0',
      'aria-valuemax': '100',
    },
    bar,
  );
  const facts = element('dl', { class: 'facts' });
  const train = button('Train...', 'mortar-board', 'primary', () => {
    post({ kind: 'train' });
  });
  const resume = button('Resume Training', 'debug-continue', 'primary', () => {
    post({ kind: 'resume' });
  });
  const pause = button('Pause', 'debug-pause', 'secondary', () => {
    post({ kind: 'pause' });
  });
  const goOn = button('Go On', 'debug-continue', 'primary', () => {
    post({ kind: 'resume' });
  });
  const stop = button('Stop and Judge', 'debug-stop', 'secondary', () => {
    post({ kind: 'stop' });
  });
  const cancel = button('Throw Away', 'trash', 'secondary', () => {
    post({ kind: 'cancel' });
  });
  const buttons = element('div', { class: 'buttons' }, resume, train, goOn, pause, stop, cancel);
  const root = element('section', { class: 'run', 'aria-label': 'Training' }, phase, track, facts, buttons);
  return {
    root,
    update({ run, obstacle, isUnfinished }) {
      const isPaused = run?.paused === 'user';
      setText(phase, phaseText(run, obstacle, isUnfinished));
      track.hidden = run === null;
      facts.hidden = run === null;
      show([train, run === null], [resume, run === null && isUnfinished], [goOn, isPaused]);
      show([pause, run !== null && !isPaused], [stop, run !== null], [cancel, run !== null]);
      for (const one of [train, resume]) one.toggleAttribute('disabled', obstacle !== null);
      const percent = run?.progress === null || run === null ? 0 : percentDone(run.progress);
      track.setAttribute('aria-valuenow', String(percent));
      bar.style.width = `${percent}%`;
      facts.replaceChildren(...(run === null ? [] : factsOf(run)));
    },
  };
}

export function button(label: string, symbol: string, kind: string, onClick: () => void): HTMLButtonElement {
  const made = element('button', { type: 'button', class: kind }, icon(symbol), label);
  made.addEventListener('click', onClick);
  return made;
}

function show(...shown: readonly (readonly [HTMLElement, boolean])[]): void {
  for (const [one, isShown] of shown) {
    const hadFocus = !isShown && document.activeElement === one;
    one.hidden = !isShown;
    // Who pressed a button that goes finds the focus on the one that takes its place.
    if (hadFocus) {
      queueMicrotask(() =>
        one.parentElement?.querySelector<HTMLElement>('button:not([hidden], [disabled])')?.focus(),
      );
    }
  }
}

/** Only what changed is told anew by a screen reader. */
function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

function phaseText(run: Run | null, obstacle: string | null, isUnfinished: boolean): string {
  if (run !== null) {
    const doing = run.paused === null ? run.phase : pauseTexts[run.paused];
    return `${sentence(planText(run))}: ${doing}`;
  }
  if (obstacle !== null) return sentence(obstacle);
  if (isUnfinished) return 'A training was interrupted. What it has learnt so far is kept.';
  return 'The model learns the code of this workspace on this machine, beside your work. It is kept only if files that it never saw say that it is better.';
}

function factsOf(run: Run): readonly HTMLElement[] {
  const { progress, device } = run;
  const facts: (readonly [string, string])[] = [];
  if (progress !== null) {
    const leftMs = run.phase === 'training' ? timeLeftMs(progress) : undefined;
    const { step, plannedSteps, epoch, tokens } = progress;
    facts.push(
      ['Done', `${percentDone(progress)} %`],
      ['Time left', leftMs === undefined ? '' : duration(leftMs)],
      ['Speed', `${count(tokensPerSecond(progress))} tokens/s`],
      ['Step', plannedSteps === 0 ? count(step) : `${count(step)} of ${count(plannedSteps)}`],
      ['Epoch', String(epoch + 1)],
      ['Learnt', `${count(tokens)} tokens`],
    );
  }
  if (device !== null) facts.push(['Device', device]);
  return facts
    .filter(([, value]) => value !== '')
    .map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value)));
}
