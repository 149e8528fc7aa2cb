import type { ModelUsageJson, ScheduledStepJson } from '@octobus/contracts';
import { type AttemptAddress, PLANNING_STEP, attemptOf } from '@octobus/task';
import type { BodyOf, Condition, FoldableEvent, RowChange } from './projection.ts';
import type { AttemptState, TaskState, UsageRow, UsageSource } from './tables.ts';
import { amount, count, object, objects, priority, text, textOrNull, timeOf } from './values.ts';

/** What scheduling, outcomes, calls and closings change. Arm, step and attempt are read from the subject, which the server checked. */

const OPEN_STATES: readonly TaskState[] = ['accepted', 'planning', 'running', 'waiting'];

export const taskKey = (event: FoldableEvent) => ({ tenant: event.address.tenant, id: event.address.id });

export const whileOpen = (event: FoldableEvent): Condition => ({ table: 'tasks', key: taskKey(event), has: { state: OPEN_STATES } });

const attemptKey = (event: FoldableEvent, step: string, attempt: number) => ({
  tenant: event.address.tenant,
  task: event.address.id,
  step,
  attempt,
});

/** The attempt is open and is this arm's. */
const whileAttemptOpen = (event: FoldableEvent, at: AttemptAddress): Condition => ({
  table: 'task_steps',
  key: attemptKey(event, at.step, at.attempt),
  has: { state: ['open'], arm: [at.arm] },
});

export function scheduled(event: FoldableEvent, steps: readonly ScheduledStepJson[] | undefined): readonly RowChange[] {
  return objects(steps).map((item) => {
    const key = attemptKey(event, text(item.step, 40), count(item.attempt));
    return {
      table: 'task_steps',
      key,
      onlyIf: [whileOpen(event)],
      insert: {
        ...key,
        arm: text(item.arm, 40),
        agent: text(item.agent),
        class: priority(item.class),
        state: 'open',
        scheduled_at: timeOf(event.storedAt),
        done_at: null,
        duration_ms: null,
        failure_code: null,
        note: '',
        first_sequence: event.sequence,
      },
    };
  });
}

export function outcome(event: FoldableEvent, { data }: BodyOf<'task.step-done.v1'>): readonly RowChange[] {
  const at = attemptOf(event.address.facet);
  if (at === undefined) return [];
  const open = whileAttemptOpen(event, at);
  const failure = object(data.failure);
  const usage = objects(data.usage);
  const spent = usage.reduce((sum, item) => sum + amount(item.costMicroUsd), 0);
  const doneSteps = failure === undefined && at.step !== PLANNING_STEP ? 1 : 0;
  return [
    { table: 'tasks', key: taskKey(event), onlyIf: [whileOpen(event), open], add: { steps_done: doneSteps, spent_micro_usd: spent } },
    ended(event, at, failure === undefined ? 'succeeded' : 'failed', {
      duration_ms: count(data.durationMs),
      failure_code: failure === undefined ? null : text(failure.code) || 'step-failed',
      note: text(data.note),
    }),
    ...usage.map((item, i) => used(event, at, 'outcome', i + 1, item)),
  ];
}

export function closed(event: FoldableEvent, { data }: BodyOf<'task.attempt-closed.v1'>): readonly RowChange[] {
  const at = attemptOf(event.address.facet);
  return at === undefined ? [] : [ended(event, at, 'closed', { note: text(data.reason) })];
}

interface AttemptEnd {
  readonly duration_ms?: number;
  readonly failure_code?: string | null;
  readonly note: string;
}

function ended(event: FoldableEvent, at: AttemptAddress, state: AttemptState, end: AttemptEnd): RowChange {
  return {
    table: 'task_steps',
    key: attemptKey(event, at.step, at.attempt),
    onlyIf: [whileAttemptOpen(event, at)],
    set: { state, done_at: timeOf(event.storedAt), ...end },
  };
}

export function called(event: FoldableEvent, { data }: BodyOf<'task.call-finished.v1'>): readonly RowChange[] {
  const at = attemptOf(event.address.facet);
  const usage = object(data.usage);
  return at === undefined || usage === undefined ? [] : [used(event, at, 'call', ordinalOf(event), usage)];
}

/** `arm.<arm>.<step>.<attempt>.result.<k>` */
const ordinalOf = (event: FoldableEvent): number => count(Number(event.address.facet[5]));

function used(event: FoldableEvent, at: AttemptAddress, source: UsageSource, ordinal: number, usage: ModelUsageJson): RowChange {
  const key = { ...attemptKey(event, at.step, at.attempt), source, ordinal };
  const row: UsageRow = {
    ...key,
    model: textOrNull(usage.model) ?? 'unknown',
    price_version: text(usage.priceVersion),
    input_tokens: count(usage.inputTokens),
    output_tokens: count(usage.outputTokens),
    cost_micro_usd: amount(usage.costMicroUsd),
    at: timeOf(event.storedAt),
  };
  return { table: 'usage', key, onlyIf: [whileAttemptOpen(event, at)], insert: row };
}
