import { type ContentPartJson, type EventBody, type ScheduledStepJson, clearSlot, facet, taskPrefix } from '@octobus/contracts';
import { type Appended, type Delivery, type EventLog, type Expectation, InMemoryEventLog, type NewEvent } from '@octobus/event-log';
import { Fault, type Instant, instantOf, uuidv7 } from '@octobus/kernel';
import { noSealing } from '@octobus/sealing';
import { createLogger, noTracing } from '@octobus/telemetry';
import { ArmHandler, type Worker } from '../src/index.ts';

export const TASK = '0192f0c1-2d3e-7a4b-8c5d-6e7f8091a2b3';
export const PREFIX = taskPrefix('acme', TASK);
export const START = instantOf(1_800_000_000_000);
export const place = (name: string, ...rest: number[]): string => [`${PREFIX}.arm.noop.s1.1.${name}`, ...rest].join('.');

const envelope = (type: string) => ({
  id: uuidv7(START, crypto.getRandomValues(new Uint8Array(16))),
  type,
  source: 'test',
  time: new Date(START).toISOString(),
  correlation: TASK,
  causation: 'test',
  actor: 'test',
});

/** A process's way to the log: it can die before or after one of its appends, and then neither reads nor writes again. */
export class MortalLog implements EventLog {
  appends = 0;
  dead = false;
  private readonly log: EventLog;
  private readonly dies: { readonly at: number; readonly stored: boolean } | undefined;

  constructor(log: EventLog, dies?: { readonly at: number; readonly stored: boolean }) {
    this.log = log;
    this.dies = dies;
  }

  async append(event: NewEvent, expected: Expectation): Promise<Appended> {
    this.mustLive();
    const last = this.dies !== undefined && ++this.appends >= this.dies.at;
    if (last && this.dies?.stored === false) this.dead = true;
    this.mustLive();
    const appended = await this.log.append(event, expected);
    if (last) this.dead = true;
    this.mustLive();
    return appended;
  }

  async load(...args: Parameters<EventLog['load']>): ReturnType<EventLog['load']> {
    this.mustLive();
    return this.log.load(...args);
  }

  async last(subject: string): ReturnType<EventLog['last']> {
    this.mustLive();
    return this.log.last(subject);
  }

  read(...args: Parameters<EventLog['read']>): ReturnType<EventLog['read']> {
    return this.log.read(...args);
  }

  lastSequence(): Promise<number> {
    return this.log.lastSequence();
  }

  private mustLive(): void {
    if (this.dead) throw new Fault('log-unavailable', { retryable: true, message: 'this process is dead' });
  }
}

export interface ArmBench {
  readonly log: InMemoryEventLog;
  /** A handler as a new process would have it. */
  arm(worker: Worker['perform'], log?: EventLog, clock?: () => Instant): ArmHandler;
  delivery(deliveries?: number, signal?: AbortSignal): Delivery;
  close(): Promise<void>;
  /** What stands in the attempt's scope, as `facet type`, in order. */
  facets(): Promise<string[]>;
  body<T extends EventBody['type']>(subject: string, type: T): Promise<Extract<EventBody, { type: T }>['data'] | undefined>;
}

export interface BenchOptions {
  readonly scheduled?: Partial<ScheduledStepJson>;
  readonly content?: readonly ContentPartJson[];
}

/** One step `s1` of the arm `noop`, scheduled and dispatched. */
export async function openArmBench({ scheduled, content = [] }: BenchOptions = {}): Promise<ArmBench> {
  const log = new InMemoryEventLog();
  const step: ScheduledStepJson = { step: 's1', attempt: 1, arm: 'noop', agent: 'noop@1', class: 'PRIORITY_CLASS_B', ...scheduled };
  const body: EventBody = { type: 'task.steps-scheduled.v1', data: { steps: [step], content: clearSlot(content) } };
  const subject = `${PREFIX}.${facet.step('noop', 'b', 's1', 1)}`;
  await log.append({ subject, envelope: envelope(body.type), body }, { filter: subject, sequence: 0 });
  const event = await log.last(subject);
  if (event === undefined) throw new Error('the dispatch is not in the log');
  const logger = createLogger('test', 'silent');
  const filter = place('>');
  return {
    log,
    arm: (perform, through = log, clock = () => START) =>
      new ArmHandler({ log: through, sealing: noSealing, worker: { arm: 'noop', perform }, logger, tracing: noTracing, clock }),
    delivery: (deliveries = 1, signal = new AbortController().signal) => ({ event, deliveries, signal }),
    close: async () => {
      const closed: EventBody = { type: 'task.attempt-closed.v1', data: { reason: 'test' } };
      const sequence = (await log.load([filter])).at(-1)?.sequence ?? 0;
      await log.append({ subject: place('closed'), envelope: envelope(closed.type), body: closed }, { filter, sequence });
    },
    facets: async () => (await log.load([filter])).map(({ address }) => address.facet.slice(4).join('.')),
    body: async (at, type) => {
      const found = await log.last(at);
      return found?.body.type === type ? (found.body.data as never) : undefined;
    },
  };
}
