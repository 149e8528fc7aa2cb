import { type EventBody, type PlanStepJson, type StepFailureJson, facet, scope, taskPrefix } from '@octobus/contracts';
import {
  type Appended,
  type EventLog,
  type Expectation,
  InMemoryEventLog,
  InMemoryTimers,
  type NewEvent,
  type RecordedEvent,
  type Timer,
  type Timers,
  matchesFilter,
} from '@octobus/event-log';
import { Fault, instantOf, uuidv7 } from '@octobus/kernel';
import { noSealing } from '@octobus/sealing';
import { type Task, evolve, noTask, toTaskEvent } from '@octobus/task';
import { createLogger, noTracing } from '@octobus/telemetry';
import { TaskHandler } from '../src/task/task.handler.ts';

const NOW = instantOf(1_800_000_000_000);
const DURABLE = ['evt.*.*.task.*.request.>', 'evt.*.*.task.*.arm.*.*.*.done', 'evt.*.*.task.*.timer.>'];
const logger = createLogger('test', 'silent');
const id = (): string => uuidv7(NOW, crypto.getRandomValues(new Uint8Array(16)));

export interface Death {
  /** The append at which the process dies, from now on. */
  readonly at: number;
  /** Whether that append is stored. */
  readonly stored: boolean;
}

/** Lets a test choose in which order what happens at once goes on. */
export type Yield = <A extends unknown[], T>(act: (...args: A) => Promise<T>) => (...args: A) => Promise<T>;

/** One orchestrator's way to the log: slow, mortal, and strict about what an orchestrator may append, and under which expectation. */
class OrchestratorLog implements EventLog {
  dead = false;
  dying: Death | undefined;
  private readonly log: InMemoryEventLog;
  private readonly later: Yield;
  private readonly before: (event: NewEvent) => Promise<void>;
  private readonly lag: () => number;

  constructor(log: InMemoryEventLog, later: Yield, before: (event: NewEvent) => Promise<void>, lag: () => number) {
    this.log = log;
    this.lag = lag;
    this.later = later;
    this.before = before;
  }

  async append(event: NewEvent, expected: Expectation): Promise<Appended> {
    assertExpectation(event.subject, expected);
    this.mustLive();
    const last = this.dying !== undefined && --(this.dying as { at: number }).at <= 0;
    if (last && this.dying?.stored === false) this.dead = true;
    this.mustLive();
    await this.before(event);
    const appended = await this.later(() => this.log.append(event, expected))();
    if (last) this.dead = true;
    this.mustLive();
    return appended;
  }

  /** As a server of a cluster answers that is behind by so many events, but for the sequence that it must hold. */
  async load(filters: readonly string[], { atLeast = 0 }: { readonly atLeast?: number } = {}): Promise<readonly RecordedEvent[]> {
    this.mustLive();
    const upTo = Math.max(atLeast, (await this.log.lastSequence()) - this.lag());
    const events = await this.later(() => this.log.load(filters))();
    return events.filter(({ sequence }) => sequence <= upTo);
  }

  async last(subject: string): Promise<RecordedEvent | undefined> {
    this.mustLive();
    return this.later(() => this.log.last(subject))();
  }

  read(filter: string, from: number): AsyncIterable<readonly RecordedEvent[]> {
    return this.log.read(filter, from);
  }

  lastSequence(): Promise<number> {
    return this.log.lastSequence();
  }

  mustLive(): void {
    if (this.dead) throw new Fault('log-unavailable', { retryable: true, message: 'this process is dead' });
  }
}

/** Decisions expect the task's flow, dispatches nothing at their subject, closings the attempt; no append is blind. */
function assertExpectation(subject: string, { filter, sequence }: Expectation): void {
  const tokens = subject.split('.');
  const prefix = tokens.slice(0, 5).join('.');
  const [head, arm = '', step = '', attempt = '', end] = tokens.slice(5);
  if (head === 'flow' && filter === scope.flow(prefix)) return;
  if (head === 'fan' && filter === subject && sequence === 0) return;
  if (head === 'arm' && end === 'closed' && filter === scope.attempt(prefix, arm, step, Number(attempt))) return;
  throw new TypeError(`an append to ${subject} under the expectation ${filter} ${sequence}`);
}

interface Orchestrator {
  readonly handler: TaskHandler;
  readonly log: OrchestratorLog;
  /** Ends of what it handles, by task: the host hands it the events of one task one after another. */
  readonly lanes: Map<string, Promise<void>>;
}

export interface Delivering {
  readonly death?: Death | undefined;
  readonly ackLost?: boolean;
  /** Delivered as if for the first time. */
  readonly countForgotten?: boolean;
  /** With what waits of the same task behind it and was never delivered. */
  readonly together?: boolean;
}

