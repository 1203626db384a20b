// The command that measures the engine and opens a report on it.

import { env, UIKind, version, window, workspace } from 'vscode';
import { DisposableStore } from '../../base/disposable.ts';
import type { EngineClient } from '../../worker/client/client.ts';
import type { Rates } from './engineReportText.ts';
import { engineReportText } from './engineReportText.ts';

export interface EngineReportParts {
  readonly client: Pick<EngineClient, 'state' | 'send' | 'onDidReceive' | 'onDidChangeState'>;
  readonly settings: { readonly current: { readonly device: string; readonly threads: number } };
  readonly extensionVersion: string;
  readonly problems: readonly string[];
}

/** Measures, and opens the report as a document. */
export async function showEngineReport(parts: EngineReportParts): Promise<void> {
  const { client, settings, extensionVersion, problems } = parts;
  const rates = await measuredRates(client);
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

const patienceMs = 10_000;
let lastId = 0;

/** Null where the engine is not ready, ends, or is silent for too long. */
async function measuredRates(client: EngineReportParts['client']): Promise<Rates> {
  const id = ++lastId;
  const owned = new DisposableStore();
  try {
    return await new Promise<Rates>(resolve => {
      const timer = setTimeout(resolve, patienceMs, null);
      owned.add({
        dispose() {
          clearTimeout(timer);
        },
      });
      owned.add(
        client.onDidReceive(message => {
          if (message.kind === 'rates' && message.id === id) resolve(message.rates);
        }),
      );
      owned.add(
        client.onDidChangeState(() => {
          resolve(null);
        }),
      );
      if (!client.send({ kind: 'measure', id })) resolve(null);
    });
  } finally {
    owned.dispose();
  }
}
