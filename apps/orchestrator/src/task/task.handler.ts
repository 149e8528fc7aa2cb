import { type Envelope, type EventBody, aggregatePrefix, clearSlot, facet, isSealed, partsOf, scope } from '@octobus/contracts';
import { type Delivery, type EventLog, type RecordedEvent, type Timers, assertKnownVersion, releaseTooOld } from '@octobus/event-log';
import { Fault, type Instant, formatInstant, milliseconds, toWire, uuidv7 } from '@octobus/kernel';
import {
  type AttemptAddress,
  type Next,
  type OpenTask,
  TIMERS,
  type Task,
  type TaskEvent,
  type TaskFact,
  attemptsOf,
  classToken,
  decide,
  evolve,
  flowFacet,
  mayBeAnsweredFrom,
  spentOf,
} from '@octobus/task';
import { SEALING_FAULTS, type Sealing, type SealingOptions, openEach } from '@octobus/sealing';
import { type Logger, type RandomBytes, type Tracing, randomBytesPooled } from '@octobus/telemetry';
import { earlierResult } from './earlier-result.ts';
import { type KnownTask, TaskCache } from './task-cache.ts';
import { areOutcomesOfAllOpen, foldIn, openAttempts, untouched } from './known-task.ts';
import { type TaskAddress, TaskTimers, type WantedTimer, pendingTimers, restOf, timerOf, timersOf } from './task-timers.ts';
import type { Wakes } from './wakes.ts';

export interface TaskHandlerOptions {
  readonly log: EventLog;
  readonly timers: Timers;
  readonly wakes: Wakes;
  readonly sealing: Sealing;
  readonly logger: Logger;
  readonly tracing: Tracing;
  readonly clock: () => Instant;
  /** Of event ids; without: the system's. */
  readonly random?: RandomBytes;
  /** At least 0, below 1. */
  readonly chance: () => number;
  /** Folded tasks kept in memory. */
  readonly cacheSize: number;
}

/** What caused a decision: carried into the envelopes of its events. */
interface Cause {
  readonly id: string;
  /** Of the last event that is handled: whatever is read for it must hold it, or it would be acknowledged unseen. */
  readonly sequence: number;
  readonly task: string;
  readonly address: TaskAddress;
  readonly traceparent: string | undefined;
}

/** Decisions hand on what is to be done: it stands in the submission and in a planner's outcome. */
const isNeeded = ({ body }: RecordedEvent): boolean =>
  body.type === 'task.accepted.v1' || (body.type === 'task.step-done.v1' && body.data.plan !== undefined);
const NEEDED: SealingOptions = { wanted: isNeeded };

const MAX_DECISIONS = 1000;
const MAX_CONFLICTS = 20;
/** Rests and waits up to here end in this process: timers of the log are up to a quarter of a second late. */
const OWN_WAKES_MS = 1000;

/** The only I/O around the task's decider: load, fold, decide, append with the sequence read; on a conflict load and decide again. */
export class TaskHandler {
  private readonly cache: TaskCache;
  private readonly options: TaskHandlerOptions;
  private readonly timers: TaskTimers;
  private readonly sealing: Sealing;
  /** Seals what is decided, opens what decisions need. */
  private readonly log: EventLog;

  constructor(options: TaskHandlerOptions) {
    this.options = options;
    this.timers = new TaskTimers(options.timers, options.logger);
    this.sealing = options.sealing;
    this.log = this.sealing.around(options.log, NEEDED);
    this.cache = new TaskCache(options.cacheSize);
  }

  /** Events of one task must come one after another. Redelivery is harmless: what was decided is loaded, what may lack its dispatch is dispatched again. */
  async handle(delivery: Delivery): Promise<void> {
    const { event, also } = await this.readable(delivery);
    const attributes = { 'octobus.task': event.address.id, 'octobus.event': event.body.type };
    await this.options.tracing.span(
      `decide ${event.body.type}`,
      event.envelope.traceparent,
      { kind: 'consumer', attributes },
      async (traceparent) => {
        const { sequence } = also.at(-1) ?? event;
        await this.advance([event, ...also], delivery.deliveries > 1, { ...causeOf(event), sequence, traceparent });
        // An outcome that only a newer release can read comes again, for it; what else there is to decide doesn't wait for it: nobody could stop the task.
        [event, ...also].forEach(assertKnownVersion);
      },
    );
  }

  /** A person was erased: nothing of theirs stays in memory. */
  forget(tenant: string, dataSubject: string): void {
    this.cache.forget(tenant, dataSubject);
  }

