// The extension as an ordered list of features. A feature is built from those before it, and asks of those after it nothing
// but what this list asks of all.

import type { Disposable } from '../base/disposable.ts';
import { DisposableStore } from '../base/disposable.ts';

export interface Feature extends Disposable {
  /** Forgets what it keeps of the workspace, and ends what it does with it. */
  forgetWorkspace?(): Promise<void> | void;
  /** Resolves once what it keeps is written and what it runs has ended. */
  shutDown?(): Promise<void>;
}

export class Features implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly features: Feature[] = [];

  add<T extends Feature>(feature: T): T {
    this.features.push(feature);
    return this.owned.add(feature);
  }

  /** All at once, as none waits for another. */
  async forgetWorkspace(): Promise<void> {
    await Promise.all(
      this.features.map(async feature => {
        await feature.forgetWorkspace?.();
      }),
    );
  }

  async shutDown(): Promise<void> {
    await Promise.all(
      this.features.map(async feature => {
        await feature.shutDown?.();
      }),
    );
  }

  dispose(): void {
    this.owned.dispose();
  }
}
