// Order statistics of measured samples. Medians, because machines are shared and noisy.

/** The value below which `share` of the samples lie (nearest rank); NaN of none. `share` is in [0, 1]. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}
