// Why a training pauses.

export const pauseReasons = ['user', 'battery', 'busy'] as const;
export type PauseReason = (typeof pauseReasons)[number];
