// What keeps the machine busy for minutes. Whoever starts such work asks first whether other work of the kind runs.

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
