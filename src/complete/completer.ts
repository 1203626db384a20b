// The completion pipeline: a request for the cursor's place in, suggestions or a named silence out.

import type { CancellationToken } from '../base/cancellation.ts';
import { CancellationError } from '../base/cancellation.ts';
import type { DecoderCounters } from '../infer/decoder.ts';
import type { Vocabulary } from '../infer/generate.ts';
import { tokensSpelling } from '../infer/generate.ts';
import type { Predictor } from '../infer/predictor.ts';
import { topTokens } from '../infer/sampling.ts';
import type { DocumentWindow } from '../text/window.ts';
import { normalizeLineEnds } from '../text/window.ts';
import { silenceBefore } from './attempt.ts';
import type { PromptBuilder } from './context.ts';
import type { Draft, DraftRequest } from './draft.ts';
import { predictionPlace, writeDraft } from './draft.ts';
import { endingContext, endingOf } from './ending.ts';
import type { Fit } from './fit.ts';
import { fit } from './fit.ts';
import { holdsPlaceholder } from './secret.ts';
import { completionScope } from './stop.ts';
import { TypeThroughCache } from './typeThrough.ts';
import { isWorthShowing } from './worth.ts';
import type { CompletionItem, CompletionRequest, CompletionResult, NoCompletionReason } from './types.ts';

type Answer = { readonly items: readonly CompletionItem[] } | { readonly reason: NoCompletionReason };

export interface CompleterParts {
  readonly predictor: Predictor;
  /** What the network has done so far; for timings. */
  readonly counters: Readonly<DecoderCounters>;
  readonly vocabulary: Vocabulary;
  readonly prompts: PromptBuilder;
}

export class Completer {
  private readonly parts: CompleterParts;
  private readonly cache = new TypeThroughCache();

  constructor(parts: CompleterParts) {
    this.parts = parts;
  }

  /**
   * Not re-entrant: requests must be queued. Cancellation is a `none`; anything thrown is a fault of the model or
   * the runtime.
   */
  async complete(request: CompletionRequest, cancellation: CancellationToken): Promise<CompletionResult> {
    const startedMs = performance.now();
    const { counters } = this.parts;
    const { runs, tokens } = counters;
    const timings = () => ({
      totalMs: performance.now() - startedMs,
      runs: counters.runs - runs,
      tokens: counters.tokens - tokens,
    });
    const none = (reason: NoCompletionReason): CompletionResult => ({
      kind: 'none',
      reason,
      timings: timings(),
    });

    const silence = silenceBefore(request.window, request.trigger);
    if (silence !== undefined) return none(silence);
    const cached = this.cached(request);
    if (cached !== undefined) {
      if ('reason' in cached) return none(cached.reason);
      return { kind: 'completion', items: cached.items, source: 'cache', timings: timings() };
    }
    const answer = await this.answer(request, cancellation);
    if ('reason' in answer) {
      if (request.trigger === 'automatic') this.cache.storeNone(request.window, answer.reason);
      return none(answer.reason);
    }
    this.cache.store(request.window, answer.items);
    return { kind: 'completion', items: answer.items, source: 'network', timings: timings() };
  }

  /** Forgets every answer: after the model was changed, say. */
  clear(): void {
    this.cache.clear();
  }

  /** An explicit wish is answered anew when the cache has no alternatives to offer. */
  private cached({ window, trigger, alternatives, showThreshold }: CompletionRequest): Answer | undefined {
    const cached = this.cache.lookup(window);
    if (cached === undefined) return undefined;
    if (trigger === 'invoke') {
      return cached.kind === 'items' && cached.items.length >= alternatives
        ? { items: cached.items }
        : undefined;
    }
    if (cached.kind === 'none') return { reason: cached.reason };
    const items = cached.items.filter(({ probability }) => probability >= showThreshold);
    return items.length === 0 ? { reason: 'low-probability' } : { items };
  }

