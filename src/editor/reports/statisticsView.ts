// The page "What TinyMemory did for you", as HTML made of numbers. No script runs in it: there is one style sheet with a
// nonce, VS Code's theme colours, and a link that runs a command.

import type { Counts, Days } from './statistics.ts';
import { dayBefore, daysKept, latencyPercentile, sumSince } from './statistics.ts';
import { memorySummary, number, percent } from '../memory/memoryStatus.ts';
import type { MemoryStatus } from '../memory/memoryStatus.ts';
import { escapeHtml, webPage } from '../webviews/webPage.ts';

export interface StatisticsInput {
  readonly all: readonly Days[];
  readonly today: string;
  readonly memory: MemoryStatus;
  /** Random, for the content security policy. */
  readonly nonce: string;
}

/** Commands that links of the page may run. */
export const pageCommands = ['tinymemory.resetStatistics'] as const;

export function statisticsPage({ all, today, memory, nonce }: StatisticsInput): string {
  const spans = [
    { title: 'Today', counts: sumSince(all, today) },
    { title: 'Last 7 days', counts: sumSince(all, dayBefore(today, 6)) },
    { title: `Last ${daysKept} days`, counts: sumSince(all, dayBefore(today, daysKept - 1)) },
  ];
  const head = spans.map(({ title }) => `<th scope="col">${title}</th>`).join('');
  const rows = lines.map(({ label, value }) => {
    const cells = spans.map(({ counts }) => `<td>${value(counts)}</td>`).join('');
    return `<tr><th scope="row">${label}</th>${cells}</tr>`;
  });
  const body = `<p class="lead">${lead(spans[2]?.counts)}</p>
<table><thead><tr><td></td>${head}</tr></thead><tbody>
${rows.join('\n')}
</tbody></table>
<h2>Memory of this workspace</h2>
${memoryLines(memory)
  .map(line => `<p>${line}</p>`)
  .join('\n')}
<h2>Yours alone</h2>
<p>These numbers are counted on this machine, kept in VS Code's own storage for ${daysKept} days, and never sent
anywhere. They hold no text of yours.</p>
<p><a href="command:tinymemory.resetStatistics">Reset statistics</a></p>`;
  return webPage({ title: 'What TinyMemory did for you', body, nonce });
}

const lines: readonly { readonly label: string; readonly value: (counts: Counts) => string }[] = [
  { label: 'Suggestions shown', value: counts => number(counts.shown) },
  { label: 'Accepted whole', value: counts => ofEnded(counts, counts.acceptedWhole) },
  { label: 'Accepted by word or line', value: counts => ofEnded(counts, counts.acceptedPart) },
  { label: 'Typed to the end by hand', value: counts => ofEnded(counts, counts.typedThrough) },
  { label: 'Passed over', value: counts => ofEnded(counts, counts.rejected) },
  { label: 'Characters written by accepting', value: counts => number(counts.characters) },
  { label: 'Time to a suggestion, half within', value: counts => latency(counts, 0.5) },
  { label: 'Time to a suggestion, 95 % within', value: counts => latency(counts, 0.95) },
];

function ofEnded(counts: Counts, part: number): string {
  const { acceptedWhole, acceptedPart, typedThrough, rejected } = counts;
  const ended = acceptedWhole + acceptedPart + typedThrough + rejected;
  return ended === 0 ? number(part) : `${number(part)} <small>(${percent(part, ended)})</small>`;
}

function latency({ latencies }: Counts, share: number): string {
  const ms = latencyPercentile(latencies, share);
  return ms === undefined ? '' : `${ms.toFixed(0)} ms`;
}

function lead(counts: Counts | undefined): string {
  if (counts === undefined || counts.shown === 0) return 'Nothing yet: suggestions are counted from now on.';
  const accepted = counts.acceptedWhole + counts.acceptedPart;
  const suggestions = accepted === 1 ? 'suggestion' : 'suggestions';
  return `It wrote <strong>${number(counts.characters)} characters</strong> for you in ${number(accepted)} accepted ${suggestions}.`;
}

function memoryLines(memory: MemoryStatus): string[] {
  const said = [escapeHtml(memorySummary(memory))];
  if (memory.kind !== 'ready') return said;
  const left = Object.entries(memory.leftOut).map(([reason, count]) => `${reason} ${number(count)}`);
  if (left.length > 0)
    said.push(`Left out, files and whole folders by reason: ${escapeHtml(left.join(', '))}.`);
  return said;
}
