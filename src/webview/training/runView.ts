// The training that runs, or the way to start one: what is being done, how far it is, and the buttons.

import { element, icon } from '../dom.ts';
import type { Run, TrainingPageHost } from '../../pages/training/api.ts';
import {
  count,
  doingText,
  leftText,
  percentOf,
  planText,
  sentence,
  tokensPerSecond,
} from '../../pages/training/progressText.ts';
import type { TrainingViewState } from './viewState.ts';

export interface View {
  readonly root: HTMLElement;
  update(state: TrainingViewState): void;
}

export function runView(host: TrainingPageHost): View {
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
    host.train();
  });
  const resume = button('Resume', 'debug-continue', 'primary', () => {
    host.resume();
  });
  const pause = button('Pause', 'debug-pause', 'secondary', () => {
    host.pause();
  });
  const anyway = button('Train Anyway', 'debug-continue', 'primary', () => {
    host.insist();
  });
  const stop = button('Stop and Judge', 'debug-stop', 'secondary', () => {
    host.stop();
  });
  const discard = button('Discard...', 'trash', 'secondary', () => {
    host.discard();
  });
  const buttons = element('div', { class: 'buttons' }, resume, train, anyway, pause, stop, discard);
  const root = element('section', { class: 'run', 'aria-label': 'Training' }, phase, track, facts, buttons);
  return {
    root,
    update({ run, obstacle, isUnfinished }) {
      const isTraining = run !== null && run.ending === null && run.judging === null;
      const paused = isTraining ? run.paused : null;
      setText(phase, phaseText(run, obstacle, isUnfinished));
      track.hidden = run === null;
      facts.hidden = run === null;
      show([train, run === null], [resume, paused === 'user' || (run === null && isUnfinished)]);
      show([anyway, paused === 'busy' || paused === 'battery'], [pause, isTraining && paused !== 'user']);
      show([stop, isTraining], [discard, run === null ? isUnfinished : run.ending !== 'cancel']);
      for (const one of [train, resume]) one.toggleAttribute('disabled', obstacle !== null);
      const percent = run === null ? 0 : percentOf(run);
      track.setAttribute('aria-label', run?.judging == null ? 'Training' : 'Judging');
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

/** A screen reader announces only what has changed. */
function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

function phaseText(run: Run | null, obstacle: string | null, isUnfinished: boolean): string {
  if (run !== null) {
    return `${sentence(planText(run))}: ${doingText(run)}`;
  }
  if (obstacle !== null) return sentence(obstacle);
  if (isUnfinished) return 'A training was interrupted. What it has learnt so far is kept.';
  return 'The model learns the code of this workspace on this machine while you work. The result is kept only if it is better on files that it never saw.';
}

function factsOf(run: Run): readonly HTMLElement[] {
  const { progress, device, judging } = run;
  const facts: (readonly [string, string])[] = [
    [judging === null ? 'Done' : 'Judged', progress === null ? '' : `${percentOf(run)} %`],
    ['Time left', leftText(run, run).replace(/ left$/, '')],
  ];
  if (progress !== null) {
    const { step, plannedSteps, epoch, tokens } = progress;
    facts.push(
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
