// Work that keeps the machine busy for minutes. Before it starts, it asks whether other such work is running.

export type LongWorkKind = 'training' | 'evaluation';

export class LongWork {
  private readonly kinds = new Map<LongWorkKind, () => boolean>();

  /** From now on `isRunning` tells whether work of this kind runs. */
  add(kind: LongWorkKind, isRunning: () => boolean): void {
    this.kinds.set(kind, isRunning);
  }

  isRunning(kind: LongWorkKind): boolean {
    return this.kinds.get(kind)?.() ?? false;
  }
}
