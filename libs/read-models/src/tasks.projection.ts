import { PLANNING_STEP } from '@octobus/task';
import type { BodyOf, FoldableEvent, Projection, RowChange } from './projection.ts';
import type { TaskRow, TaskState } from './tables.ts';
import { called, closed, outcome, scheduled, taskKey, whileOpen } from './task-attempts.fold.ts';
import { amountOrNull, object, objects, priority, text, timeOf, timeOrNull } from './values.ts';

/** Tasks, their attempts, and what their calls cost. */
export const tasksProjection: Projection = {
  name: 'tasks',
  version: 1,
  handles: [
    'task.accepted.v1',
    'task.rejected.v1',
    'task.cancel-requested.v1',
    'task.deadline-set.v1',
    'task.step-delayed.v1',
    'task.wait-begun.v1',
    'task.wait-ended.v1',
    'task.timer-fired.v1',
    'task.steps-scheduled.v1',
    'task.plan-adopted.v1',
    'task.step-done.v1',
    'task.call-started.v1',
    'task.call-finished.v1',
    'task.step-noted.v1',
    'task.attempt-closed.v1',
    'task.completed.v1',
    'task.failed.v1',
    'task.cancelled.v1',
    'task.expired.v1',
  ],
  fold: (event) => [...changesOf(event), touched(event)],
};

function changesOf(event: FoldableEvent): readonly RowChange[] {
  const { body } = event;
  switch (body.type) {
    case 'task.accepted.v1':
      return [{ table: 'tasks', key: taskKey(event), insert: accepted(event, body) }];
    case 'task.rejected.v1':
      return [{ table: 'tasks', key: taskKey(event), insert: rejected(event, body) }];
    case 'task.steps-scheduled.v1':
      return [...scheduled(event, body.data.steps), begun(event, isPlanning(body) ? 'planning' : 'running')];
    case 'task.plan-adopted.v1':
      return [...scheduled(event, body.data.steps), underWay(event, { state: 'running', ...planOf(body.data.plan) })];
    case 'task.step-done.v1':
      return outcome(event, body);
    case 'task.wait-begun.v1':
      return [{ table: 'tasks', key: taskKey(event), onlyIf: [whileOpen(event)], set: { state: 'waiting' }, add: { waits_open: 1 } }];
    case 'task.wait-ended.v1':
      return waited(event);
    case 'task.call-finished.v1':
      return called(event, body);
    case 'task.attempt-closed.v1':
      return closed(event, body);
    case 'task.completed.v1':
      return [end(event, 'completed', body.data.spentMicroUsd)];
    case 'task.failed.v1':
      return [end(event, 'failed', body.data.spentMicroUsd, text(body.data.code) || 'task-failed')];
    case 'task.cancelled.v1':
      return [end(event, 'cancelled', body.data.spentMicroUsd)];
    case 'task.expired.v1':
      return [end(event, 'expired', body.data.spentMicroUsd)];
    default:
      return [];
  }
}

/** Every event of a task that is known moves its row's end. */
function touched(event: FoldableEvent): RowChange {
  return { table: 'tasks', key: taskKey(event), set: { updated_at: timeOf(event.storedAt), last_sequence: event.sequence } };
}

type Verdict = BodyOf<'task.accepted.v1'>['data'] & BodyOf<'task.rejected.v1'>['data'];

function newTask(event: FoldableEvent, state: TaskState, data: Pick<Verdict, 'owner' | 'dataSubject'>): TaskRow {
  const at = timeOf(event.storedAt);
  return {
    ...taskKey(event),
    state,
    owner: text(data.owner),
    data_subject: text(data.dataSubject),
    class: 'b',
    plan_origin: '',
    steps_total: 0,
    steps_done: 0,
    waits_open: 0,
    spent_micro_usd: 0,
    budget_micro_usd: null,
    failure_code: null,
    deadline: null,
    created_at: at,
    updated_at: at,
    ended_at: null,
    first_sequence: event.sequence,
    last_sequence: event.sequence,
  };
}

function accepted(event: FoldableEvent, { data }: BodyOf<'task.accepted.v1'>): TaskRow {
  return {
    ...newTask(event, 'accepted', data),
    class: priority(data.class),
    budget_micro_usd: amountOrNull(object(data.limits)?.budgetMicroUsd),
    deadline: timeOrNull(data.deadline),
    ...planOf(data.plan),
  };
}

function rejected(event: FoldableEvent, { data }: BodyOf<'task.rejected.v1'>): TaskRow {
  return { ...newTask(event, 'rejected', data), failure_code: text(data.code) || 'rejected', ended_at: timeOf(event.storedAt) };
}

function planOf(plan: BodyOf<'task.accepted.v1'>['data']['plan']): Partial<Pick<TaskRow, 'plan_origin' | 'steps_total'>> {
  const known = object(plan);
  return known === undefined ? {} : { plan_origin: text(known.origin, 40), steps_total: objects(known.steps).length };
}

const isPlanning = ({ data }: BodyOf<'task.steps-scheduled.v1'>): boolean =>
  objects(data.steps).some((item) => item.step === PLANNING_STEP);

const underWay = (event: FoldableEvent, set: Partial<TaskRow>): RowChange => ({
  table: 'tasks',
  key: taskKey(event),
  onlyIf: [whileOpen(event)],
  set,
});

/** A task of which a step waits is waiting, whatever else begins. */
const begun = (event: FoldableEvent, state: 'planning' | 'running'): RowChange => ({
  table: 'tasks',
  key: taskKey(event),
  onlyIf: [whileOpen(event), { table: 'tasks', key: taskKey(event), has: { waits_open: [0] } }],
  set: { state },
});

const waited = (event: FoldableEvent): readonly RowChange[] => [
  { table: 'tasks', key: taskKey(event), onlyIf: [whileOpen(event)], add: { waits_open: -1, steps_done: 1 } },
  {
    table: 'tasks',
    key: taskKey(event),
    onlyIf: [whileOpen(event), { table: 'tasks', key: taskKey(event), has: { waits_open: [1] } }],
    set: { state: 'running' },
  },
];

function end(event: FoldableEvent, state: TaskState, spent: unknown, failure: string | null = null): RowChange {
  const total = amountOrNull(spent);
  return underWay(event, {
    state,
    waits_open: 0,
    ended_at: timeOf(event.storedAt),
    failure_code: failure,
    ...(total === null ? {} : { spent_micro_usd: total }),
  });
}
