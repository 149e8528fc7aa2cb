/** Counts what is under way and refuses more than `most`. */
export class Gate {
  private inside = 0;
  readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  get count(): number {
    return this.inside;
  }

  /** A way out that may be called once or often; undefined: full. */
  enter(): (() => void) | undefined {
    if (this.inside >= this.most) return undefined;
    this.inside++;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.inside--;
    };
  }
}
