import { Fault, isFault } from '@octobus/kernel';
import { SEALING_FAULTS } from './faults.ts';
import { type SubjectKey, type SubjectName, kidOf, subjectKey } from './subject-key.ts';

/** Asks the vault. `dispatch`: for an arm, the subject of the dispatch at work. Faults: `subject-erased`, `vault-refused`, `vault-unavailable` (retryable). */
export type AskForKey = (name: SubjectName, dispatch?: string) => Promise<Uint8Array>;

export interface KeyRingOptions {
  readonly ask: AskForKey;
  /** Milliseconds for which a key is kept at most, and three quarters of which at least; at most 60,000, the default. */
  readonly keepMs?: number;
  /** Monotonic milliseconds. */
  readonly clock?: () => number;
  /** From 0 to below 1, for how much sooner a key is dropped; without: at random. */
  readonly chance?: () => number;
}

const MOST_KEPT_MS = 60_000;
/** Keys that came together, as after a start, are not all asked for again together. */
const SOONER = 0.25;
const MOST_KEYS = 10_000;

const ERASED = 'erased';

interface Held {
  readonly key: SubjectKey | typeof ERASED;
  readonly until: number;
}

/** Keys that a service holds for a minute, so that it need not ask the vault for every content; dropped at once when their subject is erased. */
export class KeyRing {
  private readonly held = new Map<string, Held>();
  private readonly asking = new Map<string, Promise<SubjectKey>>();
  private readonly ask: AskForKey;
  private readonly keepMs: number;
  private readonly clock: () => number;
  private readonly chance: () => number;

  constructor({ ask, keepMs = MOST_KEPT_MS, clock = () => performance.now(), chance = Math.random }: KeyRingOptions) {
    this.ask = ask;
    this.keepMs = Math.min(keepMs, MOST_KEPT_MS);
    this.clock = clock;
    this.chance = chance;
  }

  /** The key at once, when it is held. Fault `subject-erased`. */
  holds(kid: string): SubjectKey | undefined {
    const held = this.held.get(kid);
    if (held === undefined) return undefined;
    if (held.until <= this.clock()) {
      this.held.delete(kid);
      return undefined;
    }
    if (held.key === ERASED) throw erased();
    return held.key;
  }

  /** Faults: those of asking. */
  async key(name: SubjectName, dispatch?: string): Promise<SubjectKey> {
    const kid = kidOf(name);
    const held = this.holds(kid);
    if (held !== undefined) return held;
    const asking = this.asking.get(kid);
    if (asking === undefined) return this.askOnce(name, kid, dispatch);
    if (dispatch === undefined) return asking;
    try {
      return await asking;
    } catch (error) {
      // Whether an arm gets the key depends on the attempt it names: that another one was refused says nothing of this one.
      if (!isFault(error, SEALING_FAULTS.refused)) throw error;
      return this.key(name, dispatch);
    }
  }

  private askOnce(name: SubjectName, kid: string, dispatch: string | undefined): Promise<SubjectKey> {
    const asking = this.fetch(name, kid, dispatch).finally(() => this.asking.delete(kid));
    this.asking.set(kid, asking);
    return asking;
  }

  /** The subject was erased: whoever is asking for its key meanwhile doesn't get it either. */
  erased(name: SubjectName): void {
    this.keep(kidOf(name), ERASED);
  }

  /** Word of an erasure may have been missed: every key is asked for again. */
  forget(): void {
    this.held.clear();
  }

  private async fetch(name: SubjectName, kid: string, dispatch: string | undefined): Promise<SubjectKey> {
    try {
      const key = subjectKey(name, await this.ask(name, dispatch));
      // Throws when the erasure was heard while the vault was asked.
      this.holds(kid);
      this.keep(kid, key);
      return key;
    } catch (error) {
      if (isFault(error, SEALING_FAULTS.erased)) this.keep(kid, ERASED);
      throw error;
    }
  }

  private keep(kid: string, key: Held['key']): void {
    this.held.delete(kid);
    this.held.set(kid, { key, until: this.clock() + this.keepMs * (1 - SOONER * this.chance()) });
    if (this.held.size <= MOST_KEYS) return;
    const oldest = this.held.keys().next();
    if (!oldest.done) this.held.delete(oldest.value);
  }
}

const erased = (): Fault =>
  new Fault(SEALING_FAULTS.erased, {
    retryable: false,
    message: 'the keys of this person were destroyed: nothing of theirs is opened or sealed',
  });
