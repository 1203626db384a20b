// The part of the engine worker's messages that is about the device that computes.

import * as v from 'valibot';
import { deviceSettings } from '../../runtime/deviceChoice.ts';

export const deviceTimesSchema = v.object({ wasmMs: v.number(), webgpuMs: v.number() });

export const deviceOptionsSchema = v.object({
  setting: v.picklist(deviceSettings),
  /** What was measured before, by adapter and work. */
  times: v.record(v.string(), deviceTimesSchema),
});

export type DeviceOptions = v.InferOutput<typeof deviceOptionsSchema>;

export const fromDeviceSchemas = [
  /** To be remembered, so that it is not measured again. */
  v.object({ kind: v.literal('deviceMeasured'), key: v.string(), times: deviceTimesSchema }),
  /** Another device goes on with the engine's work. */
  v.object({ kind: v.literal('deviceChanged'), device: v.string(), why: v.string(), threads: v.number() }),
  /** This engine can do nothing more, by no fault of its own: another is to be started elsewhere and asked again. */
  v.object({ kind: v.literal('homeLost'), why: v.string() }),
  /** Of decoding; null where no model is loaded. */
  v.object({
    kind: v.literal('rates'),
    id: v.number(),
    rates: v.nullable(v.object({ promptTokensPerSecond: v.number(), tokenMs: v.number() })),
  }),
] as const;
