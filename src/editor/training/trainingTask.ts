// Trainings as VS Code tasks of a type of their own: they show in the Tasks list, run from tasks.json, and have a
// terminal.

import type { TaskDefinition, TaskProvider } from 'vscode';
import { CustomExecution, Task, TaskPanelKind, TaskRevealKind, tasks, TaskScope } from 'vscode';
import { planText } from '../../pages/training/progressText.ts';
import type { TrainingOptions } from '../../worker/protocol/trainingOptions.ts';
import type { TrainingChoice } from './trainingChoice.ts';
import { parseTrainingChoice } from './trainingChoice.ts';
import type { TrainingTerminalParts } from './trainingTerminal.ts';
import { TrainingTerminal } from './trainingTerminal.ts';

export interface TrainingTaskParts extends Pick<
  TrainingTerminalParts,
  'session' | 'askFirst' | 'onClosed' | 'onDiscard'
> {
  /** What a choice becomes by the settings and the model of this moment. */
  readonly optionsOf: (choice: TrainingChoice) => TrainingOptions;
}

export const taskType = 'tinymemory';

/** For `tasks.registerTaskProvider`. */
export function trainingTaskProvider(parts: TrainingTaskParts): TaskProvider {
  return {
    provideTasks: () => [trainingTask({ type: taskType }, 'train on this workspace', parts)],
    // VS Code knows a task again by its very definition; errors in it are printed in the terminal.
    resolveTask: ({ definition, name }) => trainingTask(definition, name, parts),
  };
}

/** Starts a task; resolves when it runs. */
export async function runTrainingTask(choice: TrainingChoice, parts: TrainingTaskParts): Promise<void> {
  const options = parts.optionsOf(choice);
  const name = `train: ${planText({ ...options, mode: options.mode.kind })}`;
  await tasks.executeTask(trainingTask({ type: taskType, ...choice }, name, parts));
}

function trainingTask(definition: TaskDefinition, name: string, parts: TrainingTaskParts): Task {
  const { session, askFirst, onClosed, onDiscard, optionsOf } = parts;
  const execution = new CustomExecution(resolved => {
    const options = (): TrainingOptions => optionsOf(parseTrainingChoice(resolved));
    return Promise.resolve(new TrainingTerminal({ session, askFirst, onClosed, onDiscard, options }));
  });
  const task = new Task(definition, TaskScope.Workspace, name, 'TinyMemory', execution, []);
  task.detail = 'Trains the model on this workspace; what is better is kept';
  task.presentationOptions = {
    reveal: TaskRevealKind.Silent,
    panel: TaskPanelKind.Dedicated,
    showReuseMessage: false,
    clear: true,
  };
  return task;
}
