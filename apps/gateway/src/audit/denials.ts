import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { PLATFORM, addressDigest } from '@octobus/contracts';
import type { Instant } from '@octobus/kernel';
import { LocalLimits } from '@octobus/limits';
import type { Logger } from '@octobus/telemetry';
import type { Principal } from '../auth/principal.ts';
import type { Door } from '../door/door.ts';
import { CountedRefusals, type RefusalCount } from './counted-refusals.ts';

export interface DenialOptions {
  readonly door: Door;
  readonly doorKey: string;
  /** Names this gateway among others; another one after every start. */
  readonly instance: string;
  readonly clock: () => Instant;
  readonly logger: Logger;
}

/** What was asked for and refused. */
export interface Refused {
  /** Code of the problem. */
  readonly code: string;
  /** Method and route, never the path as it was sent. */
  readonly action: string;
  readonly address: string;
  readonly principal: Principal | undefined;
  readonly traceparent: string | undefined;
}

/** Denials a second, and at once, that one key gets an event each for; what is beyond is counted. */
const TOLD = { rate: 2, burst: 50 };
const LOOK_MS = 5_000;

/**
 * Tells reflex of what was refused at the door: of an authenticated caller one by one, before it is answered; of everybody else, and of floods, a count a
 * source and minute. What can't be told one by one is counted, so that nothing is refused without a trace.
 */
export class Denials {
  private readonly options: DenialOptions;
  private readonly counted: CountedRefusals;
  private readonly told: LocalLimits;
  private readonly timer: NodeJS.Timeout;
  private telling: Promise<void> = Promise.resolve();

  constructor(options: DenialOptions) {
    this.options = options;
    this.counted = new CountedRefusals(options.clock, PLATFORM);
    this.told = new LocalLimits(options.clock);
    this.timer = setInterval(() => void this.flush(), LOOK_MS).unref();
  }

  /** Resolves when a denial of an authenticated caller is durable, or counted. Never rejects. */
  async refused({ code, action, address, principal, traceparent }: Refused): Promise<void> {
    if (code === 'unauthenticated') return this.counted.add(PLATFORM, code, this.sourceOf(address));
    if (code === 'rate-limited') return this.counted.add(principal?.tenant ?? PLATFORM, code, principal?.actor ?? this.sourceOf(address));
    if (code !== 'forbidden' || principal === undefined) return;
    const { tenant, actor } = principal;
    try {
      if (this.told.take(actor, TOLD) > 0) this.counted.add(tenant, code, actor);
      else await this.options.door.enter(principal, { verb: 'report-denial', tenant, target: tenant, body: { code, action }, traceparent });
    } catch (error) {
      this.options.logger.warn({ err: error }, 'a denial could not be told of and is counted');
      this.counted.add(tenant, code, actor);
    }
  }

  /** Tells of the minutes that are over. Never rejects. */
  flush(all = false): Promise<void> {
    this.telling = this.telling.then(() => this.tellAll(this.counted.due(all)));
    return this.telling;
  }

  /** Refusals that were counted and could not be told of for too long. */
  get lost(): number {
    return this.counted.lost;
  }

  /** Tells of everything; nothing is counted after it. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.flush(true);
  }

  private async tellAll(counts: readonly RefusalCount[]): Promise<void> {
    for (const count of counts) {
      try {
        await this.tell(count);
      } catch (error) {
        // The rest would fail the same way; all of it is told later.
        this.options.logger.warn({ err: error }, 'refusals could not be told of, and will be');
        return;
      }
      this.counted.told(count);
    }
  }

  /** The same command however often it is sent: an acknowledgement may have been lost. */
  private async tell({ tenant, code, source, minute, count }: RefusalCount): Promise<void> {
    const { door, instance } = this.options;
    const body = { code, source, minute, count, instance };
    const id = createHash('sha256').update(`${tenant}\n${code}\n${source}\n${minute}\n${instance}`).digest('hex').slice(0, 32);
    await door.enter(
      { actor: 'gateway', origin: 'rest' },
      { verb: 'report-refusals', tenant, target: tenant, body, id, traceparent: undefined },
    );
  }

  /** An address is somebody's: only a keyed digest of it is kept. A whole network of IPv6 is one source, since one caller has all of it. */
  private sourceOf(address: string): string {
    return `address:${addressDigest(this.options.doorKey, isIPv6(address) ? networkOf(address) : address)}`;
  }
}

/** The first 64 bits; of an IPv4 address written as IPv6, that address. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = address.split('%', 1)[0]?.split('::') ?? [];
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups =
    tail === undefined ? left : [...left, ...Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0'), ...right];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
