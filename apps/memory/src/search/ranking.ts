export interface Ranked {
  readonly slot: number;
  readonly score: number;
}

function isBefore(a: Ranked, b: Ranked): boolean {
  return a.score > b.score || (a.score === b.score && a.slot < b.slot);
}

/** The `k` best, best first; equal scores in order of their slots. Costs at most k steps for each one that gets in. */
export class Best {
  readonly #k: number;
  readonly #ranked: Ranked[] = [];

  constructor(k: number) {
    this.#k = k;
  }

  offer(slot: number, score: number): void {
    const last = this.#ranked.at(-1);
    if (last !== undefined && score < last.score && this.#ranked.length >= this.#k) return;
    const candidate = { slot, score };
    if (this.#ranked.length >= this.#k && last !== undefined && !isBefore(candidate, last)) return;
    let at = this.#ranked.length;
    while (at > 0 && isBefore(candidate, this.#ranked[at - 1] ?? candidate)) at--;
    this.#ranked.splice(at, 0, candidate);
    if (this.#ranked.length > this.#k) this.#ranked.pop();
  }

  get ranked(): readonly Ranked[] {
    return this.#ranked;
  }
}