  private async answer(request: CompletionRequest, cancellation: CancellationToken): Promise<Answer> {
    const { predictor, prompts } = this.parts;
    const { window, trigger, maxTokens, multiLine } = request;
    const { contextTokens } = predictor;
    const budgetTokens = contextTokens - Math.min(maxTokens, Math.floor(contextTokens / 2));
    const prompt = prompts.build(window, budgetTokens, predictor.workspace);
    const draftRequest: DraftRequest = {
      window,
      prompt,
      scope: completionScope(window, multiLine),
      maxTokens,
      trigger,
      showThreshold: trigger === 'invoke' ? 0 : request.showThreshold,
    };
    try {
      const best = await this.item(draftRequest, cancellation);
      const items = 'reason' in best ? [] : [best];
      if (trigger === 'invoke') await this.addAlternatives(items, request, draftRequest, cancellation);
      if (items.length > 0) return { items };
      return 'reason' in best ? best : { reason: 'nothing-generated' };
    } catch (error) {
      if (error instanceof CancellationError) return { reason: 'cancelled' };
      throw error;
    }
  }

  private async item(
    draftRequest: DraftRequest,
    cancellation: CancellationToken,
  ): Promise<CompletionItem | { readonly reason: NoCompletionReason }> {
    const { predictor, vocabulary } = this.parts;
    const { window, trigger } = draftRequest;
    const draft = await writeDraft(predictor, vocabulary, draftRequest, cancellation);
    if (draft.kind === 'none') return { reason: draft.reason };
    const { text, whole, probability } = draft;
    if (holdsPlaceholder(text, whole, window)) return { reason: 'secret' };
    // A beginning is no better than what it begins.
    const begun = text === whole ? undefined : fit(whole, window);
    if (begun?.kind === 'none' && isRefusedWith(begun.reason, draft)) return { reason: begun.reason };
    const fitted = fit(text, window);
    if (fitted.kind === 'none') return { reason: fitted.reason };
    const reason = trigger === 'invoke' ? undefined : silenceAfter(draft, fitted, window);
    if (reason !== undefined) return { reason };
    return { text: fitted.text, replaceAfter: fitted.replaceAfter, probability };
  }

  /** Continues each of the likeliest first tokens; keeps texts that differ, likeliest first. */
  private async addAlternatives(
    items: CompletionItem[],
    { alternatives }: CompletionRequest,
    draftRequest: DraftRequest,
    cancellation: CancellationToken,
  ): Promise<void> {
    if (alternatives <= 1) return;
    for (const firstToken of await this.firstTokens(draftRequest, 2 * alternatives, cancellation)) {
      if (items.length >= alternatives) break;
      const item = await this.item({ ...draftRequest, firstToken }, cancellation);
      if ('reason' in item || items.some(({ text }) => text === item.text)) continue;
      items.push(item);
    }
    items.sort((a, b) => b.probability - a.probability);
  }

  private async firstTokens(
    { window, prompt }: DraftRequest,
    count: number,
    cancellation: CancellationToken,
  ): Promise<readonly number[]> {
    const { predictor, vocabulary } = this.parts;
    const distribution = await predictor.next(predictionPlace(window, prompt), [], cancellation);
    return topTokens(distribution, count, tokensSpelling(vocabulary, prompt.typed));
  }
}

/**
 * Whether a draft is refused because the whole that it begins was. Of the line above it may be a variant: there only
 * if, once the beginning stands, the copy is likelier than all else.
 */
function isRefusedWith(
  reason: NoCompletionReason,
  { probability, wholeProbability }: Draft & { readonly kind: 'text' },
): boolean {
  if (reason === 'repeats-line') return wholeProbability >= probability / 2;
  return reason === 'repeats-suffix' || reason === 'repetition';
}

/** Why what was left of a draft when it was fitted to its place is not shown; undefined where it is. */
function silenceAfter(
  { text, probability, endsLine }: Draft & { readonly kind: 'text' },
  fitted: Fit & { readonly kind: 'fitted' },
  window: DocumentWindow,
): NoCompletionReason | undefined {
  const shown = normalizeLineEnds(fitted.text);
  // What was cut off stands after the cursor, or would have to: more is not expected there.
  const isCut = shown.length < text.trim().length;
  const ending = endingOf(shown, endsLine || isCut, endingContext(window));
  if (ending === 'fragment') return 'fragment';
  return isWorthShowing(ending, shown, probability, fitted.replaceAfter) ? undefined : 'too-short';
}