export interface Dispatched {
  readonly prefix: string;
  readonly arm: string;
  readonly step: string;
  readonly attempt: number;
}

/** A log, a durable consumer shared by two orchestrators, and arms that do what a test says. */
export class World {
  readonly log = new InMemoryEventLog();
  /** Runs before an orchestrator's append reaches the log. */
  interfere: ((event: NewEvent) => Promise<void>) | undefined;
  /** Events that the next load may miss at the end of the log: servers of a cluster are behind one another. */
  lag: () => number = () => 0;
  readonly timers = new InMemoryTimers(this.log);
  /** Rests that an orchestrator means to end by itself, by task. */
  readonly wakes = new Map<string, () => Promise<void>>();
  /** What the orchestrators' clocks say. */
  now = NOW;
  /** Runs before an orchestrator sets a timer. */
  beforeTimer: (() => Promise<void>) | undefined;
  /** Hears of every timer that is set. */
  onTimer: (timer: Timer) => void = () => undefined;
  private readonly acknowledged = new Set<number>();
  private readonly counts = new Map<number, number>();
  private readonly orchestrators: Orchestrator[];
  private readonly later: Yield;

  constructor(later: Yield, orchestrators = 2) {
    this.later = later;
    this.orchestrators = Array.from({ length: orchestrators }, () => this.start());
  }

  private start(): Orchestrator {
    const log = new OrchestratorLog(
      this.log,
      this.later,
      async (event) => this.interfere?.(event),
      () => this.lag(),
    );
    const timers: Timers = {
      set: async (timer) => {
        log.mustLive();
        await this.beforeTimer?.();
        this.onTimer(timer);
        await this.later(() => this.timers.set(timer))();
      },
      cancel: (timer) => this.later(() => this.timers.cancel(timer))(),
      isSet: (timer) => this.timers.isSet(timer),
    };
    const wakes = { set: (key: string, _in: number, wake: () => Promise<void>) => void this.wakes.set(key, wake) };
    const handler = new TaskHandler({
      log,
      timers,
      wakes,
      sealing: noSealing,
      logger,
      tracing: noTracing,
      clock: () => this.now,
      chance: () => 0.5,
      cacheSize: 2,
    });
    return { handler, log, lanes: new Map() };
  }

  /** Timers that are due in the next so many milliseconds become events; the orchestrators' clocks stand still. */
  fire(withinMs = 3_600_000): readonly number[] {
    return this.timers.fire(instantOf(this.now + withinMs));
  }

  /** One of the rests that end in the process that began them; what died there is dead. */
  async wake(pick: number): Promise<void> {
    const key = [...this.wakes.keys()][pick % Math.max(1, this.wakes.size)];
    const wake = this.wakes.get(key ?? '');
    this.wakes.delete(key ?? '');
    await wake?.().catch((error: unknown) => {
      if (!(error instanceof Fault)) throw error;
    });
  }

  async submit(steps: readonly PlanStepJson[], task: string = id(), deadline?: string): Promise<string> {
    const prefix = taskPrefix('acme', task);
    await this.record(`${prefix}.${facet.request('submit', task)}`, task, {
      type: 'task.accepted.v1',
      data: {
        owner: 'k',
        class: 'PRIORITY_CLASS_B',
        plan: { origin: 'submitted', steps: [...steps] },
        ...(deadline === undefined ? {} : { deadline }),
      },
    });
    return prefix;
  }

  async cancel(prefix: string): Promise<void> {
    const subject = `${prefix}.${facet.request('cancel', 'c1')}`;
    await this.record(subject, taskOf(prefix), { type: 'task.cancel-requested.v1', data: { reason: 'enough' } });
  }

  /** Another decision in the task's flow, of a release that nobody here knows. */
  async intrude(prefix: string, n: number): Promise<void> {
    this.plant(prefix, `flow.note.${n}`, `task.note-${n}.v9`);
    await Promise.resolve();
  }

  /** What a newer release writes at a place that is known here. */
  plant(prefix: string, place: string, type: string): void {
    const headers: [string, string][] = [
      ['ce-id', id()],
      ['ce-type', type],
      ['octo-correlation', taskOf(prefix)],
    ];
    this.log.plant(`${prefix}.${place}`, headers, '{}');
  }

  /** Events that the durable has not been told are done with. */
  async waiting(): Promise<readonly RecordedEvent[]> {
    const events = await this.log.load(DURABLE);
    return events.filter((event) => !this.acknowledged.has(event.sequence));
  }