  /** The events with what decisions need of their content. Fault `subject-erased`: there is nothing left to decide about. */
  private async readable({
    event,
    also = [],
  }: Delivery): Promise<{ readonly event: RecordedEvent; readonly also: readonly RecordedEvent[] }> {
    if (![event, ...also].some(isNeeded)) return { event, also };
    const [first, ...more] = await openEach([event, ...also], (one) => this.sealing.opened(one, NEEDED));
    if (first?.body.type === 'task.accepted.v1' && isSealed(first.body.data.content)) {
      throw new Fault(SEALING_FAULTS.erased, { retryable: false, message: 'the person whom the task is about was erased' });
    }
    return { event: first ?? event, also: more };
  }

  /** For an event that can't be handled: its task fails, so that it neither hangs nor comes again for ever. */
  async giveUp({ event }: Delivery, code: string): Promise<void> {
    const prefix = aggregatePrefix(event.address);
    const cause = causeOf(event);
    const message = `the engine could not handle ${event.body.type} at sequence ${event.sequence}`;
    for (let conflicts = 0; conflicts <= MAX_CONFLICTS; conflicts++) {
      const known = await this.read(prefix, event.sequence);
      if (known.task.situation !== 'open') return;
      const closed = await this.close(prefix, openAttempts(known.task), 'task failed', cause);
      if (closed?.task.situation !== 'open') continue;
      const fact: TaskFact = { type: 'task.failed.v1', data: { code, message, spentMicroUsd: toWire(spentOf(closed.task)) } };
      if ((await this.append(prefix, closed, fact, cause)) !== undefined) return this.cache.drop(prefix);
    }
    throw contended(cause.task);
  }

  /** Events of one task, in ascending sequence. */
  private async advance(events: readonly [RecordedEvent, ...RecordedEvent[]], redelivered: boolean, cause: Cause): Promise<void> {
    const prefix = aggregatePrefix(events[0].address);
    const shortcut = redelivered ? undefined : this.shortcut(prefix, events);
    if (shortcut !== undefined) return this.decideUntilQuiet(prefix, shortcut, false, cause);
    const known = await this.load(prefix, cause);
    if (redelivered && events[0].body.type === 'task.accepted.v1') await this.setDeadline(known.task, cause);
    await this.decideUntilQuiet(prefix, known, true, cause);
  }

  /** Its timer is set while the decision about it is appended: whoever died of both may have left the decision alone. */
  private async setDeadline(task: Task, cause: Cause): Promise<void> {
    if (task.situation !== 'open') return;
    const [deadline] = pendingTimers(task, cause.address).filter(({ name }) => name === TIMERS.deadline);
    await this.timers.set([deadline], (body) => this.envelope(body, cause));
  }

  /** `wasLoaded`: the start is what the log has, not what is remembered. */
  private async decideUntilQuiet(prefix: string, start: KnownTask, wasLoaded: boolean, cause: Cause): Promise<void> {
    let known = start;
    let confirmed = wasLoaded;
    let conflicts = 0;
    const tooLate: WantedTimer[] = [];
    for (let i = 0; i < MAX_DECISIONS && conflicts <= MAX_CONFLICTS; i++) {
      const sameAs = known.task.situation === 'open' ? mayBeAnsweredFrom(known.task) : undefined;
      const earlier = sameAs === undefined ? undefined : await earlierResult(this.options.log, cause.address.tenant, sameAs, known.task);
      const next = decide({ type: 'advance', now: this.options.clock(), chance: this.options.chance(), earlier }, known.task);
      if ('quiet' in next && confirmed) return this.keep(prefix, known, tooLate);
      const after = await this.act(prefix, known, next, confirmed, cause);
      if (after === undefined) {
        conflicts++;
        tooLate.push(...timersOf(next, cause.address));
      }
      known = after ?? (await this.afterConflict(prefix, next, cause));
      confirmed = true;
    }
    this.cache.drop(prefix);
    throw contended(cause.task);
  }

  /**
   * Whoever was faster may have set a timer of the same name for another time, and ours may have taken its place. One of a name that nobody waits for yet
   * stays: the decision that waits for it may be under way elsewhere, and cancelling would take its timer away; the next decision sets it anew.
   */
  private async afterConflict(prefix: string, refused: Next, cause: Cause): Promise<KnownTask> {
    const known = await this.load(prefix, cause);
    const { task } = known;
    const ours = timersOf(refused, cause.address);
    if (task.situation !== 'open' || ours.length === 0) return known;
    const replaced = pendingTimers(task, cause.address).filter(({ name, n, at }) =>
      ours.some((own) => own.name === name && own.n === n && own.at !== at),
    );
    await this.timers.set(replaced, (body) => this.envelope(body, cause));
    return known;
  }

