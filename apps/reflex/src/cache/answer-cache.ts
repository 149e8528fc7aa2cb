import { type Commands, canonicalJson } from '@octobus/contracts';
import { Fault } from '@octobus/kernel';
import type { WhenDown } from '@octobus/limits';
import { AGENTS, agentReference } from '@octobus/task';
import type { VolatileStore } from '@octobus/volatile';

export interface AnswerCacheOptions {
  readonly store: VolatileStore;
  /** What the tenant's answers rest on, as of now: another text after every change. Fault `log-unavailable`. */
  readonly standing: (tenant: string) => Promise<string>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** How long an answer may be given again, from when it was first asked for. */
  readonly ttlMs: number;
  /** For requests that don't say. */
  readonly otherwise: CacheMode;
  readonly whenDown: WhenDown;
  readonly onOutcome: (outcome: CacheOutcome) => void;
}

export type CacheMode = 'use' | 'bypass';
/** `named`: an earlier task was found, the engine decides whether its result is good; `new`: there was none; `down`: it could not be looked for. */
export type CacheOutcome = 'named' | 'new' | 'down';

/** Who asks for what. `keyed`: a digest of a text (hex) that nobody can try without the key of the person whom it is about. */
export interface AskedRequest {
  readonly tenant: string;
  readonly owner: string;
  readonly body: Commands['submit'];
  readonly keyed: (text: string) => string;
}

/** Where the request is remembered, and the task that asked the same before. */
export interface Remembered {
  readonly key: string;
  readonly task: string | undefined;
  /** When the oldest task of the chain asked. */
  readonly since: number;
}

interface Entry {
  readonly task: string;
  readonly since: number;
}

/** Versions of all that works on a task: another release answers anew. */
const AGENT_VERSIONS = AGENTS.map((agent) => `${agentReference(agent)} ${agent.prompt}`).join(' ');

/**
 * Remembers which task asked for what. It holds no text: an entry names a task under a digest that is keyed for the person whom it is about, made of owner,
 * request, agents, and how the tenant's documents stand. So nothing is found for another tenant, person or owner, nor after a document has changed,
 * and what it leads to goes with the person's key.
 */
export class AnswerCache {
  private readonly options: AnswerCacheOptions;

  constructor(options: AnswerCacheOptions) {
    this.options = options;
  }

  /** Undefined: the request is to be answered anew. Fault `cache-unavailable` (retryable), unless it may go on without. */
  async find(asked: AskedRequest): Promise<Remembered | undefined> {
    const { otherwise, whenDown, onOutcome } = this.options;
    if ((asked.body.cache ?? otherwise) !== 'use' || hasEffects(asked.body)) return undefined;
    try {
      const found = await this.look(asked);
      onOutcome(found.task === undefined ? 'new' : 'named');
      return found;
    } catch (cause) {
      onOutcome('down');
      if (whenDown === 'degraded') return undefined;
      throw new Fault('cache-unavailable', { retryable: true, message: 'remembered answers can not be looked for', cause });
    }
  }

  /** The task that was accepted for it, whether or not it is answered from another one. Never rejects: what is not remembered is asked anew. */
  async remember({ key, since }: Remembered, task: string): Promise<void> {
    const left = since + this.options.ttlMs - this.options.clock();
    await this.options.store.set(key, JSON.stringify({ task, since } satisfies Entry), left).catch(() => undefined);
  }

  private async look({ tenant, owner, body, keyed }: AskedRequest): Promise<Remembered> {
    const { store, standing, clock, ttlMs } = this.options;
    const { goal, documents = [], plan, limits } = body;
    const request = { owner, goal, documents, ...(plan && { plan }), ...(limits && { limits }) };
    const key = keyed(`answer\n${AGENT_VERSIONS}\n${await standing(tenant)}\n${canonicalJson(request)}`);
    const now = clock();
    const entry = entryIn((await store.get(key))?.value);
    return entry !== undefined && entry.since <= now && now < entry.since + ttlMs
      ? { key, ...entry }
      : { key, task: undefined, since: now };
  }
}

/** What was done outside is not done by telling its result again. */
const hasEffects = ({ plan }: Commands['submit']): boolean => (plan?.steps ?? []).some(({ effect = 'none' }) => effect !== 'none');

/** Others may write there: what is no entry is none. */
function entryIn(text: string | undefined): Entry | undefined {
  try {
    const { task, since } = JSON.parse(text ?? '') as Partial<Entry>;
    return typeof task === 'string' && typeof since === 'number' ? { task, since } : undefined;
  } catch {
    return undefined;
  }
}
