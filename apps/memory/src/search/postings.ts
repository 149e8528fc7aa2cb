const FREQUENCY_BITS = 8;
const MOST_FREQUENT = (1 << FREQUENCY_BITS) - 1;

/** Slots that fit into a small integer together with a frequency. */
export const MOST_SLOTS = 1 << (30 - FREQUENCY_BITS);

/** One term in one passage: `slot << 8 | frequency`, so that an entry is a small integer and lists are sorted by slot. */
type Entry = number;

function entryOf(slot: number, frequency: number): Entry {
  return (slot << FREQUENCY_BITS) | Math.min(frequency, MOST_FREQUENT);
}

export function slotOf(entry: Entry): number {
  return entry >>> FREQUENCY_BITS;
}

export function frequencyOf(entry: Entry): number {
  return entry & MOST_FREQUENT;
}

/** First index of a sorted list whose entry is at or behind `slot`. */
function lowerBound(list: readonly Entry[], slot: number): number {
  const least = slot << FREQUENCY_BITS;
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A copy: a term cut out of a document would keep the whole document in memory. */
function detached(term: string): string {
  return term.length > 12 ? [...term].join('') : term;
}

const NONE: readonly Entry[] = [];

/** Which passages contain a term and how often. Passages are numbered slots, added in ascending order. A term that occurs once takes one number, no list. */
export class Postings {
  readonly #lists = new Map<string, Entry | Entry[]>();
  #entries = 0;

  get terms(): number {
    return this.#lists.size;
  }

  get entries(): number {
    return this.#entries;
  }

  add(term: string, slot: number, frequency: number): void {
    const entry = entryOf(slot, frequency);
    const known = this.#lists.get(term);
    if (known === undefined) this.#lists.set(detached(term), entry);
    else if (typeof known === 'number') this.#lists.set(term, [known, entry]);
    else known.push(entry);
    this.#entries += 1;
  }

  /** Takes the slots from `first` up to, not including, `end` out of a term's list. */
  remove(term: string, first: number, end: number): void {
    const known = this.#lists.get(term);
    if (known === undefined) return;
    const list = typeof known === 'number' ? [known] : known;
    const from = lowerBound(list, first);
    const removed = list.splice(from, lowerBound(list, end) - from).length;
    this.#entries -= removed;
    if (removed > 0 && list.length === 0) this.#lists.delete(term);
  }

  /** Entries of a term, ascending by slot. */
  of(term: string): readonly Entry[] {
    const known = this.#lists.get(term);
    if (known === undefined) return NONE;
    return typeof known === 'number' ? [known] : known;
  }

  /** In how many passages a term occurs. */
  count(term: string): number {
    const known = this.#lists.get(term);
    if (known === undefined) return 0;
    return typeof known === 'number' ? 1 : known.length;
  }

  frequency(term: string, slot: number): number {
    const list = this.of(term);
    const entry = list[lowerBound(list, slot)];
    return entry !== undefined && slotOf(entry) === slot ? frequencyOf(entry) : 0;
  }

  /** Gives every passage a new number; `slots[old]` must rise with `old`. */
  renumber(slots: readonly number[]): void {
    const moved = (entry: Entry): Entry => entryOf(slots[slotOf(entry)] ?? 0, frequencyOf(entry));
    for (const [term, known] of this.#lists) this.#lists.set(term, typeof known === 'number' ? moved(known) : known.map(moved));
  }
}
