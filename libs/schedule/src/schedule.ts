import type { EventBody, EventOf, ScheduleStateJson } from '@octobus/contracts';
import { type Instant, formatInstant, parseInstant } from '@octobus/kernel';

export const SCHEDULE_STATUSES = ['active', 'paused', 'ended', 'deleted'] as const;
export type ScheduleStatus = (typeof SCHEDULE_STATUSES)[number];

/** A schedule as its last decision left it. */
export interface KnownSchedule {
  readonly situation: 'known';
  readonly name: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly owner: string;
  /** 0: its tasks have no deadline. */
  readonly deadlineAfterMs: number;
  readonly status: ScheduleStatus;
  /** Number of the firing that was armed last, from 1. */
  readonly firing: number;
  /** When that firing is due; only while it is active. */
  readonly dueAt: Instant | undefined;
  /** Sequence of the last request that was decided about. */
  readonly handled: number;
  /** Firings that submitted a task, and the last of them. */
  readonly fired: number;
  readonly lastTask: string | undefined;
  readonly lastDueAt: Instant | undefined;
  readonly createdAt: Instant | undefined;
}

export type Schedule = { readonly situation: 'none' } | KnownSchedule;

export const noSchedule: Schedule = { situation: 'none' };

/** Name of a schedule's timers. */
export const FIRING = 'firing';

export type ScheduleFact = EventOf<'schedule.armed.v1' | 'schedule.fired.v1' | 'schedule.paused.v1' | 'schedule.deleted.v1'>;

/** Total: an event that is no decision of a schedule, or holds none of our states, changes nothing. */
export function evolve(schedule: Schedule, body: EventBody | { readonly type: 'unknown' }): Schedule {
  switch (body.type) {
    case 'schedule.armed.v1':
    case 'schedule.fired.v1':
    case 'schedule.paused.v1':
    case 'schedule.deleted.v1':
      return fromState(body.data.state) ?? schedule;
    default:
      return schedule;
  }
}

const isStatus = (text: string | undefined): text is ScheduleStatus => SCHEDULE_STATUSES.some((status) => status === text);

function fromState(state: ScheduleStateJson | undefined): KnownSchedule | undefined {
  if (!isStatus(state?.status)) return undefined;
  const { status, name = '', cron = '', timeZone = '', owner = '', firing = 0, fired = 0 } = state;
  return {
    situation: 'known',
    name,
    cron,
    timeZone,
    owner,
    status,
    firing,
    fired,
    deadlineAfterMs: Number(state.deadlineAfterMs ?? 0),
    handled: Number(state.handled ?? 0),
    dueAt: parseInstant(state.dueAt ?? ''),
    lastTask: state.lastTask,
    lastDueAt: parseInstant(state.lastDueAt ?? ''),
    createdAt: parseInstant(state.createdAt ?? ''),
  };
}

export function toState(schedule: KnownSchedule): ScheduleStateJson {
  const { situation: _, dueAt, lastTask, lastDueAt, createdAt, handled, deadlineAfterMs, ...plain } = schedule;
  return {
    ...plain,
    handled: String(handled),
    deadlineAfterMs: String(deadlineAfterMs),
    ...(lastTask === undefined ? {} : { lastTask }),
    ...time('dueAt', dueAt),
    ...time('lastDueAt', lastDueAt),
    ...time('createdAt', createdAt),
  };
}

const time = (name: string, at: Instant | undefined): Readonly<Record<string, string>> =>
  at === undefined ? {} : { [name]: formatInstant(at) };

/** The firing that a schedule waits for; undefined: none. */
export const awaited = (schedule: Schedule): { readonly n: number; readonly at: Instant } | undefined =>
  schedule.situation === 'known' && schedule.status === 'active' && schedule.dueAt !== undefined
    ? { n: schedule.firing, at: schedule.dueAt }
    : undefined;
