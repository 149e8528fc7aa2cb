import { type Commands, type Envelope, type EventBody, aggregatePrefix, facet, isSealed, scope } from '@octobus/contracts';
import { type Delivery, type EventLog, type RecordedEvent, type Timers, assertKnownVersion } from '@octobus/event-log';
import { Fault, type Instant, formatInstant, instantOf, isFault, uuidv7 } from '@octobus/kernel';
import {
  FIRING,
  type KnownSchedule,
  type Schedule,
  type ScheduleCommand,
  type ScheduleFact,
  awaited,
  decide,
  evolve,
  nextFiring,
  noSchedule,
  templateOf,
} from '@octobus/schedule';
import { SEALING_FAULTS, type Sealing } from '@octobus/sealing';
import { type Logger, type Tracing, randomBytesPooled } from '@octobus/telemetry';
import type { FiringDoor } from './firing-door.ts';

export interface ScheduleHandlerOptions {
  readonly log: EventLog;
  readonly timers: Timers;
  readonly door: FiringDoor;
  readonly sealing: Sealing;
  readonly logger: Logger;
  readonly tracing: Tracing;
  readonly clock: () => Instant;
}

/** A schedule as its last decision left it, with the requests since. */
interface Loaded {
  readonly schedule: Schedule;
  /** Sequence of that decision: what the next append expects. */
  readonly flow: number;
  readonly requests: readonly RecordedEvent[];
}

const MAX_CONFLICTS = 20;

/**
 * The I/O around the schedule's decider: load, decide, side effects, append; on a conflict load and decide again. Side effects come first and have names
 * of their own (the task's id, the timer's number), so that doing them twice changes nothing: the task is submitted, then the next timer is set, then
 * the decision is written.
 */
export class ScheduleHandler {
  private readonly options: ScheduleHandlerOptions;

  constructor(options: ScheduleHandlerOptions) {
    this.options = options;
  }

  /** Events of one schedule must come one after another; redelivery is harmless. */
  async handle({ event, also = [] }: Delivery): Promise<void> {
    const attributes = { 'octobus.schedule': event.address.id, 'octobus.event': event.body.type };
    await this.options.tracing.span(`decide ${event.body.type}`, event.envelope.traceparent, { kind: 'consumer', attributes }, async () => {
      for (const one of [event, ...also]) await this.advance(one, 'fire');
    });
  }

  /** For an event that can't be handled: a firing is left out, so that the schedule goes on. */
  async giveUp({ event }: Delivery, code: string): Promise<void> {
    this.options.logger.error({ schedule: event.address.id, sequence: event.sequence, code }, 'a firing or request was given up on');
    if (event.body.type === 'schedule.timer-fired.v1') await this.advance(event, 'skip');
  }

  private async advance(event: RecordedEvent, firing: 'fire' | 'skip'): Promise<void> {
    const prefix = aggregatePrefix(event.address);
    for (let conflicts = 0; conflicts <= MAX_CONFLICTS;) {
      const loaded = await this.load(prefix, event.sequence);
      const decided = this.factOf(loaded, event, firing);
      if (decided === undefined) return;
      const gone = decided.type === 'schedule.fired.v1' && !(await this.submit(loaded, decided.data.n ?? 0, event));
      const fact = gone ? endOf(loaded) : decided;
      if (fact === undefined) return;
      if (!(await this.append(prefix, loaded, fact, event))) conflicts++;
    }
    throw new Fault('decision-contended', {
      retryable: true,
      message: `schedule ${event.address.id} was changed by others again and again`,
    });
  }

  private async load(prefix: string, atLeast: number): Promise<Loaded> {
    const events = await this.options.log.load([scope.requests(prefix), scope.flow(prefix)], { atLeast });
    // What only a newer release can read may change everything: it is left to that release.
    events.forEach(assertKnownVersion);
    const decisions = events.filter(({ address }) => address.facet[0] === 'flow');
    return {
      schedule: decisions.reduce<Schedule>((schedule, { body }) => evolve(schedule, body), noSchedule),
      flow: decisions.at(-1)?.sequence ?? 0,
      requests: events.filter(({ address }) => address.facet[0] === 'request'),
    };
  }

  /** The first request that nobody has decided about and that changes something, else the firing in hand. Undefined: nothing to do. */
  private factOf({ schedule, requests }: Loaded, event: RecordedEvent, firing: 'fire' | 'skip'): ScheduleFact | undefined {
    const handled = schedule.situation === 'known' ? schedule.handled : 0;
    const commands = [
      ...requests.filter(({ sequence }) => sequence > handled).map((request) => this.requested(request, schedule)),
      this.fired(event, schedule, firing),
    ];
    for (const command of commands) {
      const decision = command === undefined ? undefined : decide(command, schedule);
      if (decision !== undefined && 'fact' in decision) return decision.fact;
    }
    return undefined;
  }

  private requested({ body, sequence, storedAt }: RecordedEvent, schedule: Schedule): ScheduleCommand | undefined {
    switch (body.type) {
      case 'schedule.create-requested.v1': {
        const { cron = '', timeZone = '' } = body.data;
        const next = nextFiring({ cron, timeZone }, this.options.clock());
        return { type: 'create', sequence, request: body.data, storedAt: instantOf(storedAt), next };
      }
      case 'schedule.pause-requested.v1':
        return { type: 'pause', sequence };
      case 'schedule.resume-requested.v1':
        return { type: 'resume', sequence, next: this.nextOf(schedule) };
      case 'schedule.delete-requested.v1':
        return { type: 'delete', sequence };
      default:
        return undefined;
    }
  }

