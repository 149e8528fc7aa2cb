import { type Envelope, type EventBody, aggregatePrefix, clearSlot, facet, partsOf, scope } from '@octobus/contracts';
import type { Delivery, EventLog, RecordedEvent } from '@octobus/event-log';
import { Fault, type Instant, formatInstant, uuidv7 } from '@octobus/kernel';
import {
  type AttemptAddress,
  type Task,
  type TaskEvent,
  type TaskFact,
  attemptOf,
  attemptsOf,
  classToken,
  decide,
  evolve,
  flowFacet,
  noTask,
  toTaskEvent,
} from '@octobus/task';
import { type Tracing, randomBytesPooled } from '@octobus/telemetry';
import { type KnownTask, TaskCache } from './task-cache.ts';

export interface TaskHandlerOptions {
  readonly log: EventLog;
  readonly tracing: Tracing;
  readonly clock: () => Instant;
  /** Folded tasks kept in memory. */
  readonly cacheSize: number;
}

/** What caused a decision: carried into the envelopes of its events. */
interface Cause {
  readonly id: string;
  readonly task: string;
  readonly traceparent: string | undefined;
}

const MAX_DECISIONS = 1000;
const MAX_CONFLICTS = 20;

/** The only I/O around the task's decider: load, fold, decide, append with the sequence read; on a conflict load and decide again. */
export class TaskHandler {
  private readonly cache: TaskCache;
  private readonly options: TaskHandlerOptions;

  constructor(options: TaskHandlerOptions) {
    this.options = options;
    this.cache = new TaskCache(options.cacheSize);
  }

  /** Events of one task must come one after another. Redelivery is harmless: what was decided is loaded, what may lack its dispatch is dispatched again. */
  async handle(delivery: Delivery): Promise<void> {
    const { event } = delivery;
    const attributes = { 'octobus.task': event.address.id, 'octobus.event': event.body.type };
    await this.options.tracing.span(
      `decide ${event.body.type}`,
      event.envelope.traceparent,
      { kind: 'consumer', attributes },
      (traceparent) => this.advance(event, delivery.deliveries > 1, { id: event.envelope.id, task: event.address.id, traceparent }),
    );
  }

  private async advance(event: RecordedEvent, redelivered: boolean, cause: Cause): Promise<void> {
    const prefix = aggregatePrefix(event.address);
    let known = await this.known(prefix, event, redelivered, cause);
    let conflicts = 0;
    for (let i = 0; i < MAX_DECISIONS; i++) {
      const next = decide({ type: 'advance', now: this.options.clock() }, known.task);
      if ('quiet' in next) return this.keep(prefix, known);
      const after =
        'close' in next ? await this.close(prefix, next.close, next.reason, cause) : await this.append(prefix, known, next.fact, cause);
      if (after === undefined && ++conflicts > MAX_CONFLICTS) break;
      known = after ?? (await this.load(prefix, cause));
    }
    this.cache.drop(prefix);
    throw new Fault('decision-contended', { retryable: true, message: `task ${cause.task} was changed by others again and again` });
  }

  /** A task that has ended decides nothing more. */
  private keep(prefix: string, known: KnownTask): void {
    if (known.task.situation === 'open') this.cache.put(prefix, known);
    else this.cache.drop(prefix);
  }

  /**
   * The task with the event folded in. What is cached may lack what another orchestrator has handled, so it is used only where the decision is
   * an append for certain, which the log refuses when the flow has moved: a submission, and the outcome of the only attempt that was open.
   */
  private async known(prefix: string, event: RecordedEvent, redelivered: boolean, cause: Cause): Promise<KnownTask> {
    if (!redelivered && event.body.type === 'task.accepted.v1') return foldIn(untouched, event);
    const cached = redelivered ? undefined : this.cache.get(prefix);
    if (cached !== undefined && isOutcomeOfTheOnlyOpen(cached.task, event)) return foldIn(cached, event);
    return this.load(prefix, cause, event.sequence);
  }

  private async load(prefix: string, cause: Cause, atLeast?: number): Promise<KnownTask> {
    const filters = [scope.requests(prefix), scope.flow(prefix), `${prefix}.arm.>`];
    const events = await this.options.log.load(filters, atLeast === undefined ? {} : { atLeast });
    const known = events.reduce<KnownTask>(foldIn, untouched);
    return this.dispatchAgain(prefix, { ...known, dispatched: this.cache.get(prefix)?.dispatched ?? 0 }, cause);
  }