  /** What the task is afterwards; undefined: somebody else was faster. */
  private act(prefix: string, known: KnownTask, next: Next, confirmed: boolean, cause: Cause): Promise<KnownTask | undefined> {
    if ('quiet' in next || (!confirmed && waitsAnew(next))) return this.load(prefix, cause);
    return 'close' in next ? this.close(prefix, next.close, next.reason, cause) : this.append(prefix, known, next.fact, cause);
  }

  /** A task that has ended decides nothing more: timers of decisions that came too late wait for nothing. */
  private async keep(prefix: string, known: KnownTask, tooLate: readonly WantedTimer[]): Promise<void> {
    if (known.task.situation === 'open') return this.cache.put(prefix, known);
    this.cache.drop(prefix);
    await this.timers.cancel(tooLate);
  }

  /**
   * The task without a load. What is cached may lack what another orchestrator has handled, so it is used only where nothing can be missing
   * but in the flow, and there the log refuses the append: for a submission, and for the outcomes of all attempts that were open.
   */
  private shortcut(prefix: string, events: readonly [RecordedEvent, ...RecordedEvent[]]): KnownTask | undefined {
    if (events.length === 1 && events[0].body.type === 'task.accepted.v1') return foldIn(untouched, events[0]);
    const cached = this.cache.get(prefix);
    return cached !== undefined && areOutcomesOfAllOpen(cached.task, events) ? events.reduce(foldIn, cached) : undefined;
  }

  /** The task as the log has it, with everything that was decided dispatched. */
  private async load(prefix: string, cause: Cause): Promise<KnownTask> {
    const known = await this.read(prefix, cause.sequence);
    await this.dispatchSince(this.cache.get(prefix)?.flow ?? 0, prefix, known.task, cause);
    return known;
  }

  private async read(prefix: string, atLeast: number): Promise<KnownTask> {
    const filters = [scope.requests(prefix), scope.flow(prefix), scope.timers(prefix), ...scope.outcomes(prefix), ...scope.calls(prefix)];
    const events = await this.log.load(filters, { atLeast });
    const known = events.reduce<KnownTask>(foldIn, untouched);
    const { task, unread } = known;
    if (unread !== undefined && (task.situation === 'open' || task.situation === 'none'))
      throw releaseTooOld(unread.envelope.type, unread.sequence);
    return known;
  }

  /** Sets the timer that a fact waits for, appends it and its dispatches; undefined: somebody else was faster. */
  private async append(prefix: string, known: KnownTask, fact: TaskFact, cause: Cause): Promise<KnownTask | undefined> {
    if (known.task.situation !== 'open') return undefined;
    const place = flowFacet(fact, known.task);
    const event = { subject: `${prefix}.${place}`, envelope: this.envelope(fact, cause, known.task), body: fact };
    const appended = await this.withTimer(fact, cause, () => this.log.append(event, { filter: scope.flow(prefix), sequence: known.flow }));
    if ('conflict' in appended) return undefined;
    this.options.logger[place === facet.end ? 'info' : 'debug']({ task: cause.task, sequence: appended.sequence }, fact.type);
    const task = evolve(known.task, { ...fact, sequence: appended.sequence } as TaskEvent);
    if (place.startsWith('flow.steps.')) await this.dispatch(prefix, fact, appended.sequence, cause, known.task);
    if (place === facet.end) await this.timers.cancel(pendingTimers(known.task, cause.address));
    this.wakeFor(fact, prefix, { ...cause, sequence: appended.sequence });
    return { task, flow: appended.sequence };
  }

  /**
   * Rests and waits have their timer before their decision. A deadline has it at the same time, which spares each task with one a round trip: it is decided
   * when the submission is handled, and a submission that comes again sets it again, whether the server remembers the delivery before or not.
   */
  private async withTimer<T>(fact: TaskFact, cause: Cause, append: () => Promise<T>): Promise<T> {
    const set = this.timers.set([timerOf(fact, cause.address)], (body) => this.envelope(body, cause));
    if (fact.type !== 'task.deadline-set.v1') await set;
    const [appended] = await Promise.all([append(), set]);
    return appended;
  }

  private wakeFor(fact: TaskFact, prefix: string, cause: Cause): void {
    const inMs = restOf(fact, this.options.clock());
    if (inMs === undefined || inMs > OWN_WAKES_MS) return;
    this.options.wakes.set(prefix, milliseconds(inMs), async () =>
      this.decideUntilQuiet(prefix, await this.load(prefix, cause), true, cause),
    );
  }

