import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { DurableSettings } from '../provisioning/durables.ts';
import { found } from '../provisioning/provision.ts';
import type { DurableReport } from './durable-report.ts';
import {
  type DurableSighting,
  type DurableStanding,
  type Look,
  REPAIRED,
  WATCH_LIMITS,
  type WatchLimits,
  judge,
  standingOf,
} from './durable-standing.ts';
import { readDurable } from './read-durable.ts';
import { repairDurable } from './repair-durable.ts';

export interface DurableWatchOptions {
  /** Of the provisioning account: only it may make durables. */
  readonly connection: NatsConnection;
  /** Looked at every time. */
  readonly services: readonly DurableSettings[];
  /** Theirs take turns. */
  readonly tenants?: () => readonly DurableSettings[];
  /** The report that was kept last. */
  readonly known?: DurableReport | undefined;
  /** 20 s. */
  readonly everyMs?: number;
  readonly limits?: WatchLimits;
  readonly onReport: (report: DurableReport) => void;
  /** A state that isn't as it was before; `repaired` when something was done about it. */
  readonly onChange: (now: DurableStanding, was: DurableStanding | undefined, repaired: boolean) => void;
  /** A look or a repair that failed; once, until one succeeds. */
  readonly onTrouble: (error: unknown) => void;
}

const EVERY_MS = 20_000;
/** After a repair: whether it has helped. */
const FOLLOW_UP_MS = 5_000;
/** One request each. */
const TENANTS_A_LOOK = 50;
/** A repair that did not help is not repeated before this. */
const AGAIN_MS = 300_000;
/** The server counts what is before a durable when it makes or moves it: seconds in a log of millions. */
const WITHIN_MS = 10_000;

type LookAt = Look & { readonly last: number; readonly at: number };

/**
 * Looks at the durables of the bus one after another, now and then: sees which of them are behind or stand still, makes those again that are lost,
 * altered, displaced or stuck, at the position that it knows they had, and tells. What had been handled behind that position comes again.
 */
export class DurableWatch {
  private readonly options: DurableWatchOptions;
  private readonly everyMs: number;
  private readonly limits: WatchLimits;
  private readonly standings = new Map<string, DurableStanding>();
  private streams: Readonly<Record<string, string>>;
  private turn = 0;
  private lookedAt = 0;
  /** Every start of a server gives it another id. */
  private server: string | undefined;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private stopped = false;
  private troubled = false;
  /** The last look has ended in a repair. */
  private repaired = false;

  constructor(options: DurableWatchOptions) {
    const { known } = options;
    this.options = options;
    this.everyMs = options.everyMs ?? EVERY_MS;
    this.limits = options.limits ?? WATCH_LIMITS;
    this.streams = known?.streams ?? {};
    for (const standing of [...(known?.durables ?? []), ...(known?.tenants ?? [])]) {
      this.standings.set(keyOf(standing), { ...standing, state: 'ok', still: 0, held: 0, behind: 0 });
    }
  }

  /** Looks at once and then every so often; resolves after the first look. */
  async start(): Promise<void> {
    await this.look();
    this.schedule();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.looking;
  }

  /** Never rejects. */
  look(): Promise<void> {
    this.looking = this.looking
      .then(() => this.lookNow())
      .then(
        () => {
          this.troubled = false;
        },
        (error: unknown) => this.trouble(error),
      );
    return this.looking;
  }

  private schedule(): void {
    if (this.stopped) return;
    const ms = this.repaired ? Math.min(FOLLOW_UP_MS, this.everyMs) : this.everyMs;
    this.timer = setTimeout(() => void this.look().then(() => this.schedule()), ms);
    this.timer.unref();
  }

  private trouble(error: unknown): void {
    if (!this.troubled && !this.stopped) this.options.onTrouble(error);
    this.troubled = true;
  }

