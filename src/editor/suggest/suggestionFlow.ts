// From a keystroke to suggestions or a named silence: gates, debounce, the engine, re-checks after every await,
// and the prefetch of what follows. It knows nothing of VS Code, which the provider beside it adapts.

import type { CancellationToken } from '../../base/cancellation.ts';
import type { Disposable } from '../../base/disposable.ts';
import { Emitter } from '../../base/event.ts';
import type { Logger } from '../../base/logger.ts';
import type {
  CompletionItem,
  CompletionRequest,
  CompletionResult,
  NoCompletionReason,
} from '../../complete/types.ts';
import type { DocumentWindow } from '../../text/window.ts';
import type { EngineClient } from '../../worker/client/client.ts';
import { AdaptiveDebounce } from './debounce.ts';
import { isLanguageOn } from '../settings/languages.ts';
import type { Settings } from '../settings/settings.ts';
import { silenceText } from './silences.ts';
import type { Snooze } from '../settings/snooze.ts';
import { insertedSince, windowAfterInsertion } from '../../text/windowBuilder.ts';

/** An open document with a cursor, as the flow sees it. */
export interface DocumentView {
  readonly languageId: string;
  /** The version now, not when the view was made. */
  readonly version: number;
  /**
   * The text around the cursor, or why there is none to complete. The text of the suggest widget's selected item
   * stands in place of what that item would replace.
   */
  takeWindow(): DocumentWindow | NoCompletionReason;
  /** Text of the suggest widget's selected item; '' when it is closed. */
  readonly selectedText: string;
}

/** How a request ended; for the log and the status bar. */
export type SuggestionOutcome =
  | {
      readonly kind: 'given';
      readonly latencyMs: number;
      readonly source: 'network' | 'cache';
      readonly probability: number;
    }
  | { readonly kind: 'none'; readonly latencyMs: number; readonly reason: NoCompletionReason };

/** Seen by its interface, so that tests need no worker. */
type Completer = Pick<EngineClient, 'complete' | 'prefetch'>;

export interface SuggestionFlowParts {
  readonly client: Completer;
  readonly settings: { readonly current: Settings };
  readonly snooze: Pick<Snooze, 'isSnoozed'>;
  readonly logger: Logger;
}

/** What was given last and where, to know keys and accepted words that merely go on with it. */
interface Given {
  readonly window: DocumentWindow;
  readonly items: readonly CompletionItem[];
  readonly trigger: CompletionRequest['trigger'];
}

export class SuggestionFlow implements Disposable {
  private readonly parts: SuggestionFlowParts;
  private readonly debounce = new AdaptiveDebounce();
  private readonly outcomes = new Emitter<SuggestionOutcome>();
  private readonly activity = new Emitter<boolean>();
  private readonly delays = new Set<() => void>();
  private running = 0;
  private given: Given | undefined;
  /** The states of documents that the engine was asked about last, and told of last. */
  private asked = '';
  private prefetched = '';
  private loggedSilence: NoCompletionReason | undefined;

  /** Fires at the end of every request that was not cancelled. */
  readonly onDidFinish = this.outcomes.event;
  /** Fires true when the engine is asked first, false when nothing is asked of it any more. */
  readonly onDidChangeActivity = this.activity.event;

  constructor(parts: SuggestionFlowParts) {
    this.parts = parts;
  }

  /** Suggestions, best first; none for a reason that is logged. Rejects only on a bug. */
  async suggest(
    view: DocumentView,
    trigger: CompletionRequest['trigger'],
    token: CancellationToken,
  ): Promise<readonly CompletionItem[]> {
    const startedMs = performance.now();
    if (trigger === 'automatic') this.debounce.noteKeystroke(startedMs);
    const result = await this.itemsOrReason(view, trigger, token);
    const latencyMs = performance.now() - startedMs;
    if (typeof result === 'string') {
      this.logSilence(result, trigger, latencyMs);
      if (result !== 'cancelled') this.outcomes.fire({ kind: 'none', latencyMs, reason: result });
      return [];
    }
    const probability = result.items[0]?.probability ?? 0;
    const { source } = result;
    this.parts.logger.debug(
      `suggested ${result.items.length} from ${source}, probability ${probability.toFixed(2)} (${latencyMs.toFixed(1)} ms)`,
    );
    this.outcomes.fire({ kind: 'given', latencyMs, source, probability });
    return result.items;
  }

  /**
   * Lets the engine look at a place where the cursor has come to rest, so that the first key that is typed there need not
   * wait for it to read all that stands before.
   */
  prepare(view: DocumentView): void {
    if (this.closedGate(view.languageId, 'automatic') !== undefined) return;
    const window = view.takeWindow();
    if (typeof window !== 'string' && stateOf(window) !== this.asked) this.prefetch(window);
  }

  dispose(): void {
    for (const end of this.delays) end();
    this.outcomes.dispose();
    this.activity.dispose();
  }

  /**
   * At the log's usual level: an answer to somebody who asked, and the first silence of a row of the same kind. All others
   * at "Debug": a line for every key would bury the rest. Never code.
   */
  private logSilence(
    reason: NoCompletionReason,
    trigger: CompletionRequest['trigger'],
    latencyMs: number,
  ): void {
    // Both say only that another request follows.
    const isPassing = reason === 'cancelled' || reason === 'stale-document';
    const isNews = !isPassing && (trigger === 'invoke' || reason !== this.loggedSilence);
    this.parts.logger[isNews ? 'info' : 'debug'](
      `no suggestion: ${silenceText(reason)}, ${latencyMs.toFixed(1)} ms`,
    );
    if (!isPassing) this.loggedSilence = reason;
  }