  /** Hands an event to one of the orchestrators, as a delivery of its count unless the server forgot it; acknowledged when it was handled; the fault when not. */
  async deliver(event: RecordedEvent, to: number, how: Delivering = {}): Promise<Fault | undefined> {
    const orchestrator = this.orchestrators[to % this.orchestrators.length] as Orchestrator;
    if (how.death !== undefined) orchestrator.log.dying = { ...how.death };
    const deliveries = (this.counts.get(event.sequence) ?? 0) + 1;
    const also = how.together === true && deliveries === 1 ? await this.freshBehind(event) : [];
    this.counts.set(event.sequence, deliveries);
    for (const { sequence } of also) this.counts.set(sequence, 1);
    const delivery = { event, also, deliveries: how.countForgotten === true ? 1 : deliveries, signal: new AbortController().signal };
    const before = orchestrator.lanes.get(event.address.id) ?? Promise.resolve();
    const handled = before.then(() => orchestrator.handler.handle(delivery));
    orchestrator.lanes.set(
      event.address.id,
      handled.catch(() => undefined),
    );
    try {
      await handled;
      if (how.ackLost !== true) for (const { sequence } of [event, ...also]) this.acknowledged.add(sequence);
      return undefined;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return error;
    } finally {
      const at = this.orchestrators.indexOf(orchestrator);
      if (orchestrator.log.dead && at >= 0) this.orchestrators[at] = this.start();
    }
  }

  private async freshBehind({ sequence, address }: RecordedEvent): Promise<readonly RecordedEvent[]> {
    const waiting = await this.waiting();
    return waiting.filter((other) => other.address.id === address.id && other.sequence > sequence && !this.counts.has(other.sequence));
  }

  /** What the host does with an event that it gives up on. */
  async giveUp(event: RecordedEvent, code: string): Promise<void> {
    await this.orchestrators[0]?.handler.giveUp({ event, deliveries: 1, signal: new AbortController().signal }, code);
    this.acknowledged.add(event.sequence);
  }

  /** Steps that an arm would find: dispatched, and neither done nor closed. */
  async dispatched(): Promise<readonly Dispatched[]> {
    const found: Dispatched[] = [];
    for (const event of await this.log.load(['evt.*.*.task.*.flow.step.>', 'evt.*.*.task.*.fan.>'])) {
      const [arm = '', , step = '', attempt = ''] = event.address.facet.slice(event.address.facet[0] === 'fan' ? 1 : 2);
      const at = { prefix: event.subject.split('.').slice(0, 5).join('.'), arm, step, attempt: Number(attempt) };
      if ((await this.ends(at)).length === 0) found.push(at);
    }
    return found;
  }

  /** What an arm does with a step; refused when the attempt was closed meanwhile. */
  async finish({ prefix, arm, step, attempt }: Dispatched, failure?: StepFailureJson): Promise<void> {
    const filter = scope.attempt(prefix, arm, step, attempt);
    const data = { step, attempt, arm, usage: [], ...(failure === undefined ? {} : { failure }) };
    const body: EventBody = { type: 'task.step-done.v1', data };
    await this.later(() =>
      this.log.append(
        { subject: `${prefix}.${facet.done(arm, step, attempt)}`, envelope: envelope(body.type, taskOf(prefix)), body },
        { filter, sequence: 0 },
      ),
    )();
  }

  async ends({ prefix, arm, step, attempt }: Dispatched): Promise<readonly RecordedEvent[]> {
    const ends = [facet.done(arm, step, attempt), facet.closed(arm, step, attempt)].map((place) => `${prefix}.${place}`);
    return (await this.all(prefix)).filter((event) => ends.includes(event.subject));
  }

  /** Every event of a task, those that stand at one subject too. */
  async all(prefix: string): Promise<RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for await (const batch of this.log.read(scope.all(prefix), 1)) events.push(...batch);
    return events;
  }

  async fold(prefix: string): Promise<Task> {
    let task: Task = noTask;
    for (const event of await this.all(prefix)) {
      const read = toTaskEvent(event);
      if (read !== undefined) task = evolve(task, read);
    }
    return task;
  }

  private async record(subject: string, task: string, body: EventBody): Promise<void> {
    await this.log.append({ subject, envelope: envelope(body.type, task), body }, { filter: subject, sequence: 0 });
  }
}

const taskOf = (prefix: string): string => prefix.split('.')[4] ?? '';

const envelope = (type: string, task: string) => ({
  id: id(),
  type,
  source: 'test',
  time: new Date(NOW).toISOString(),
  correlation: task,
  causation: 'test',
  actor: 'test',
});

export const inFlow = ({ subject }: { readonly subject: string }): boolean => matchesFilter('evt.*.*.task.*.flow.>', subject);
