// The command that measures the engine and opens a report on it.

import { env, UIKind, version, window, workspace } from 'vscode';
import type { EngineClient } from '../../worker/client/client.ts';
import { engineReportText } from './engineReportText.ts';

export interface EngineReportParts {
  readonly client: Pick<EngineClient, 'state' | 'measure'>;
  readonly settings: { readonly current: { readonly device: string; readonly threads: number } };
  readonly extensionVersion: string;
  readonly problems: readonly string[];
}

/** Measures, and opens the report as a document. */
export async function showEngineReport(parts: EngineReportParts): Promise<void> {
  const { client, settings, extensionVersion, problems } = parts;
  const rates = await client.measure();
  const content = engineReportText({
    extensionVersion,
    editor: `${env.appName} ${version}, ${env.uiKind === UIKind.Web ? 'web' : 'desktop'}`,
    engine: client.state,
    device: settings.current.device,
    threads: settings.current.threads,
    rates,
    problems,
  });
  const document = await workspace.openTextDocument({ language: 'markdown', content });
  await window.showTextDocument(document);
}
