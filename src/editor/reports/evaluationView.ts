// The report of "Evaluate on This Workspace" as HTML made of numbers: a table, the same figures as bars, what they
// mean, and what they were measured on. No script runs in it.

import { counted } from '../../base/counted.ts';
import type { EvaluationReport } from '../../worker/protocol/evaluation.ts';
import type { Figure } from './evaluationFigures.ts';
import { configurationNames, reportFigures } from './evaluationFigures.ts';
import { number } from '../memory/memoryStatus.ts';
import { escapeHtml, webPage } from '../webviews/webPage.ts';

export const evaluationTitle = 'TinyMemory on this workspace';

/** `nonce` is random, for the content security policy. */
export function evaluationPage(report: EvaluationReport, nonce: string): string {
  const body = `<p class="lead">${lead(report)}</p>
<h2>Figures</h2>
${table(report)}
<h2>Charts</h2>
<div class="charts">
${reportFigures.map(figure => chart(figure, report)).join('\n')}
</div>
<h2>What the figures mean</h2>
<dl>
${reportFigures.map(figure => `<dt>${figure.name}</dt><dd>${escapeHtml(figure.meaning(report))}</dd>`).join('\n')}
</dl>
<h2>What was measured on</h2>
${provenance(report)
  .map(line => `<p>${line}</p>`)
  .join('\n')}
${leftOut(report)}
<p>All of this was computed on this machine and is sent nowhere. What was remembered for it is gone with it.</p>`;
  return webPage({ title: evaluationTitle, body, nonce, style });
}

function lead({ configs, heldOut }: EvaluationReport): string {
  const { both } = configs;
  const saved = `${(100 * both.keystrokesSaved).toFixed(0)} %`;
  const files = `${number(heldOut.files)} files that it had never seen`;
  return `In ${files}, it would have saved <strong>${saved} of the keystrokes</strong>; ${shown(both)}.`;
}

function shown({ shown: count, precision }: EvaluationReport['configs']['both']): string {
  if (count === 0) return 'it showed no suggestion, as it was never sure enough';
  return `of ${number(count)} suggestions shown, ${(100 * precision).toFixed(0)} % were right to the end`;
}

function table({ configs }: EvaluationReport): string {
  const head = configurationNames.map(({ name }) => `<th scope="col">${name}</th>`).join('');
  const rows = reportFigures.map(figure => {
    const cells = configurationNames.map(({ key }) => `<td>${figure.text(configs[key])}</td>`).join('');
    return `<tr><th scope="row">${figure.name} <small>(${figure.better} is better)</small></th>${cells}</tr>`;
  });
  return `<table><caption>The three ways of predicting, side by side</caption>
<thead><tr><td></td>${head}</tr></thead><tbody>
${rows.join('\n')}
</tbody></table>`;
}

/** Units of the drawing. */
const barWidth = 200;
const rowHeight = 20;

/** A bar for each configuration, the longest the whole width; what is drawn is given in words too. */
function chart({ name, better, value, text }: Figure, { configs }: EvaluationReport): string {
  const most = Math.max(...configurationNames.map(({ key }) => value(configs[key])));
  const bars = configurationNames.map(({ key, name: label }, row) => {
    const width = most > 0 ? Math.max(0, (barWidth * value(configs[key])) / most) : 0;
    const y = row * rowHeight;
    return `<text x="0" y="${y + 14}">${label}</text><rect class="${key}" x="100" y="${y + 3}" width="${width.toFixed(1)}" height="14" /><text x="${(106 + width).toFixed(1)}" y="${y + 14}">${text(configs[key])}</text>`;
  });
  const told = configurationNames.map(({ key, name: label }) => `${label} ${text(configs[key])}`).join(', ');
  return `<figure><figcaption>${name} <small>(${better} is better)</small></figcaption>
<svg role="img" aria-label="${escapeHtml(`${name}: ${told}`)}" viewBox="0 0 370 ${configurationNames.length * rowHeight}">${bars.join('')}</svg></figure>`;
}

function provenance({
  corpus,
  workspace,
  heldOut,
  files,
  bytes,
  sample,
  ...report
}: EvaluationReport): string[] {
  const { admittedFiles, redactions, redactedFiles } = corpus;
  const secrets =
    redactions === 0
      ? ''
      : ` ${number(redactions)} secrets in ${number(redactedFiles)} of them were replaced.`;
  const seconds = number(Math.round(report.elapsedMs / 1000));
  return [
    `${number(admittedFiles)} files were read.${secrets} ${number(workspace.files)} were remembered ` +
      `(${number(workspace.tokens)} tokens); ${number(heldOut.files)} were held out (${number(heldOut.bytes)} bytes), ` +
      'and nothing of those was known before it was typed.',
    `Of the held-out files, ${number(files)} were scored (${number(bytes)} bytes, ${number(sample.tokens)} tokens), ` +
      `${number(sample.cursors)} lines completed and ${number(sample.keys)} keys typed.`,
    `Model ${escapeHtml(report.modelName)} (${number(report.parameters)} parameters) on ${escapeHtml(report.device)}, ` +
      `${counted(report.threads, 'thread')}; seed ${report.seed}, which decides what is held out ` +
      `and where is asked; ${seconds} seconds in all.`,
  ];
}

function leftOut({ corpus }: EvaluationReport): string {
  const rows = Object.entries(corpus.leftOut).map(([reason, { files, folders, examples }]) => {
    const cells = `<td>${number(files)}</td><td>${number(folders)}</td><td class="paths">${escapeHtml(examples.join(', '))}</td>`;
    return `<tr><th scope="row">${escapeHtml(reason)}</th>${cells}</tr>`;
  });
  if (rows.length === 0) return '<p>Nothing was left out.</p>';
  return `<table><caption>Left out, by reason</caption>
<thead><tr><th scope="col" class="reason">Reason</th><th scope="col">Files</th><th scope="col">Whole folders</th><th scope="col" class="paths">Such as</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody></table>`;
}

const style = `
caption { text-align: left; color: var(--vscode-descriptionForeground); }
th.reason { text-align: left; }
dt { font-weight: 600; margin-top: 0.6em; }
dd { margin: 0; }
.paths { text-align: left; overflow-wrap: anywhere; color: var(--vscode-descriptionForeground); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 1rem 2rem; }
figure { margin: 0; }
svg { width: 100%; height: auto; }
svg text { font-size: 12px; fill: var(--vscode-foreground); }
.network { fill: var(--vscode-charts-blue); }
.memory { fill: var(--vscode-charts-orange); }
.both { fill: var(--vscode-charts-green); }`;
