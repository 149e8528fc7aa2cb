/** A message that waits for its turn. */
export interface Waiting {
  /** Index of the durable it came from. */
  readonly source: number;
  /** Messages of one key go one after another; undefined: this one minds nobody. */
  readonly key: string | undefined;
  readonly sequence: number;
}

interface Lane<T> {
  readonly waiting: T[];
  busy: boolean;
  queued: boolean;
}

/**
 * Decides which waiting message begins next: durables by their weights (smooth weighted round robin, as in nginx: none waits for ever), within a
 * durable in order of arrival, within a key in ascending sequence and never two at once. No I/O.
 */
export class Lanes<T extends Waiting> {
  private readonly keyed = new Map<string, Lane<T>>();
  private readonly ready: readonly Fifo<Lane<T>>[];
  private readonly weights: readonly number[];
  private readonly credit: number[];
  private readonly waitingOf: number[];

  constructor(weights: readonly number[]) {
    this.weights = weights;
    this.ready = weights.map(() => new Fifo());
    this.credit = weights.map(() => 0);
    this.waitingOf = weights.map(() => 0);
  }

  /** Messages of this durable that have not begun. */
  waiting(source: number): number {
    return this.waitingOf[source] ?? 0;
  }

  add(message: T): void {
    this.count(message, 1);
    const lane = this.laneOf(message.key);
    insert(lane.waiting, message);
    this.enqueue(lane);
  }

  /** Takes the next message; its key is busy until `done`. */
  next(): T | undefined {
    const source = this.choose();
    const lane = source === undefined ? undefined : this.ready[source]?.shift();
    const message = lane?.waiting.shift();
    if (lane === undefined || message === undefined) return undefined;
    lane.queued = false;
    lane.busy = true;
    this.count(message, -1);
    return message;
  }

  /** Takes what waits behind a message of a busy key, up to the first that doesn't fit. */
  takeBehind(message: T, most: number, fits: (message: T) => boolean): T[] {
    const waiting = message.key === undefined ? [] : (this.keyed.get(message.key)?.waiting ?? []);
    let n = 0;
    while (n < waiting.length && n < most && fits(waiting[n] as T)) n++;
    const taken = waiting.splice(0, n);
    for (const one of taken) this.count(one, -1);
    return taken;
  }

  done(message: T): void {
    const lane = message.key === undefined ? undefined : this.keyed.get(message.key);
    if (lane === undefined || message.key === undefined) return;
    lane.busy = false;
    if (lane.waiting.length === 0) this.keyed.delete(message.key);
    else this.enqueue(lane);
  }

  /** Takes all that has not begun. */
  clear(): T[] {
    const queued = this.ready.flatMap((fifo) => fifo.clear());
    const lanes = new Set([...queued, ...this.keyed.values()]);
    const messages = [...lanes].flatMap((lane) => lane.waiting.splice(0));
    for (const lane of lanes) lane.queued = false;
    for (const message of messages) this.count(message, -1);
    return messages;
  }

  private laneOf(key: string | undefined): Lane<T> {
    const known = key === undefined ? undefined : this.keyed.get(key);
    if (known !== undefined) return known;
    const lane: Lane<T> = { waiting: [], busy: false, queued: false };
    if (key !== undefined) this.keyed.set(key, lane);
    return lane;
  }

  private enqueue(lane: Lane<T>): void {
    const head = lane.waiting[0];
    if (lane.busy || lane.queued || head === undefined) return;
    lane.queued = true;
    this.ready[head.source]?.push(lane);
  }

  private choose(): number | undefined {
    let best: number | undefined;
    let total = 0;
    for (let i = 0; i < this.ready.length; i++) {
      if (this.ready[i]?.size === 0) continue;
      const weight = this.weights[i] ?? 1;
      total += weight;
      this.credit[i] = (this.credit[i] ?? 0) + weight;
      if (best === undefined || (this.credit[i] ?? 0) > (this.credit[best] ?? 0)) best = i;
    }
    if (best !== undefined) this.credit[best] = (this.credit[best] ?? 0) - total;
    return best;
  }

  private count(message: T, by: number): void {
    this.waitingOf[message.source] = (this.waitingOf[message.source] ?? 0) + by;
  }
}

/** Ascending by sequence; almost always the new one is the last. */
function insert<T extends Waiting>(waiting: T[], message: T): void {
  let at = waiting.length;
  while (at > 0 && (waiting[at - 1]?.sequence ?? 0) > message.sequence) at--;
  waiting.splice(at, 0, message);
}

/** A queue whose head moves: `Array.shift` copies. */
class Fifo<T> {
  private items: T[] = [];
  private head = 0;

  get size(): number {
    return this.items.length - this.head;
  }

  push(item: T): void {
    this.items.push(item);
  }

  shift(): T | undefined {
    const item = this.items[this.head];
    if (item === undefined) return undefined;
    this.head++;
    if (this.head > 256 && this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return item;
  }

  clear(): T[] {
    const rest = this.items.slice(this.head);
    this.items = [];
    this.head = 0;
    return rest;
  }
}
