// Asks which training is wanted: what is trained, and for how long. The last answer is offered first the next time.

import type { Memento, QuickPickItem } from 'vscode';
import { window } from 'vscode';
import { minutesText, planText } from '../../pages/training/progressText.ts';
import { scratchSizes } from '../../worker/protocol/trainingOptions.ts';
import type { TrainingMode } from '../../worker/protocol/trainingReport.ts';
import { maxMinutes } from '../settings/settings.ts';
import type { TrainingChoice } from './trainingChoice.ts';
import { parseTrainingChoice, tokenizerChoices } from './trainingChoice.ts';

const lastKey = 'tinymemory.lastTraining';
const title = 'Train on This Workspace';
const offeredMinutes = [2, 10, 30, 60];

interface Choice<T> extends QuickPickItem {
  readonly value: T;
}

/** Undefined where the user thinks better of it. */
export async function askForTraining(
  workspaceState: Memento,
  suggested: { readonly mode: TrainingMode; readonly minutes: number },
): Promise<TrainingChoice | undefined> {
  const what = await ask('What to train', whatToTrain(lastChoice(workspaceState), suggested.mode));
  if (what === undefined || what === 'as-before') return what && lastChoice(workspaceState);
  const asked = what.mode === 'scratch' ? await askForTokenizer(what) : what;
  const minutes = asked && (await askForMinutes(suggested.minutes));
  if (asked === undefined || minutes === undefined) return undefined;
  const choice = { ...asked, minutes };
  await workspaceState.update(lastKey, choice);
  return choice;
}

/** What was answered the last time. */
function lastChoice(workspaceState: Memento): TrainingChoice | undefined {
  const kept: unknown = workspaceState.get(lastKey);
  if (kept === undefined) return undefined;
  try {
    return parseTrainingChoice(kept);
  } catch {
    // Of another version.
    return undefined;
  }
}

function whatToTrain(
  last: TrainingChoice | undefined,
  suggested: TrainingMode,
): Choice<TrainingChoice | 'as-before'>[] {
  const before: Choice<'as-before'>[] =
    last?.mode === undefined || last.minutes === undefined
      ? []
      : [
          {
            label: '$(history) As last time',
            description: planText({ mode: last.mode, minutes: last.minutes }),
            value: 'as-before',
          },
        ];
  const choices: Choice<TrainingChoice>[] = [
    {
      label: '$(mortar-board) Full fine-tuning',
      detail:
        'Trains all weights of the model in use. The best choice for small models, such as the bundled one.',
      value: { mode: 'full' },
    },
    {
      label: '$(layers) LoRA',
      detail: 'Trains small adapters and merges them: less memory, for models above 50 million parameters.',
      value: { mode: 'lora' },
    },
    ...scratchSizes.map(size => ({
      label: `$(sparkle) From scratch, ${size.replace('M', ' million')} parameters`,
      detail: 'Grows a tiny model from this workspace alone.',
      value: { mode: 'scratch', size } as const,
    })),
  ];
  // The first has the focus: what suits the model in use.
  const isSuggested = ({ value }: Choice<TrainingChoice>): boolean => value.mode === suggested;
  return [...before, ...choices.filter(isSuggested), ...choices.filter(choice => !isSuggested(choice))];
}

async function askForTokenizer(choice: TrainingChoice): Promise<TrainingChoice | undefined> {
  const details = {
    own: 'Learns which pieces of text are frequent here: fewer, longer tokens.',
    bundled: 'Splits text as the model in use does.',
  };
  const labels = { own: 'A tokenizer of its own', bundled: 'The tokenizer of the model in use' };
  const tokenizer = await ask(
    'Which tokenizer',
    tokenizerChoices.map(value => ({ label: labels[value], detail: details[value], value })),
  );
  return tokenizer && { ...choice, tokenizer };
}

async function askForMinutes(suggested: number): Promise<number | undefined> {
  // The first has the focus: what the settings say.
  const all = new Set([suggested, ...offeredMinutes]);
  const answer = await ask<number | 'other'>('How long to train, without pauses', [
    ...[...all].map(minutes => ({
      label: minutesText(minutes),
      description: minutes === suggested ? 'as in the settings' : '',
      value: minutes,
    })),
    { label: 'Another time...', value: 'other' },
  ]);
  if (answer !== 'other') return answer;
  const typed = await window.showInputBox({
    title,
    prompt: 'How many minutes to train, without pauses',
    value: String(suggested),
    validateInput: text =>
      isMinutes(Number(text)) ? undefined : `A number of minutes, at most ${maxMinutes}`,
  });
  return typed === undefined || !isMinutes(Number(typed)) ? undefined : Number(typed);
}

function isMinutes(value: number): boolean {
  return value > 0 && value <= maxMinutes;
}

async function ask<T>(placeHolder: string, choices: readonly Choice<T>[]): Promise<T | undefined> {
  return (await window.showQuickPick(choices, { title, placeHolder }))?.value;
}