  private async itemsOrReason(
    view: DocumentView,
    trigger: CompletionRequest['trigger'],
    token: CancellationToken,
  ): Promise<{ items: readonly CompletionItem[]; source: 'network' | 'cache' } | NoCompletionReason> {
    const closed = this.closedGate(view.languageId, trigger);
    if (closed !== undefined) return closed;
    const version = view.version;
    const window = view.takeWindow();
    if (typeof window === 'string') return window;

    const obsolete = (): NoCompletionReason | undefined => {
      if (token.isCancellationRequested) return 'cancelled';
      return view.version === version ? undefined : 'stale-document';
    };
    if (trigger === 'automatic' && !this.typesTheGiven(window)) {
      await this.delay(this.debounce.delayMs, token);
      const reason = obsolete();
      if (reason !== undefined) return reason;
    }

    const rest = trigger === 'automatic' ? this.restOfAsked(window, view.selectedText) : [];
    if (rest[0] !== undefined) {
      this.prefetch(windowAfterInsertion(window, rest[0].text, rest[0].replaceAfter));
      return { items: rest, source: 'cache' };
    }

    this.asked = stateOf(window);
    const result = await this.ask(this.requestFor(window, trigger), token);
    const reason = obsolete();
    if (reason !== undefined) return reason;
    if (result.kind === 'none') return result.reason;

    // VS Code shows nothing beside the suggest widget that replaces another range than the selected item does.
    const items =
      view.selectedText === '' ? result.items : result.items.filter(item => item.replaceAfter === 0);
    const [first] = items;
    if (first === undefined) return 'selected-suggestion';
    this.given = { window, items, trigger };
    this.prefetch(windowAfterInsertion(window, first.text, first.replaceAfter));
    return { items, source: result.source };
  }

  /** Switched off means off. Snoozing and a language's switch silence only what was not asked for. */
  private closedGate(
    languageId: string,
    trigger: CompletionRequest['trigger'],
  ): NoCompletionReason | undefined {
    const { enable, languages } = this.parts.settings.current;
    if (!enable) return 'disabled';
    if (trigger === 'invoke') return undefined;
    if (this.parts.snooze.isSnoozed) return 'snoozed';
    return isLanguageOn(languages, languageId) ? undefined : 'language-off';
  }

  private async ask(request: CompletionRequest, token: CancellationToken) {
    if (this.running++ === 0) this.activity.fire(true);
    try {
      const result = await this.parts.client.complete(request, token);
      this.noteLatency(result, token.isCancellationRequested);
      return result;
    } finally {
      if (--this.running === 0) this.activity.fire(false);
    }
  }

  private noteLatency(result: CompletionResult, cancelled: boolean): void {
    const failed = result.kind === 'none' && result.reason.startsWith('engine-');
    if (cancelled) this.debounce.noteLatencyAtLeast(result.timings.totalMs);
    else if (!failed) this.debounce.noteLatency(result.timings.totalMs);
  }

  /** Whether what was typed since the last suggestion is its text, so that the engine's cache will answer. */
  private typesTheGiven(window: DocumentWindow): boolean {
    if (this.given === undefined) return false;
    const typed = insertedSince(this.given.window, window);
    return typed !== undefined && this.given.items.some(({ text }) => text.startsWith(typed));
  }

  /**
   * What is left of the alternatives that the user asked for and has accepted or typed a part of. The engine would answer
   * with the likeliest text of all, which may be another alternative than the one on show.
   */
  private restOfAsked(window: DocumentWindow, selectedText: string): readonly CompletionItem[] {
    const { given } = this;
    if (given?.trigger !== 'invoke' || selectedText !== '') return [];
    if (given.window.suffix !== window.suffix) return [];
    const typed = insertedSince(given.window, window);
    if (typed === undefined || typed === '') return [];
    return given.items
      .filter(({ text }) => text.length > typed.length && text.startsWith(typed))
      .map(item => ({ ...item, text: item.text.slice(typed.length) }));
  }

  private requestFor(window: DocumentWindow, trigger: CompletionRequest['trigger']): CompletionRequest {
    const { alternatives, showThreshold, maxTokens, multiLine } = this.parts.settings.current;
    return { window, trigger, alternatives, showThreshold, maxTokens, multiLine };
  }

  private prefetch(window: DocumentWindow): void {
    const state = stateOf(window);
    if (state === this.prefetched) return;
    const isTaken = this.parts.client.prefetch(this.requestFor(window, 'automatic'));
    if (isTaken) this.prefetched = state;
  }

  /** Waits; ends early on cancellation and on disposal. */
  private async delay(delayMs: number, token: CancellationToken): Promise<void> {
    if (delayMs === 0) return;
    await new Promise<void>(resolve => {
      const end = (): void => {
        clearTimeout(timer);
        cancellation.dispose();
        this.delays.delete(end);
        resolve();
      };
      const timer = setTimeout(end, delayMs);
      const cancellation = token.onCancellationRequested(end);
      this.delays.add(end);
    });
  }
}

/** Names a document up to the cursor. */
function stateOf({ uri, prefix }: DocumentWindow): string {
  return `${uri}\n${prefix}`;
}
