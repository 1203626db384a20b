// How often a dying engine may be restarted: quickly after the first death, slower after each further one, and
// not at all once deaths come faster than a minute's budget. Pure: the clock is passed in.

export interface RestartPolicy {
  /** Waits before the first, second, ... restart; their number is how many restarts one window allows. */
  readonly delaysMs: readonly number[];
  readonly windowMs: number;
}

export class RestartBudget {
  private readonly policy: RestartPolicy;
  private deathsMs: number[] = [];

  constructor(policy: RestartPolicy) {
    this.policy = policy;
  }

  /** Notes a death. Gives the wait before the restart, or undefined when the budget is spent. */
  takeDelayMs(nowMs: number): number | undefined {
    this.deathsMs = this.deathsMs.filter(deathMs => nowMs - deathMs < this.policy.windowMs);
    this.deathsMs.push(nowMs);
    return this.policy.delaysMs[this.deathsMs.length - 1];
  }

  reset(): void {
    this.deathsMs = [];
  }
}
