interface Due {
  readonly at: number;
  readonly n: number;
  readonly what: string;
  readonly act: () => void;
  /** Whether promises may go on after it: then they do before anything else happens. */
  readonly wakes: boolean;
  /** Nothing happens any more. */
  cancelled: boolean;
}

/** Prevents what was to happen. */
export type Cancel = () => void;

/** 2027-01-15. */
const EPOCH = 1_800_000_000_000;

/** Simulated time: what is due happens in its order, and every promise that it settles has gone on before the next thing happens. */
export class Scheduler {
  /** Milliseconds since the simulation began. */
  now = 0;
  events = 0;
  /** Lines of what happened, when they are wanted. */
  readonly trace: string[] | undefined;
  private readonly heap: Due[] = [];
  private n = 0;
  private hash = 0x811c9dc5;

  readonly epoch: number;

  /** `epoch`: what the clock shows at the first moment, milliseconds since 1970. */
  constructor(traced: boolean, epoch = EPOCH) {
    this.trace = traced ? [] : undefined;
    this.epoch = epoch;
  }

  clock = (): number => this.epoch + Math.floor(this.now);

  /** Names the whole course of events: two runs of one seed have the same. */
  get fingerprint(): string {
    return this.hash.toString(16).padStart(8, '0');
  }

  /** `wakes`: false for what runs no promise. */
  after(ms: number, what: string, act: () => void, wakes = true): Cancel {
    const due = { at: this.now + Math.max(0, ms), n: this.n++, what, act, wakes, cancelled: false };
    push(this.heap, due);
    return () => {
      due.cancelled = true;
    };
  }

  tell(line: () => string): void {
    this.trace?.push(`${this.now.toFixed(1).padStart(9)}  ${line()}`);
  }

  /** Until `done` (asked about every 100 ms) or the time or the number of events is over; answers whether it was done. */
  run(done: () => boolean, untilMs: number, mostEvents: number): Promise<boolean> {
    let asked = 0;
    return inTurns(() => {
      for (let due = this.heap[0]; due !== undefined; due = this.heap[0]) {
        if (due.at > untilMs) this.now = untilMs;
        if (due.at > untilMs || this.events >= mostEvents) return done();
        if (!due.cancelled && due.at >= asked + 100) {
          this.now = due.at;
          asked = Math.floor(this.now / 100) * 100;
          if (done()) return true;
        }
        pop(this.heap);
        if (due.cancelled) continue;
        this.now = due.at;
        this.events++;
        this.mix(due);
        due.act();
        if (due.wakes) return undefined;
      }
      return done();
    });
  }

  private mix({ at, what }: Due): void {
    let hash = this.hash ^ Math.floor(at * 1000);
    for (let i = 0; i < what.length; i++) hash = Math.imul(hash ^ what.charCodeAt(i), 0x01000193);
    this.hash = hash >>> 0;
  }
}

/** Immediates of one turn of the event loop: after each, everything that waits for nothing but promises goes on, and no system call lies between. Who waits for a turn itself waits for a whole one. */
const TURN = 128;

/** Takes step after step until one answers. */
function inTurns<T>(step: () => T | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    let over = false;
    const once = (): void => {
      if (over) return;
      try {
        const answer = step();
        if (answer === undefined) return;
        over = true;
        resolve(answer);
      } catch (error) {
        over = true;
        reject(error);
      }
    };
    const turn = (): void => {
      if (over) return;
      for (let i = 0; i < TURN; i++) setImmediate(once);
      setImmediate(turn);
    };
    turn();
  });
}

const before = (a: Due, b: Due): boolean => a.at < b.at || (a.at === b.at && a.n < b.n);

function push(heap: Due[], due: Due): void {
  let i = heap.push(due) - 1;
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if (!before(due, heap[parent] as Due)) break;
    heap[i] = heap[parent] as Due;
    i = parent;
  }
  heap[i] = due;
}

function pop(heap: Due[]): Due | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  let i = 0;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child + 1] as Due, heap[child] as Due)) child++;
    if (!before(heap[child] as Due, last)) break;
    heap[i] = heap[child] as Due;
    i = child;
  }
  heap[i] = last;
  return first;
}
