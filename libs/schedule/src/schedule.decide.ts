import type { EventOf } from '@octobus/contracts';
import type { Instant } from '@octobus/kernel';
import { type KnownSchedule, type Schedule, type ScheduleFact, awaited, toState } from './schedule.ts';

/** A request of the log with its sequence; `next`: the first firing of the timetable after now, undefined when there is none. */
interface Requested {
  readonly sequence: number;
  readonly next: Instant | undefined;
}

export type ScheduleCommand =
  | ({
      readonly type: 'create';
      readonly request: EventOf<'schedule.create-requested.v1'>['data'];
      readonly storedAt: Instant;
    } & Requested)
  | ({ readonly type: 'resume' } & Requested)
  | ({ readonly type: 'pause' } & Pick<Requested, 'sequence'>)
  | ({ readonly type: 'delete' } & Pick<Requested, 'sequence'>)
  /** Firing n has come; its task has this id. */
  | { readonly type: 'fire'; readonly n: number; readonly task: string; readonly next: Instant | undefined }
  /** Firing n has come, and its task could not be submitted, however often it was tried. */
  | { readonly type: 'skip'; readonly n: number; readonly next: Instant | undefined };

export type ScheduleRefusal = 'schedule-exists' | 'schedule-unknown' | 'schedule-not-active' | 'schedule-not-paused' | 'firing-not-awaited';

export type ScheduleDecision = { readonly fact: ScheduleFact } | { readonly refused: ScheduleRefusal };

export function decide(command: ScheduleCommand, schedule: Schedule): ScheduleDecision {
  if (command.type === 'create') return schedule.situation === 'none' ? create(command) : { refused: 'schedule-exists' };
  if (schedule.situation === 'none' || schedule.status === 'deleted') return { refused: 'schedule-unknown' };
  switch (command.type) {
    case 'pause':
      return schedule.status === 'active' ? { fact: paused(schedule, command.sequence) } : { refused: 'schedule-not-active' };
    case 'resume':
      return schedule.status === 'paused'
        ? { fact: armed({ ...schedule, handled: command.sequence }, command.next) }
        : { refused: 'schedule-not-paused' };
    case 'delete':
      return { fact: deleted(schedule, command.sequence) };
    case 'fire':
    case 'skip':
      if (awaited(schedule)?.n !== command.n) return { refused: 'firing-not-awaited' };
      return { fact: command.type === 'fire' ? fired(schedule, command) : armed(schedule, command.next) };
  }
}

/** Every arming has a number of its own, so that a firing of an earlier one is told from it. */
const arm = (schedule: KnownSchedule, next: Instant | undefined): KnownSchedule =>
  next === undefined
    ? { ...schedule, status: 'ended', dueAt: undefined }
    : { ...schedule, status: 'active', firing: schedule.firing + 1, dueAt: next };

const armed = (schedule: KnownSchedule, next: Instant | undefined): ScheduleFact => ({
  type: 'schedule.armed.v1',
  data: { state: toState(arm(schedule, next)) },
});

function create({ request, sequence, next, storedAt }: Extract<ScheduleCommand, { type: 'create' }>): ScheduleDecision {
  const { name = '', cron = '', timeZone = '', owner = '' } = request;
  const blank: KnownSchedule = {
    situation: 'known',
    name,
    cron,
    timeZone,
    owner,
    deadlineAfterMs: Number(request.deadlineAfterMs ?? 0),
    status: 'active',
    firing: 0,
    dueAt: undefined,
    handled: sequence,
    fired: 0,
    lastTask: undefined,
    lastDueAt: undefined,
    createdAt: storedAt,
  };
  return { fact: armed(blank, next) };
}

const paused = (schedule: KnownSchedule, sequence: number): ScheduleFact => ({
  type: 'schedule.paused.v1',
  data: { state: toState({ ...schedule, status: 'paused', dueAt: undefined, handled: sequence }) },
});

const deleted = (schedule: KnownSchedule, sequence: number): ScheduleFact => ({
  type: 'schedule.deleted.v1',
  data: { state: toState({ ...schedule, status: 'deleted', dueAt: undefined, handled: sequence }) },
});

function fired(schedule: KnownSchedule, { n, task, next }: Extract<ScheduleCommand, { type: 'fire' }>): ScheduleFact {
  const after = { ...schedule, fired: schedule.fired + 1, lastTask: task, lastDueAt: schedule.dueAt };
  return { type: 'schedule.fired.v1', data: { n, taskId: task, state: toState(arm(after, next)) } };
}
