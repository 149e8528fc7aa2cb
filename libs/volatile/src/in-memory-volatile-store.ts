import { type Held, type VolatileStore, assertFits } from './volatile-store.ts';

interface Entry extends Held {
  readonly until: number;
}

/** Shared by nobody but this process. Bounded: the least recently written key is forgotten. */
export class InMemoryVolatileStore implements VolatileStore {
  private readonly entries = new Map<string, Entry>();
  private readonly clock: () => number;
  private readonly most: number;
  private revision = 0;

  /** `clock`: milliseconds. */
  constructor(clock: () => number = Date.now, most = 10_000) {
    this.clock = clock;
    this.most = most;
  }

  async get(key: string): Promise<Held | undefined> {
    assertFits(key);
    return this.at(key);
  }

  async set(key: string, value: string, ttlMs: number): Promise<void> {
    assertFits(key, value);
    this.write(key, value, ttlMs);
  }

  async swap(key: string, seen: Held | undefined, value: string, ttlMs: number): Promise<Held | undefined> {
    assertFits(key, value);
    return this.at(key)?.revision === seen?.revision ? this.write(key, value, ttlMs) : undefined;
  }

  async close(): Promise<void> {
    this.entries.clear();
  }

  private at(key: string): Entry | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined || entry.until > this.clock()) return entry;
    this.entries.delete(key);
    return undefined;
  }

  private write(key: string, value: string, ttlMs: number): Held {
    const entry = { value, revision: ++this.revision, until: this.clock() + ttlMs };
    this.entries.delete(key);
    this.entries.set(key, entry);
    if (this.entries.size > this.most) this.entries.delete(this.entries.keys().next().value as string);
    return entry;
  }
}
