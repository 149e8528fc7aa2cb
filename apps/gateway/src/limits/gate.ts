/** Counts what is under way and refuses more than `most` in all, and more than `share` for one caller. */
export class Gate {
  private inside = 0;
  private readonly byCaller = new Map<string, number>();
  readonly most: number;
  private readonly share: number;

  constructor(most: number, share: number = most) {
    this.most = most;
    this.share = share;
  }

  get count(): number {
    return this.inside;
  }

  /** A way out that may be called once or often; undefined: full, or this caller has its share. */
  enter(caller = ''): (() => void) | undefined {
    const held = this.byCaller.get(caller) ?? 0;
    if (this.inside >= this.most || held >= this.share) return undefined;
    this.change(caller, 1);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.change(caller, -1);
    };
  }

  private change(caller: string, by: 1 | -1): void {
    this.inside += by;
    const held = (this.byCaller.get(caller) ?? 0) + by;
    if (held === 0) this.byCaller.delete(caller);
    else this.byCaller.set(caller, held);
  }
}
