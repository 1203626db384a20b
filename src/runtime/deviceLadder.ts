// The devices that can do a piece of work, best first. When the one in use fails, the work falls back to the next; below the
// last stands either nothing or another home, to which it is handed over.

import { Emitter } from '../base/event.ts';
import type { Runtime } from './session.ts';
import { DeviceError } from './session.ts';

export interface Rung {
  readonly runtime: Runtime;
  /** Why this one; a clause without a full stop. */
  readonly why: string;
}

/** Makes the next rung after the one that failed with this error, or throws a HandOverError. */
export type NextRung = (error: DeviceError) => Promise<Rung>;

/** One device, with nothing to fall back to. */
export function onlyOn(runtime: Runtime, why = 'it was asked for'): DeviceLadder {
  return new DeviceLadder({ runtime, why });
}

export class DeviceLadder {
  private readonly fallen = new Emitter<Rung>();
  private rung: Rung;
  private next: NextRung | undefined;

  /** Fires with the rung that is in use from then on. */
  readonly onDidFallBack = this.fallen.event;

  /** Without `next`, `first` is the last one too. `next` disposes of the first runtime. */
  constructor(first: Rung, next?: NextRung) {
    this.rung = first;
    this.next = next;
  }

  /** The rung in use. */
  get current(): Rung {
    return this.rung;
  }

  get runtime(): Runtime {
    return this.rung.runtime;
  }

  /**
   * Steps down after `error`, which a run on the device in use ended with. Throws `error` where it is no device's fault or
   * there is no lower rung, and a HandOverError where the work is to go on elsewhere.
   */
  async fallBack(error: unknown): Promise<Runtime> {
    const { next } = this;
    if (!(error instanceof DeviceError) || next === undefined) throw error;
    this.next = undefined;
    this.rung = await next(error);
    this.fallen.fire(this.rung);
    return this.rung.runtime;
  }
}
