// The consent to send an API key where anybody on the way can read it: asked for before the first time, remembered for that
// address alone, and gone with its key.

import type { Memento } from 'vscode';
import { window } from 'vscode';
import { isReadableOnTheWay } from '../../chat/model/address.ts';

const stateKey = 'tinymemory.plainKeys';

export class PlainKeys {
  private readonly state: Memento;
  private readonly asking = new Map<string, Promise<void>>();

  constructor(state: Memento) {
    this.state = state;
  }

  /** Resolves once the key may go to the address. Throws an Error for the user who does not want that. */
  async allow(address: URL): Promise<void> {
    if (!isReadableOnTheWay(address) || this.allowed.includes(address.origin)) return;
    const { origin } = address;
    const asked = this.asking.get(origin) ?? this.ask(address);
    this.asking.set(origin, asked);
    try {
      await asked;
    } finally {
      this.asking.delete(origin);
    }
  }

  /** Asks again before the next key goes there. */
  async forget({ origin }: URL): Promise<void> {
    await this.state.update(
      stateKey,
      this.allowed.filter(each => each !== origin),
    );
  }

  private get allowed(): readonly string[] {
    const kept: unknown = this.state.get(stateKey);
    return Array.isArray(kept) ? kept.filter(each => typeof each === 'string') : [];
  }

  private async ask({ host, origin }: URL): Promise<void> {
    const send = 'Send the Key';
    const detail =
      `${origin} is not encrypted: whoever can read the network between here and ${host} can read the key and use it, and ` +
      'can read your questions and the lines that are sent with them. An https:// address does not have this problem.';
    const options = { modal: true, detail };
    const answer = await window.showWarningMessage(`Send the API key to ${host} unencrypted?`, options, send);
    if (answer !== send) {
      throw new Error(
        `the question was not sent, as its key would go to ${host} unencrypted; put an https:// address into ` +
          'tinymemory.chat.endpoint, or ask again and allow it',
      );
    }
    await this.state.update(stateKey, [...this.allowed, origin]);
  }
}
