import { timerSubjects } from '@octobus/contracts';
import type { EventLog, NewEvent, RecordedEvent, Timers } from '@octobus/event-log';
import { TIMERS } from '@octobus/task';
import type { ReadModelStore } from '../../apps/projector/src/read-model-store.ts';
import type { Postgres } from './postgres.ts';
import { isAt } from './postgres.ts';
import type { Process } from './process.ts';
import { ask } from './request.ts';
import type { Server } from './server.ts';

/** Bugs that are put in at the ports, to show that the simulation finds what it is there for. */
export const PLANTS = [
  'ack-before-publish',
  'missing-expected-sequence',
  'dispatch-as-fact',
  'attempt-not-closed',
  'position-outside-transaction',
  'effect-without-journal',
  'timer-in-memory',
  'deadline-not-timed',
] as const;
export type Plant = (typeof PLANTS)[number];

export function plantedLog(plant: Plant | undefined, service: string, log: EventLog): EventLog {
  if (service !== 'orchestrator') return log;
  if (plant === 'dispatch-as-fact') return dispatchesAsFacts(log);
  return plant === 'attempt-not-closed' ? closingsInThought(log) : log;
}

const like = (log: EventLog): EventLog => ({
  append: (event, expected) => log.append(event, expected),
  load: (filters, options) => log.load(filters, options),
  last: (subject) => log.last(subject),
  read: (filter, from) => log.read(filter, from),
  lastSequence: (options) => log.lastSequence(options),
});

/** The task is folded from its dispatches, too, as if they were decisions. */
const dispatchesAsFacts = (log: EventLog): EventLog => ({
  ...like(log),
  load: async (filters, options) => {
    const prefix = filters[0]?.split('.').slice(0, 5).join('.') ?? '';
    return (await log.load([...filters, `${prefix}.fan.>`], options)).map(asDecision);
  },
});

function asDecision(event: RecordedEvent): RecordedEvent {
  const { body } = event;
  if (body.type !== 'task.step-dispatched.v1') return event;
  const { step, content } = body.data;
  const steps = step === undefined ? [] : [step];
  return { ...event, body: { type: 'task.steps-scheduled.v1', data: { steps, ...(content === undefined ? {} : { content }) } } };
}

/** Attempts are closed in the orchestrator's mind, and stay open in the log. */
function closingsInThought(log: EventLog): EventLog {
  const thought = new Map<string, NewEvent>();
  return {
    ...like(log),
    append: async (event, expected) => {
      if (event.body.type !== 'task.attempt-closed.v1') return log.append(event, expected);
      thought.set(event.subject, event);
      return { sequence: expected.sequence, repeated: false };
    },
    load: async (filters, options) => {
      const events = await log.load(filters, options);
      const prefix = filters[0]?.split('.').slice(0, 5).join('.') ?? '';
      const closed = [...thought.values()].filter(({ subject }) => subject.startsWith(`${prefix}.`));
      return [...events, ...closed.flatMap((event) => asRecorded(event, events))];
    },
  };
}

function asRecorded({ subject, envelope, body }: NewEvent, events: readonly RecordedEvent[]): RecordedEvent[] {
  const [first] = events;
  if (first === undefined) return [];
  const address = { ...first.address, facet: subject.split('.').slice(5) };
  return [{ subject, envelope, body, address, sequence: events.at(-1)?.sequence ?? 0, storedAt: first.storedAt }];
}

export function plantedTimers(plant: Plant | undefined, process: Process, server: Server, timers: Timers): Timers {
  if (plant === 'timer-in-memory') return timersInMemory(process, server);
  if (plant !== 'deadline-not-timed') return timers;
  return { ...timers, set: async (timer) => (timer.name === TIMERS.deadline ? undefined : timers.set(timer)) };
}

/** They die with the process that has set them. */
function timersInMemory(process: Process, server: Server): Timers {
  const waiting = new Map<string, () => void>();
  const cancel = (event: string): void => {
    waiting.get(event)?.();
    waiting.delete(event);
  };
  return {
    set: async (timer) => {
      const { event } = timerSubjects(timer);
      cancel(event);
      const inMs = timer.at - server.clock();
      waiting.set(
        event,
        process.after(inMs, () => server.timers.set(timer)),
      );
    },
    cancel: async (timer) => cancel(timerSubjects(timer).event),
    isSet: async (timer) => waiting.has(timerSubjects(timer).event),
  };
}

/** Rows are written in one transaction and the position in another. */
export function plantedStore(plant: Plant | undefined, postgres: Postgres, process: Process, store: ReadModelStore): ReadModelStore {
  if (plant !== 'position-outside-transaction') return store;
  const query = <T>(work: () => T): Promise<T> =>
    ask(process, 'sql', 'postgres-unavailable', () => (postgres.up ? { answer: work() } : undefined));
  return {
    ...store,
    commit: async (from, to, changes) => {
      await query(() => postgres.remember(postgres.write(changes)));
      return query(() => {
        if (!isAt(postgres.position, from)) return false;
        postgres.position = to;
        postgres.remember(() => {
          postgres.position = from;
        });
        return true;
      });
    },
  };
}
