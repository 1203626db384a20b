// The terminal of a training's task: runs the training, shows how it goes, and takes Ctrl+C for "that is enough".

import { counted } from '../../base/counted.ts';
import type { Pseudoterminal, TerminalDimensions } from 'vscode';
import type { Disposable } from '../../base/disposable.ts';
import { DisposableStore } from '../../base/disposable.ts';
import { Emitter } from '../../base/event.ts';
import { errorMessage } from '../../base/logger.ts';
import { lossText, planText } from '../../pages/training/progressText.ts';
import type { TrainingState } from '../../worker/client/trainingClient.ts';
import type { TrainingOptions } from '../../worker/protocol/trainingOptions.ts';
import { printable, reportLines, statusLine, styled } from './trainingLines.ts';
import type { TrainingSession } from './trainingSession.ts';

export interface TrainingTerminalParts {
  readonly session: Pick<TrainingSession, 'start' | 'control' | 'state' | 'onDidChange'>;
  /** Throws an Error for the user where what was asked for cannot be. */
  readonly options: () => TrainingOptions;
  /** Asks whether to train now; undefined where nothing speaks against it. */
  readonly askFirst: () => Promise<boolean> | undefined;
  /** Asks whether to discard the training, and does. */
  readonly onDiscard: () => void;
  /** The terminal was closed while its training runs. */
  readonly onClosed: () => void;
}

const controlC = '\x03';
const keyHelp =
  'Ctrl+C stops and judges what was learnt, again discards it; p pauses and resumes; a trains although the machine is busy or on battery.';
const usualColumns = 80;
const eraseLine = '\r\x1b[K';

export class TrainingTerminal implements Pseudoterminal, Disposable {
  private readonly parts: TrainingTerminalParts;
  private readonly owned = new DisposableStore();
  private readonly writes = this.owned.add(new Emitter<string>());
  private readonly ends = this.owned.add(new Emitter<number>());
  private columns = usualColumns;
  private isRunning = false;
  private isClosed = false;
  private checksShown = 0;
  private deviceShown = false;
  /** What takes away the line that shows where the training stands; VS Code's own lines stay. */
  private eraser = '';

  readonly onDidWrite = this.writes.event;
  /** Fires the exit code: 0 when the training came to a decision. */
  readonly onDidClose = this.ends.event;

  constructor(parts: TrainingTerminalParts) {
    this.parts = parts;
  }

  open(dimensions: TerminalDimensions | undefined): void {
    this.setDimensions(dimensions);
    this.begin().catch((error: unknown) => {
      this.end(1, styled('red', printable(errorMessage(error))));
    });
  }

  /** Throws an Error for the user. */
  private async begin(): Promise<void> {
    const { session, options, askFirst } = this.parts;
    const asked = options();
    this.line(styled('bold', `Training on this workspace: ${planText({ ...asked, mode: asked.mode.kind })}`));
    const question = askFirst();
    if (question !== undefined && !(await question)) {
      this.end(1, styled('yellow', 'Not started.'));
      return;
    }
    if (this.isClosed) return;
    this.line(styled('dim', keyHelp));
    session.start(asked);
    this.isRunning = true;
    this.owned.add(
      session.onDidChange(state => {
        this.follow(state);
      }),
    );
    this.follow(session.state);
  }

  setDimensions(dimensions: TerminalDimensions | undefined): void {
    if (dimensions !== undefined) this.columns = dimensions.columns;
  }

  handleInput(data: string): void {
    const { session } = this.parts;
    if (!this.isRunning || session.state.kind !== 'running') return;
    if (data === controlC) {
      if (session.state.ending === undefined && session.state.judging === undefined) {
        this.line(styled('yellow', 'Stopping; what was learnt is judged...'));
        session.control('stop');
      } else this.parts.onDiscard();
    } else if (data === 'p') session.control(session.state.paused === 'user' ? 'resume' : 'pause');
    else if (data === 'a') session.control('insist');
  }

  /** Called by VS Code when the user closes the terminal. */
  close(): void {
    const wasRunning = this.isRunning;
    this.dispose();
    if (wasRunning) this.parts.onClosed();
  }

  dispose(): void {
    this.isClosed = true;
    this.isRunning = false;
    this.owned.dispose();
  }

  private follow(state: TrainingState): void {
    switch (state.kind) {
      case 'running':
        this.showRunning(state);
        return;
      case 'finished':
        this.end(0, ...reportLines(state.report));
        return;
      case 'cancelled':
        this.end(1, styled('yellow', 'Discarded; the model in use is as it was.'));
        return;
      case 'failed':
        this.end(1, styled('red', printable(state.message)));
        return;
      case 'idle':
    }
  }

  private showRunning(state: Extract<TrainingState, { kind: 'running' }>): void {
    const { device, progress } = state;
    if (device !== undefined && !this.deviceShown) {
      this.deviceShown = true;
      this.line(`On ${device.name}, ${counted(device.threads, 'thread')}.`);
    }
    for (const { step, loss } of progress?.checks.slice(this.checksShown) ?? []) {
      this.checksShown++;
      this.line(`step ${step}: loss of files held out ${styled('green', lossText(loss))}`);
    }
    this.writes.fire(`${this.eraser}${statusLine(state, this.columns - 1)}`);
    this.eraser = eraseLine;
  }

  /** Takes the place of the line that shows where the training stands, which is written anew below. */
  private line(text: string): void {
    this.writes.fire(`${this.eraser}${text}\r\n`);
    this.eraser = '';
  }

  private end(code: number, ...lines: readonly string[]): void {
    lines.forEach(text => {
      this.line(text);
    });
    this.ends.fire(code);
    this.dispose();
  }
}
