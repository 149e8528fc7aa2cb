import { type EventBody, type ScheduleCreateRequestedJson, type TaskTemplate, isSealed, partNamed } from '@octobus/contracts';
import { type Instant, formatInstant, instantOf } from '@octobus/kernel';
import { type KnownSchedule, type Schedule, type ScheduleStatus, evolve, noSchedule } from './schedule.ts';

/** One schedule as readers see it. `requested`: screened, and no orchestrator has decided about it yet. */
export interface ScheduleView {
  readonly id: string;
  readonly name: string;
  readonly state: ScheduleStatus | 'requested';
  readonly cron: string;
  readonly timeZone: string;
  readonly owner: string;
  readonly createdAt: string;
  readonly deadlineAfterMs?: number;
  /** When it fires next. */
  readonly nextAt?: string;
  /** Firings that submitted a task, and the last of them. */
  readonly fired: number;
  readonly lastTask?: string;
  readonly lastDueAt?: string;
}

/** With what each firing submits. */
export interface ScheduleDetails extends ScheduleView {
  /** Absent when the person whom it is about was erased. */
  readonly task?: TaskTemplate;
  readonly erased?: true;
}

/** What of a recorded event a view needs. */
export interface ViewedScheduleEvent {
  readonly address: { readonly id: string };
  readonly storedAt: number;
  readonly body: EventBody | { readonly type: 'unknown'; readonly data: unknown };
}

/** The part of a schedule's content that holds the body of the command which a firing submits. */
export const TEMPLATE_PART = 'task';

export const templateOf = (request: ScheduleCreateRequestedJson): TaskTemplate | undefined =>
  partNamed(request.content, TEMPLATE_PART)?.json as TaskTemplate | undefined;

/** From the schedule's requests, opened, and its last decision, in ascending sequence. Undefined: there is no such schedule, or it was deleted. */
export function detailsOf(id: string, events: readonly ViewedScheduleEvent[]): ScheduleDetails | undefined {
  const created = events.find(({ body }) => body.type === 'schedule.create-requested.v1');
  if (created?.body.type !== 'schedule.create-requested.v1') return undefined;
  const { data } = created.body;
  const schedule = events.reduce<Schedule>((known, { body }) => evolve(known, body), noSchedule);
  const view = schedule.situation === 'known' ? viewOf(id, schedule) : requested(id, data, instantOf(created.storedAt));
  const task = templateOf(data);
  if (view === undefined) return undefined;
  if (isSealed(data.content)) return { ...view, erased: true };
  return task === undefined ? undefined : { ...view, task };
}

/** From the last decision alone. Undefined for what is none, and for a schedule that was deleted. */
export function listedOf({ address, body }: ViewedScheduleEvent): ScheduleView | undefined {
  const schedule = evolve(noSchedule, body);
  return schedule.situation === 'known' ? viewOf(address.id, schedule) : undefined;
}

const deadline = (ms: number): { readonly deadlineAfterMs?: number } => (ms === 0 ? {} : { deadlineAfterMs: ms });

function viewOf(id: string, schedule: KnownSchedule): ScheduleView | undefined {
  if (schedule.status === 'deleted') return undefined;
  const { name, status, cron, timeZone, owner, fired, dueAt, lastTask, lastDueAt, createdAt } = schedule;
  return {
    id,
    name,
    state: status,
    cron,
    timeZone,
    owner,
    createdAt: formatInstant(createdAt ?? instantOf(0)),
    fired,
    ...deadline(schedule.deadlineAfterMs),
    ...(dueAt === undefined ? {} : { nextAt: formatInstant(dueAt) }),
    ...(lastTask === undefined ? {} : { lastTask }),
    ...(lastDueAt === undefined ? {} : { lastDueAt: formatInstant(lastDueAt) }),
  };
}

const requested = (id: string, data: ScheduleCreateRequestedJson, at: Instant): ScheduleView => ({
  id,
  name: data.name ?? '',
  state: 'requested',
  cron: data.cron ?? '',
  timeZone: data.timeZone ?? '',
  owner: data.owner ?? '',
  createdAt: formatInstant(at),
  fired: 0,
  ...deadline(Number(data.deadlineAfterMs ?? 0)),
});
