import { formatInstant, instantOf } from '@octobus/kernel';
import { type ViewedEvent, attemptOf } from './task.subjects.ts';
import type { TaskEvent } from './task.ts';

/** One line of a task's timeline: clear facts only. */
export interface Timeline {
  readonly sequence: number;
  readonly at: string;
  /** Milliseconds since the task's first event. */
  readonly afterMs: number;
  readonly type: string;
  readonly actor: string;
  readonly step?: string;
  readonly attempt?: number;
  readonly arm?: string;
  readonly note: string;
}

export function timelineEntry(event: ViewedEvent, read: TaskEvent, startedAt: number): Timeline {
  const place = attemptOf(event.address.facet);
  const step = place ?? onlyStep(read);
  return {
    sequence: event.sequence,
    at: formatInstant(instantOf(event.storedAt)),
    afterMs: Math.max(0, event.storedAt - startedAt),
    type: event.envelope.type,
    actor: event.envelope.actor,
    ...(step === undefined ? {} : { step: step.step, attempt: step.attempt, arm: step.arm }),
    note: noteOf(read),
  };
}

function onlyStep(event: TaskEvent): { step: string; attempt: number; arm: string } | undefined {
  if (event.type !== 'task.steps-scheduled.v1' && event.type !== 'task.plan-adopted.v1') return undefined;
  const [only, ...others] = event.data.steps ?? [];
  return only === undefined || others.length > 0 ? undefined : { step: only.step ?? '', attempt: only.attempt ?? 0, arm: only.arm ?? '' };
}

const names = (steps: readonly { readonly step?: string }[] | undefined): string => (steps ?? []).map((step) => step.step ?? '').join(', ');
const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;

function noteOf(event: TaskEvent): string {
  switch (event.type) {
    case 'task.accepted.v1':
      return screened(event.data.screening?.injectionScore, event.data.screening?.masked);
    case 'task.rejected.v1':
      return event.data.code ?? '';
    case 'task.cancel-requested.v1':
      return 'cancel requested';
    case 'task.steps-scheduled.v1':
      return `${event.data.reason ?? ''}: ${names(event.data.steps)}`;
    case 'task.plan-adopted.v1':
      return `${count(event.data.plan?.steps?.length ?? 0, 'step')} by ${event.data.plan?.origin ?? ''}, first: ${names(event.data.steps)}`;
    case 'task.step-dispatched.v1':
      return `dispatched ${event.data.step?.step ?? ''}`;
    case 'task.step-done.v1':
      return event.data.failure === undefined ? (event.data.note ?? '') : `failed: ${event.data.failure.code ?? ''}`;
    case 'task.call-started.v1':
      return `${event.data.kind ?? ''} ${event.data.name ?? ''}, at most ${event.data.worstCaseMicroUsd ?? '0'} micro-dollars`;
    case 'task.call-finished.v1':
      return `${event.data.usage?.model ?? ''} cost ${event.data.usage?.costMicroUsd ?? '0'} micro-dollars`;
    case 'task.step-noted.v1':
      return `recorded ${[event.data.name ?? '', ...(event.data.also ?? [])].join(', ')}`;
    case 'task.attempt-closed.v1':
      return event.data.reason ?? '';
    case 'task.deadline-set.v1':
      return `ends at ${event.data.deadline ?? ''} at the latest`;
    case 'task.step-delayed.v1':
      return `${event.data.step ?? ''} again in ${count(event.data.delayMs ?? 0, 'millisecond')}`;
    case 'task.wait-begun.v1':
      return `${event.data.step ?? ''} waits until ${event.data.dueAt ?? ''}`;
    case 'task.wait-ended.v1':
      return `${event.data.step ?? ''} has waited`;
    case 'task.timer-fired.v1':
      return `${event.data.name ?? ''} ${event.data.n ?? 0} of ${event.data.dueAt ?? ''}`;
    case 'task.completed.v1':
      if (event.data.answeredFrom !== undefined) return `answered from task ${event.data.answeredFrom}, 0 micro-dollars`;
      return `${count(event.data.steps ?? 0, 'step')}, ${event.data.spentMicroUsd ?? '0'} micro-dollars`;
    case 'task.failed.v1':
      return event.data.code ?? '';
    case 'task.cancelled.v1':
      return 'cancelled';
    case 'task.expired.v1':
      return 'deadline passed';
  }
}

function screened(score: number | string | undefined, masked: readonly string[] | undefined): string {
  const personal = masked === undefined || masked.length === 0 ? 'no personal data' : `masked ${masked.join(', ')}`;
  return `injection ${Number(score ?? 0).toFixed(2)}, ${personal}`;
}