  private async lookNow(): Promise<void> {
    const { connection, services, onReport } = this.options;
    const manager = await jetstreamManager(connection, { timeout: WITHIN_MS, checkAPI: false });
    const at = Date.now();
    const server = connection.info?.server_id;
    const look = { ...this.limits, elapsedMs: this.lookedAt === 0 ? this.everyMs : at - this.lookedAt, restarted: server !== this.server };
    const ends = await this.readEnds(manager);
    const failures: unknown[] = [];
    this.repaired = false;
    for (const wanted of [...services, ...this.tenantsInTurn()]) {
      const last = ends.get(wanted.stream);
      if (last === undefined || this.stopped) continue;
      await this.lookAt(manager, wanted, { ...look, last, at }).catch((error: unknown) => failures.push(error));
    }
    this.lookedAt = at;
    if (failures.length === 0) this.server = server;
    onReport({ at, everyMs: this.everyMs, streams: this.streams, ...this.all() });
    if (failures.length > 0) throw failures[0];
  }

  /** A stream that was made anew has nothing to do with the positions of the one before; one that isn't there is for others to make. */
  private async readEnds(manager: JetStreamManager): Promise<ReadonlyMap<string, number>> {
    const ends = new Map<string, number>();
    for (const stream of new Set(this.options.services.map((wanted) => wanted.stream))) {
      const info = await found(manager.streams.info(stream));
      if (info === undefined) continue;
      if ((this.streams[stream] ?? info.created) !== info.created) this.forget(stream);
      this.streams = { ...this.streams, [stream]: info.created };
      ends.set(stream, info.state.last_seq);
    }
    return ends;
  }

  private forget(stream: string): void {
    for (const [key, standing] of this.standings) if (standing.stream === stream) this.standings.delete(key);
  }

  private tenantsInTurn(): readonly DurableSettings[] {
    const all = this.options.tenants?.() ?? [];
    const from = this.turn < all.length ? this.turn : 0;
    this.turn = from + TENANTS_A_LOOK;
    return all.slice(from, this.turn);
  }

  private async lookAt(manager: JetStreamManager, wanted: DurableSettings, look: LookAt): Promise<void> {
    const { at, last } = look;
    const key = keyOf(wanted);
    const was = this.standings.get(key);
    const seen = await readDurable(manager, wanted);
    const now = this.judged(wanted, seen, was, look);
    this.standings.set(key, now);
    const repairs = REPAIRED.has(now.state) && (now.state === 'missing' || at - now.repairedAt > AGAIN_MS);
    if (repairs) {
      await repairDurable(manager, wanted, { position: now.position, last });
      this.repaired = true;
      const fresh = standingOf(wanted, await readDurable(manager, wanted));
      this.standings.set(key, { ...fresh, state: now.state, position: now.position, repairs: now.repairs + 1, repairedAt: at });
    }
    if (repairs || (was?.state ?? 'ok') !== now.state) this.options.onChange(now, was, repairs);
  }

  private judged(
    wanted: DurableSettings,
    seen: DurableSighting | undefined,
    was: DurableStanding | undefined,
    look: Look,
  ): DurableStanding {
    if (seen === undefined || this.isOfService(wanted)) return judge(wanted, seen, was, look);
    return { ...standingOf(wanted, seen), repairs: was?.repairs ?? 0, repairedAt: was?.repairedAt ?? 0 };
  }

  private isOfService(wanted: DurableSettings): boolean {
    return this.options.services.includes(wanted);
  }

  private all(): Pick<DurableReport, 'durables' | 'tenants'> {
    const standing = (wanted: DurableSettings): readonly DurableStanding[] => {
      const known = this.standings.get(keyOf(wanted));
      return known === undefined ? [] : [known];
    };
    const { services, tenants } = this.options;
    return { durables: services.flatMap(standing), tenants: (tenants?.() ?? []).flatMap(standing) };
  }
}

const keyOf = ({ stream, name }: { readonly stream: string; readonly name: string }): string => `${stream}.${name}`;
