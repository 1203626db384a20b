// The matrices of a layer that an adapter may be given to, by PEFT's names.

export const loraTargets = [
  'q_proj',
  'k_proj',
  'v_proj',
  'o_proj',
  'gate_proj',
  'up_proj',
  'down_proj',
] as const;

export type LoraTarget = (typeof loraTargets)[number];
