import type { Process } from './process.ts';
import type { Scheduler } from './scheduler.ts';

export interface DurableSettings {
  readonly name: string;
  readonly ackWaitMs: number;
  /** `all`: an acknowledgement covers everything before it. */
  readonly ackPolicy: 'explicit' | 'all';
  readonly maxAckPending: number;
}

/** Who pulls: a request stands until it has brought so many messages, its process has gone, or the server has. */
export interface PullRequest {
  readonly process: Process;
  readonly inbox: object;
  left: number;
  readonly deliver: (messages: readonly Delivered[]) => void;
}

export interface Delivered {
  readonly sequence: number;
  readonly deliveries: number;
}

/** What goes to who reads everything leaves the server so many milliseconds later, together. */
const GATHERED_MS = 25;

interface Pending {
  readonly deliveries: number;
  readonly firstAt: number;
  deadline: number;
}

/**
 * A durable pull consumer as nats-server 2.15 keeps one: each message goes to one of those who pull, in turns, and again when its ack wait is over or it is
 * given back. Acknowledgements are not durable: a crash takes back the last of them, and the counts of deliveries since.
 */
export class Durable {
  readonly settings: DurableSettings;
  private readonly scheduler: Scheduler;
  /** Never delivered, ascending. */
  private fresh: number[] = [];
  /** To be delivered again. */
  private again: number[] = [];
  private readonly pending = new Map<number, Pending>();
  private readonly counts = new Map<number, number>();
  private acked: { readonly sequence: number; readonly at: number }[] = [];
  private requests: PullRequest[] = [];
  private gathering = false;
  private checkAt = Number.POSITIVE_INFINITY;

  constructor(settings: DurableSettings, scheduler: Scheduler) {
    this.settings = settings;
    this.scheduler = scheduler;
  }

  /** Nothing is waiting, nothing is under way. */
  get isIdle(): boolean {
    return this.fresh.length === 0 && this.again.length === 0 && this.pending.size === 0;
  }

  offer(sequence: number): void {
    this.fresh.push(sequence);
    if (this.settings.ackPolicy !== 'all') return this.pump();
    if (this.gathering) return;
    this.gathering = true;
    this.scheduler.after(
      GATHERED_MS,
      this.settings.name,
      () => {
        this.gathering = false;
        this.pump();
      },
      false,
    );
  }

  request(request: PullRequest): void {
    this.requests.push(request);
    this.pump();
  }

  /** What a heartbeat would tell. */
  serves(inbox: object): boolean {
    return this.requests.some((request) => request.inbox === inbox);
  }

  /** Nobody listens to the inbox any more. */
  forget(gone: (request: PullRequest) => boolean): void {
    this.requests = this.requests.filter((request) => !gone(request));
  }

  ack(sequence: number): void {
    const covered = this.settings.ackPolicy === 'all' ? [...this.pending.keys()].filter((one) => one <= sequence) : [sequence];
    for (const one of covered) if (this.pending.delete(one) || this.drop(one)) this.acked.push({ sequence: one, at: this.scheduler.now });
    this.pump();
  }

  nak(sequence: number, delayMs: number): void {
    const pending = this.pending.get(sequence);
    if (pending === undefined) return;
    pending.deadline = this.scheduler.now + delayMs;
    this.checkBy(pending.deadline);
  }

  progress(sequence: number): void {
    const pending = this.pending.get(sequence);
    if (pending !== undefined) pending.deadline = this.scheduler.now + this.settings.ackWaitMs;
  }

  /** The server died and has read its files again: what happened since they were written is forgotten. */
  crash(writtenAt: number): void {
    this.requests = [];
    const lost = this.acked.filter(({ at }) => at > writtenAt).map(({ sequence }) => sequence);
    this.acked = this.acked.filter(({ at }) => at <= writtenAt);
    for (const [sequence, { firstAt, deliveries }] of this.pending) {
      if (firstAt <= writtenAt) this.pending.set(sequence, { firstAt, deliveries, deadline: this.scheduler.now + this.settings.ackWaitMs });
      else lost.push(sequence);
    }
    for (const sequence of lost) {
      this.pending.delete(sequence);
      this.counts.delete(sequence);
    }
    this.again = [...new Set([...this.again, ...lost])].sort((a, b) => a - b);
    this.checkBy(this.scheduler.now + this.settings.ackWaitMs);
  }

  /** An acknowledgement that comes late covers a message that waits to be delivered again, too. */
  private drop(sequence: number): boolean {
    const at = this.again.indexOf(sequence);
    if (at >= 0) this.again.splice(at, 1);
    return at >= 0;
  }

  private pump(): void {
    const parcels = new Map<PullRequest, Delivered[]>();
    while (this.requests.length > 0 && this.pending.size < this.settings.maxAckPending) {
      const sequence = this.again.shift() ?? this.fresh.shift();
      if (sequence === undefined) break;
      const request = this.requests.shift() as PullRequest;
      const parcel = parcels.get(request);
      if (parcel === undefined) parcels.set(request, [this.delivered(sequence)]);
      else parcel.push(this.delivered(sequence));
      if (--request.left > 0) this.requests.push(request);
    }
    for (const [request, parcel] of parcels) {
      if (this.settings.ackPolicy === 'all') request.deliver(parcel);
      else for (const one of parcel) request.deliver([one]);
    }
  }

  private delivered(sequence: number): Delivered {
    const deliveries = (this.counts.get(sequence) ?? 0) + 1;
    const { now } = this.scheduler;
    this.counts.set(sequence, deliveries);
    const firstAt = this.pending.get(sequence)?.firstAt ?? now;
    this.pending.set(sequence, { deliveries, firstAt, deadline: now + this.settings.ackWaitMs });
    this.checkBy(now + this.settings.ackWaitMs);
    return { sequence, deliveries };
  }

  private checkBy(at: number): void {
    if (at >= this.checkAt) return;
    this.checkAt = at;
    this.scheduler.after(at - this.scheduler.now, this.settings.name, () => this.check(at), false);
  }

  private check(at: number): void {
    if (at !== this.checkAt) return;
    this.checkAt = Number.POSITIVE_INFINITY;
    let next = Number.POSITIVE_INFINITY;
    for (const [sequence, { deadline }] of this.pending) {
      if (deadline > this.scheduler.now) {
        next = Math.min(next, deadline);
        continue;
      }
      this.pending.delete(sequence);
      this.again.push(sequence);
    }
    if (next < Number.POSITIVE_INFINITY) this.checkBy(next);
    this.pump();
  }
}