  private fired({ address, body }: RecordedEvent, schedule: Schedule, type: 'fire' | 'skip'): ScheduleCommand | undefined {
    if (body.type !== 'schedule.timer-fired.v1') return undefined;
    const n = body.data.n ?? 0;
    const task = this.options.door.taskOf({ tenant: address.tenant, schedule: address.id, n });
    return { type, n, task, next: this.nextOf(schedule) };
  }

  /** From now on, so that what was missed while nothing ran is made up for once and not once a firing; never the firing that is under way. */
  private nextOf(schedule: Schedule): Instant | undefined {
    if (schedule.situation !== 'known') return undefined;
    return nextFiring(schedule, instantOf(Math.max(this.options.clock(), schedule.dueAt ?? 0)));
  }

  /** The same command whoever submits it: its deadline counts from when the log stored the firing. False: the person whom it is about was erased. */
  private async submit({ schedule, requests }: Loaded, n: number, { address, storedAt, envelope }: RecordedEvent): Promise<boolean> {
    const request = requests.find(({ body }) => body.type === 'schedule.create-requested.v1');
    const created = request && (await this.options.sealing.opened(request)).body;
    const data = created?.type === 'schedule.create-requested.v1' ? created.data : {};
    if (isSealed(data.content)) return false;
    const task = templateOf(data);
    if (task === undefined || schedule.situation !== 'known')
      throw new Fault('schedule-unreadable', { retryable: false, message: 'what the schedule submits can not be read' });
    const body: Commands['submit'] = { ...task, ...deadlineOf(schedule, storedAt) };
    const { owner } = schedule;
    const { traceparent, id: cause } = envelope;
    const dataSubject = request?.envelope.dataSubject;
    try {
      await this.options.door.submit({ tenant: address.tenant, schedule: address.id, n, owner, cause, dataSubject, body, traceparent });
    } catch (error) {
      if (isFault(error, SEALING_FAULTS.erased)) return false;
      throw error;
    }
    this.options.logger.info({ schedule: address.id, n }, 'fired');
    return true;
  }

  /** False: somebody else was faster. */
  private async append(prefix: string, { schedule: before, flow }: Loaded, fact: ScheduleFact, cause: RecordedEvent): Promise<boolean> {
    const after = evolve(before, fact);
    await this.arm(after, cause);
    const event = { subject: `${prefix}.${facet.state}`, envelope: this.envelope(fact, cause), body: fact };
    const appended = await this.options.log.append(event, { filter: scope.flow(prefix), sequence: flow });
    if ('conflict' in appended) {
      // Whoever was faster may have set the timer of this number for another time, and ours may have taken its place.
      await this.arm((await this.load(prefix, cause.sequence)).schedule, cause);
      return false;
    }
    await this.disarm(before, after, cause);
    return true;
  }

  private async arm(schedule: Schedule, { address, envelope }: RecordedEvent): Promise<void> {
    const waits = awaited(schedule);
    if (waits === undefined) return;
    const body: EventBody = { type: 'schedule.timer-fired.v1', data: { name: FIRING, n: waits.n, dueAt: formatInstant(waits.at) } };
    const timer = { address: { ...address, aggregate: 'schedule' as const }, name: FIRING, n: waits.n, at: waits.at };
    await this.options.timers.set({ ...timer, envelope: this.envelope(body, { address, envelope }), body });
  }

  /** A timer that nobody waits for any more; one that fires even so is ignored. */
  private async disarm(before: Schedule, after: Schedule, { address, body }: RecordedEvent): Promise<void> {
    const old = awaited(before);
    if (old === undefined || old.n === awaited(after)?.n || body.type === 'schedule.timer-fired.v1') return;
    const timer = { address: { ...address, aggregate: 'schedule' as const }, name: FIRING, n: old.n };
    await this.options.timers.cancel(timer).catch((error: unknown) => {
      this.options.logger.warn({ schedule: address.id, err: error }, 'a timer could not be cancelled');
    });
  }

  private envelope(body: { readonly type: string }, { address, envelope }: Pick<RecordedEvent, 'address' | 'envelope'>): Envelope {
    const now = this.options.clock();
    return {
      id: uuidv7(now, randomBytesPooled(16)),
      type: body.type,
      source: 'octobus/orchestrator',
      time: formatInstant(now),
      correlation: address.id,
      causation: envelope.id,
      actor: 'orchestrator',
      ...(envelope.traceparent === undefined ? {} : { traceparent: envelope.traceparent }),
    };
  }
}

/** A schedule whose tasks are about somebody who was erased is deleted when it would fire: nobody can read what it is to submit. */
function endOf({ schedule }: Loaded): ScheduleFact | undefined {
  const handled = schedule.situation === 'known' ? schedule.handled : 0;
  const decision = decide({ type: 'delete', sequence: handled }, schedule);
  return 'fact' in decision ? decision.fact : undefined;
}

const deadlineOf = ({ deadlineAfterMs }: KnownSchedule, storedAt: number): { readonly deadline?: string } =>
  deadlineAfterMs === 0 ? {} : { deadline: formatInstant(instantOf(storedAt + deadlineAfterMs)) };