  /** Appends one fact and its dispatches; undefined: somebody else was faster. */
  private async append(prefix: string, known: KnownTask, fact: TaskFact, cause: Cause): Promise<KnownTask | undefined> {
    if (known.task.situation !== 'open') return undefined;
    const place = flowFacet(fact, known.task);
    const event = { subject: `${prefix}.${place}`, envelope: this.envelope(fact, cause), body: fact };
    const appended = await this.options.log.append(event, { filter: scope.flow(prefix), sequence: known.flow });
    if ('conflict' in appended) return undefined;
    const task = evolve(known.task, { ...fact, sequence: appended.sequence } as TaskEvent);
    if (place.startsWith('flow.steps.')) await this.dispatch(prefix, fact, appended.sequence, cause);
    return { task, flow: appended.sequence, dispatched: appended.sequence };
  }

  /** Closes attempts; what they did until then is read afterwards, so that the end counts it. */
  private async close(prefix: string, attempts: readonly AttemptAddress[], reason: string, cause: Cause): Promise<KnownTask> {
    const body: EventBody = { type: 'task.attempt-closed.v1', data: { reason } };
    for (const { arm, step, attempt } of attempts) {
      const filter = scope.attempt(prefix, arm, step, attempt);
      const subject = `${prefix}.${facet.closed(arm, step, attempt)}`;
      for (let tries = 0; tries <= MAX_CONFLICTS; tries++) {
        const events = await this.options.log.load([filter]);
        if (events.some(({ body: { type } }) => type === 'task.step-done.v1' || type === 'task.attempt-closed.v1')) break;
        const sequence = events.at(-1)?.sequence ?? 0;
        const appended = await this.options.log.append({ subject, envelope: this.envelope(body, cause), body }, { filter, sequence });
        if (!('conflict' in appended)) break;
      }
    }
    return this.load(prefix, cause);
  }

  /** One event a step for a decision about several. Subjects are unique, so publishing again changes nothing. */
  private async dispatch(prefix: string, fact: TaskFact, decision: number, cause: Cause): Promise<void> {
    if (fact.type !== 'task.steps-scheduled.v1' && fact.type !== 'task.plan-adopted.v1') return;
    const parts = partsOf(fact.data.content);
    await Promise.all(
      (fact.data.steps ?? []).map((step) => {
        const content = clearSlot(parts.filter((part) => part.name?.startsWith(`${step.step}/`)));
        const body: EventBody = { type: 'task.step-dispatched.v1', data: { decisionSequence: String(decision), step, content } };
        const place = facet.fan(step.arm ?? '', classToken(step.class), step.step ?? '', step.attempt ?? 0);
        const subject = `${prefix}.${place}`;
        return this.options.log.append({ subject, envelope: this.envelope(body, cause), body }, { filter: subject, sequence: 0 });
      }),
    );
  }

  /** Whoever made a decision may have died before its dispatches, and a delivery after a crash of the server does not say that it is another one. */
  private async dispatchAgain(prefix: string, known: KnownTask, cause: Cause): Promise<KnownTask> {
    if (known.task.situation !== 'open') return known;
    for (const { step, attempt } of attemptsOf(known.task)) {
      if (attempt.situation !== 'open' || !attempt.fanned || attempt.decision <= known.dispatched) continue;
      const content = clearSlot(known.task.content.filter((part) => part.name?.startsWith(`${step}/`)));
      const fact: TaskFact = { type: 'task.steps-scheduled.v1', data: { steps: [attempt.scheduled], content } };
      await this.dispatch(prefix, fact, attempt.decision, cause);
    }
    return { ...known, dispatched: known.flow };
  }

  private envelope(body: { readonly type: string }, cause: Cause): Envelope {
    const now = this.options.clock();
    return {
      id: uuidv7(now, randomBytesPooled(16)),
      type: body.type,
      source: 'octobus/orchestrator',
      time: formatInstant(now),
      correlation: cause.task,
      causation: cause.id,
      actor: 'orchestrator',
      ...(cause.traceparent === undefined ? {} : { traceparent: cause.traceparent }),
    };
  }
}

const untouched: KnownTask = { task: noTask, flow: 0, dispatched: 0 };

function isOutcomeOfTheOnlyOpen(task: Task, event: RecordedEvent): boolean {
  const at = attemptOf(event.address.facet);
  if (task.situation !== 'open' || at === undefined || event.body.type !== 'task.step-done.v1') return false;
  const open = [...attemptsOf(task)].filter(({ attempt }) => attempt.situation === 'open');
  return open.length === 1 && open.every(({ step, attempt }) => step === at.step && attempt.n === at.attempt && attempt.arm === at.arm);
}

/** Folding an event twice changes nothing: `evolve` ignores what doesn't fit the situation. */
function foldIn(known: KnownTask, event: RecordedEvent): KnownTask {
  const read = toTaskEvent(event);
  return {
    ...known,
    task: read === undefined ? known.task : evolve(known.task, read),
    flow: event.address.facet[0] === 'flow' ? Math.max(known.flow, event.sequence) : known.flow,
  };
}
