// What was measured of the devices of this machine, kept so that it is measured once for each adapter and model.

import * as v from 'valibot';
import type { Memento } from 'vscode';
import type { DeviceSetting, DeviceTimes } from '../../runtime/deviceChoice.ts';
import { deviceTimesSchema } from '../../worker/protocol/engineOptions.ts';
import type { DeviceOptions } from '../../worker/protocol/engineOptions.ts';

const key = 'tinymemory.deviceTimes';
const timesSchema = v.record(v.string(), deviceTimesSchema);

/** Models come and go: of more than so many measurements the oldest are forgotten, and made again if they are needed. */
const maxKept = 20;

export class KnownDeviceTimes {
  private readonly globalState: Memento;

  constructor(globalState: Memento) {
    this.globalState = globalState;
  }

  options(setting: DeviceSetting): DeviceOptions {
    return { setting, times: this.read() };
  }

  async remember(work: string, times: DeviceTimes): Promise<void> {
    const others = Object.entries(this.read()).filter(([other]) => other !== work);
    const entries = [...others, [work, times] as const].slice(-maxKept);
    await this.globalState.update(key, Object.fromEntries(entries));
  }

  /** Nothing where it was written by another version. */
  private read(): Readonly<Record<string, DeviceTimes>> {
    const parsed = v.safeParse(timesSchema, this.globalState.get(key));
    return parsed.success ? parsed.output : {};
  }
}