  /** Closes attempts; what they did until then is read afterwards, so that the end counts it. Undefined: an arm was faster again and again. */
  private async close(prefix: string, attempts: readonly AttemptAddress[], reason: string, cause: Cause): Promise<KnownTask | undefined> {
    const body: EventBody = { type: 'task.attempt-closed.v1', data: { reason } };
    for (const at of attempts) if (!(await this.closeOne(prefix, at, body, cause))) return undefined;
    return this.load(prefix, cause);
  }

  private async closeOne(prefix: string, { arm, step, attempt }: AttemptAddress, body: EventBody, cause: Cause): Promise<boolean> {
    const filter = scope.attempt(prefix, arm, step, attempt);
    const subject = `${prefix}.${facet.closed(arm, step, attempt)}`;
    for (let tries = 0; tries <= MAX_CONFLICTS; tries++) {
      const events = await this.log.load([filter]);
      if (events.some(({ body: { type } }) => type === 'task.step-done.v1' || type === 'task.attempt-closed.v1')) return true;
      const sequence = events.at(-1)?.sequence ?? 0;
      const appended = await this.log.append({ subject, envelope: this.envelope(body, cause), body }, { filter, sequence });
      if (!('conflict' in appended)) return true;
    }
    return false;
  }

  /** One event a step for a decision about several. Subjects are unique, so publishing again changes nothing. */
  private async dispatch(prefix: string, fact: TaskFact, decision: number, cause: Cause, task: OpenTask): Promise<void> {
    if (fact.type !== 'task.steps-scheduled.v1' && fact.type !== 'task.plan-adopted.v1') return;
    const parts = partsOf(fact.data.content);
    await Promise.all(
      (fact.data.steps ?? []).map((step) => {
        const content = clearSlot(parts.filter((part) => part.name?.startsWith(`${step.step}/`)));
        const body: EventBody = { type: 'task.step-dispatched.v1', data: { decisionSequence: String(decision), step, content } };
        const place = facet.fan(step.arm ?? '', classToken(step.class), step.step ?? '', step.attempt ?? 0);
        const subject = `${prefix}.${place}`;
        return this.log.append({ subject, envelope: this.envelope(body, cause, task), body }, { filter: subject, sequence: 0 });
      }),
    );
  }

  /**
   * Dispatches what was decided after a sequence once more: whoever decided it may have died before, and the delivery that comes instead doesn't
   * always say that it is another one (the server forgets counts when it crashes).
   */
  private async dispatchSince(sequence: number, prefix: string, task: Task, cause: Cause): Promise<void> {
    if (task.situation !== 'open') return;
    for (const { step, attempt } of attemptsOf(task)) {
      if (attempt.situation !== 'open' || !attempt.fanned || attempt.decision <= sequence) continue;
      const content = clearSlot(task.content.filter((part) => part.name?.startsWith(`${step}/`)));
      const fact: TaskFact = { type: 'task.steps-scheduled.v1', data: { steps: [attempt.scheduled], content } };
      await this.dispatch(prefix, fact, attempt.decision, cause, task);
    }
  }

  /** Whose content the event may hold is known by its task; events of closings hold none. */
  private envelope(body: { readonly type: string }, cause: Cause, task?: OpenTask): Envelope {
    const now = this.options.clock();
    return {
      id: uuidv7(now, (this.options.random ?? randomBytesPooled)(16)),
      type: body.type,
      source: 'octobus/orchestrator',
      time: formatInstant(now),
      correlation: cause.task,
      causation: cause.id,
      actor: 'orchestrator',
      ...(cause.traceparent === undefined ? {} : { traceparent: cause.traceparent }),
      ...(task === undefined ? {} : { dataSubject: task.dataSubject }),
    };
  }
}

/**
 * A rest or a wait: its timer is set before its decision, and a short one would fire before the log says that there is nothing to decide any more.
 */
const waitsAnew = (next: Next): boolean =>
  'fact' in next && (next.fact.type === 'task.step-delayed.v1' || next.fact.type === 'task.wait-begun.v1');

function causeOf({ envelope, sequence, address }: RecordedEvent): Cause {
  const task: TaskAddress = { tenant: address.tenant, aggregate: 'task', id: address.id };
  return { id: envelope.id, sequence, task: address.id, address: task, traceparent: envelope.traceparent };
}

const contended = (task: string): Fault =>
  new Fault('decision-contended', { retryable: true, message: `task ${task} was changed by others again and again` });
