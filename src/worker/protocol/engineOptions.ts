// What an engine is to load and to compute on, and what it reports of itself once it has.

import * as v from 'valibot';
import { deviceSettings } from '../../runtime/deviceChoice.ts';

export const deviceTimesSchema = v.object({ wasmMs: v.number(), webgpuMs: v.number() });

const deviceOptionsSchema = v.object({
  setting: v.picklist(deviceSettings),
  /** What was measured before, by adapter and work. */
  times: v.record(v.string(), deviceTimesSchema),
});

export type DeviceOptions = v.InferOutput<typeof deviceOptionsSchema>;

/** Of all that computes: engines, trainings and chat's models. */
export const computeOptions = {
  /** Folder that holds onnxruntime-web's wasm and mjs files. */
  runtimeFolder: v.string(),
  /** Threads of the Wasm runtime; 0 chooses from the cores. */
  threads: v.number(),
  devices: v.optional(deviceOptionsSchema),
};

export const engineOptionsSchema = v.object({
  /** Folder of the model, Hugging Face layout. */
  modelFolder: v.string(),
  /** Where trainings are kept, whose model in use goes before `modelFolder`; null where nowhere. */
  trainings: v.nullable(v.string()),
  ...computeOptions,
});

export type EngineOptions = v.InferOutput<typeof engineOptionsSchema>;

export const engineReportSchema = v.object({
  modelName: v.string(),
  parameters: v.number(),
  contextTokens: v.number(),
  /** Where the engine lives, in a few words. */
  home: v.string(),
  device: v.string(),
  /** Why that device; a clause without a full stop. */
  why: v.string(),
  threads: v.number(),
  loadMs: v.number(),
  /** What the user should know: no SharedArrayBuffer, say. */
  warnings: v.array(v.string()),
});

export type EngineReport = v.InferOutput<typeof engineReportSchema>;
