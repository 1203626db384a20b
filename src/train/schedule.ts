// How fast the network learns when: a short warm-up, then a cosine down to nothing (Loshchilov and Hutter 2017). By the
// share of the training that is done, not by steps, since how many steps fit into the time is only known on the way.

/** Share of the training in which the rate rises from nothing. */
const warmUpShare = 0.03;

/** `progress` in [0, 1]: the share of the training that is done before this step. */
export function learningRate(peak: number, progress: number): number {
  if (progress < warmUpShare) return (peak * (progress + warmUpShare / 10)) / (1.1 * warmUpShare);
  const angle = (Math.PI * Math.min(1, progress - warmUpShare)) / (1 - warmUpShare);
  return peak * 0.5 * (1 + Math.cos(angle));
}
