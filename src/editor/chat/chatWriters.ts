// Who answers chat in words of its own: the endpoint of the settings, else the model folder of the settings, else nobody.
// An endpoint's key is kept in VS Code's secret storage, by the address that it is for, so that it goes nowhere else.

import type { Memento, SecretStorage } from 'vscode';
import { window } from 'vscode';
import { codeSpan } from '../../base/markdownText.ts';
import { addressOf } from '../../chat/model/address.ts';
import type { ChatWriter } from '../../worker/protocol/chatWriter.ts';
import type { EngineOptions } from '../../worker/protocol/engineOptions.ts';
import { PlainKeys } from './plainKeys.ts';
import type { Settings } from '../settings/settings.ts';

export interface ChatWritersParts {
  readonly settings: { readonly current: Settings };
  readonly secrets: SecretStorage;
  /** Of this machine, for all workspaces. */
  readonly globalState: Memento;
  /** A path of the settings as the machine has it. */
  readonly expandHome: (path: string) => string;
  readonly engineOptions: () => Pick<EngineOptions, 'runtimeFolder' | 'threads'>;
}

export class ChatWriters {
  private readonly parts: ChatWritersParts;
  private readonly plainKeys: PlainKeys;

  constructor(parts: ChatWritersParts) {
    this.parts = parts;
    this.plainKeys = new PlainKeys(parts.globalState);
  }

  /** Undefined where the settings name nobody. Asks before a key can be read on its way. Throws an Error for the user. */
  async current(): Promise<ChatWriter | undefined> {
    const { settings, secrets, engineOptions, expandHome } = this.parts;
    const {
      'chat.endpoint': url,
      'chat.endpointModel': model,
      'chat.modelFolder': folder,
    } = settings.current;
    if (url !== '') {
      if (model === '') throw new Error('name the model of the endpoint in tinymemory.chat.endpointModel');
      const key = (await secrets.get(keyOf(url))) ?? null;
      const address = addressOf(url);
      if (key !== null && address !== undefined) await this.plainKeys.allow(address);
      return { kind: 'endpoint', url, model, key };
    }
    if (folder === '') return undefined;
    const { runtimeFolder, threads } = engineOptions();
    return { kind: 'model', folder: expandHome(folder), runtimeFolder, threads };
  }

  /** Where questions are sent to by the settings; null where nothing is sent. */
  get endpointHost(): string | null {
    const url = this.parts.settings.current['chat.endpoint'];
    return url === '' ? null : hostOf(url);
  }

  /** In a few words, as Markdown. */
  get summary(): string {
    const {
      'chat.endpoint': url,
      'chat.endpointModel': model,
      'chat.modelFolder': folder,
    } = this.parts.settings.current;
    if (url !== '' && model === '')
      return 'Questions are not answered until `tinymemory.chat.endpointModel` names the model of the endpoint.';
    if (url !== '')
      return `Questions are answered by ${codeSpan(model)} at ${codeSpan(hostOf(url))}: they are sent there, with the lines that they are about, but for what looks like a secret.`;
    return folder === ''
      ? 'Questions are answered by quoting files; no model has a part in it.'
      : 'Questions are answered by the model of `tinymemory.chat.modelFolder`, on this machine, from the lines quoted.';
  }

  /** Asks for the key of the endpoint in the settings; an empty one is forgotten. Throws an Error for the user. */
  async askForKey(): Promise<void> {
    const url = this.parts.settings.current['chat.endpoint'];
    if (url === '') throw new Error('type an address into tinymemory.chat.endpoint first');
    const key = await window.showInputBox({
      title: `API Key of ${hostOf(url)}`,
      prompt:
        "Kept in this machine's secret storage and sent to this address alone. Leave it empty to forget it.",
      password: true,
      ignoreFocusOut: true,
    });
    if (key === undefined) return;
    const address = addressOf(url);
    if (address !== undefined) await this.plainKeys.forget(address);
    if (key.trim() === '') await this.parts.secrets.delete(keyOf(url));
    else await this.parts.secrets.store(keyOf(url), key.trim());
  }
}

function keyOf(url: string): string {
  return `tinymemory.chatKey ${addressOf(url)?.origin ?? url}`;
}

function hostOf(url: string): string {
  return addressOf(url)?.host ?? url;
}
