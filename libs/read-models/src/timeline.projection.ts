import { attemptOf } from '@octobus/task';
import type { BodyOf, FoldableEvent, Projection } from './projection.ts';
import { count, object, objects, text, texts, timeOf } from './values.ts';

/** What happened to each task, one row an event. Dispatches repeat a decision and are left out. */
export const timelineProjection: Projection = {
  name: 'timeline',
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
  fold(event) {
    const key = { tenant: event.address.tenant, task: event.address.id, sequence: event.sequence };
    const row = {
      ...key,
      at: timeOf(event.storedAt),
      type: event.body.type,
      actor: text(event.envelope.actor),
      ...placeOf(event),
      note: text(noteOf(event)),
    };
    return [{ table: 'timeline', key, insert: row }];
  },
};

interface Place {
  readonly step: string | null;
  readonly attempt: number | null;
  readonly arm: string | null;
}

function placeOf({ address, body }: FoldableEvent): Place {
  const at = attemptOf(address.facet);
  if (at !== undefined) return at;
  if (body.type !== 'task.steps-scheduled.v1' && body.type !== 'task.plan-adopted.v1') return { step: null, attempt: null, arm: null };
  const [only, ...more] = objects(body.data.steps);
  if (only === undefined || more.length > 0) return { step: null, attempt: null, arm: null };
  return { step: text(only.step, 40), attempt: count(only.attempt), arm: text(only.arm, 40) };
}

/** Clear facts only: codes, counts, names. What a person or a model wrote stays out, messages of failures and reasons of people included. */
function noteOf({ body }: FoldableEvent): string {
  switch (body.type) {
    case 'task.accepted.v1':
      return screening(body);
    case 'task.rejected.v1':
    case 'task.failed.v1':
      return text(body.data.code);
    case 'task.steps-scheduled.v1':
      return join(text(body.data.reason, 40), plural(objects(body.data.steps).length, 'step'));
    case 'task.plan-adopted.v1':
      return join(text(object(body.data.plan)?.origin, 40), plural(objects(object(body.data.plan)?.steps).length, 'step'));
    case 'task.step-done.v1':
      return body.data.failure ? text(object(body.data.failure)?.code) || 'step-failed' : text(body.data.note);
    case 'task.call-started.v1':
      return join(text(body.data.kind, 40), text(body.data.name, 80));
    case 'task.call-finished.v1':
      return tokens(body);
    case 'task.step-noted.v1':
      return text([body.data.name ?? '', ...(body.data.also ?? [])].join(', '), 80);
    case 'task.deadline-set.v1':
      return text(body.data.deadline, 40);
    case 'task.step-delayed.v1':
      return join(text(body.data.step, 40), plural(count(body.data.delayMs), 'millisecond'));
    case 'task.wait-begun.v1':
      return join(text(body.data.step, 40), text(body.data.dueAt, 40));
    case 'task.wait-ended.v1':
      return text(body.data.step, 40);
    case 'task.timer-fired.v1':
      return join(text(body.data.name, 40), text(body.data.dueAt, 40));
    case 'task.attempt-closed.v1':
      return text(body.data.reason, 80);
    case 'task.completed.v1':
      return plural(count(body.data.steps), 'step');
    default:
      return '';
  }
}

const join = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(', ');
const plural = (n: number, noun: string): string => (n === 1 ? `1 ${noun}` : `${n} ${noun}s`);

function screening({ data }: BodyOf<'task.accepted.v1'>): string {
  const seen = object(data.screening);
  const verdict = text(seen?.verdict, 40);
  const masked = [...new Set(texts(seen?.masked))];
  return join(verdict === 'pass' ? '' : verdict, masked.length === 0 ? '' : `masked ${masked.join(', ')}`);
}

function tokens({ data }: BodyOf<'task.call-finished.v1'>): string {
  const usage = object(data.usage);
  const failure = object(data.failure);
  if (failure !== undefined) return text(failure.code) || 'call-failed';
  return usage === undefined ? '' : `${count(usage.inputTokens)} + ${count(usage.outputTokens)} tokens`;
}
