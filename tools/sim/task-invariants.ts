import type { RecordedEvent } from '@octobus/event-log';
import { parseInstant } from '@octobus/kernel';
import {
  type Attempt,
  type OpenTask,
  TIMERS,
  type Task,
  type TaskState,
  attemptOf,
  attemptsOf,
  evolve,
  findAttempt,
  hasFired,
  lastAttempt,
  noTask,
  spentOf,
  stateOf,
  toTaskEvent,
} from '@octobus/task';

/** A promise that was not kept, and where. */
export interface Violation {
  readonly invariant: string;
  readonly detail: string;
}

type Say = (invariant: string, detail: string) => void;

const NEXT: Readonly<Record<TaskState, readonly TaskState[]>> = {
  received: ['accepted', 'rejected', 'running'],
  accepted: ['planning', 'running', 'waiting', 'completed', 'failed', 'cancelled', 'expired'],
  planning: ['running', 'failed', 'cancelled', 'expired'],
  running: ['waiting', 'completed', 'failed', 'cancelled', 'expired'],
  waiting: ['running', 'failed', 'cancelled', 'expired'],
  rejected: [],
  completed: [],
  failed: [],
  cancelled: [],
  expired: [],
};

/** What holds for every task of a log that has come to rest, however it came to be. Events of one task ascending; the whole log or a part of its tasks. */
export function taskViolations(events: Iterable<RecordedEvent>): readonly Violation[] {
  const violations: Violation[] = [];
  const tasks = new Map<string, RecordedEvent[]>();
  for (const event of events) {
    if (event.address.aggregate !== 'task') continue;
    const known = tasks.get(event.address.id);
    if (known === undefined) tasks.set(event.address.id, [event]);
    else known.push(event);
  }
  for (const [id, of] of tasks) checkTask(of, (invariant, detail) => violations.push({ invariant, detail: `task ${id}: ${detail}` }));
  return violations;
}

function checkTask(events: readonly RecordedEvent[], say: Say): void {
  const subjects = new Set<string>();
  let task: Task = noTask;
  for (const event of events) {
    // Only what nobody appends may come again: a timer that the server had again after a crash, or that was set again.
    if (subjects.has(event.subject) && !isFiring(event)) say('one event a subject', at(event));
    subjects.add(event.subject);
    checkEvent(task, event, say);
    const read = toTaskEvent(event);
    const before = stateOf(task);
    if (read !== undefined) task = evolve(task, read);
    const after = stateOf(task);
    if (before !== after && !NEXT[before].includes(after)) say('legal transitions only', `${before} -> ${after} by ${at(event)}`);
  }
  if (task.situation !== 'ended' && task.situation !== 'rejected') say('every accepted task ends', `it is ${stateOf(task)}`);
  if (task.situation === 'ended') for (const one of attemptsOf(task.last)) checkOutcome(one, subjects, say);
}

/** Every attempt ends once, by its outcome or by its closing. */
function checkOutcome(
  { step, attempt }: { readonly step: string; readonly attempt: Attempt },
  subjects: ReadonlySet<string>,
  say: Say,
): void {
  const scope = `.arm.${attempt.arm}.${step}.${attempt.n}`;
  const ends = [...subjects].filter((subject) => subject.endsWith(`${scope}.done`) || subject.endsWith(`${scope}.closed`));
  if (ends.length !== 1) say('one outcome an attempt', `${step}.${attempt.n} has ${ends.length}`);
}

function checkEvent(task: Task, event: RecordedEvent, say: Say): void {
  const [head] = event.address.facet;
  if (head === 'request') return checkRequest(task, event, say);
  if (task.situation === 'none' || task.situation === 'rejected')
    return say('legal transitions only', `${at(event)} before it was accepted`);
  if (head === 'fan') return checkDispatch(task.situation === 'ended' ? task.last : task, event, say);
  if (isFiring(event)) return checkFiring(event, say);
  if (task.situation === 'ended') return say('nothing after the end', at(event));
  if (head === 'arm') return checkAttemptEvent(task, event, say);
  switch (event.body.type) {
    case 'task.steps-scheduled.v1':
    case 'task.plan-adopted.v1':
      return checkDecision(task, event, say);
    case 'task.deadline-set.v1':
      return checkDeadline(task, event, say);
    case 'task.step-delayed.v1':
      return checkDelay(task, event, say);
    case 'task.wait-begun.v1':
      return checkWait(task, event, say);
    case 'task.wait-ended.v1':
      return checkWaitEnd(task, event, say);
    default:
      return checkEnd(task, event, say);
  }
}

const isFiring = ({ address }: RecordedEvent): boolean => address.facet[0] === 'timer';

/** It may stand behind the end, and before the decision that waits for it. */
function checkFiring(event: RecordedEvent, say: Say): void {
  const { dueAt } = event.body.data as { readonly dueAt?: string };
  const due = parseInstant(dueAt ?? '');
  if (event.body.type !== 'task.timer-fired.v1' || due === undefined) say('a timer says what was due', at(event));
  else if (event.storedAt < due) say('no timer fires early', `${at(event)} was due at ${dueAt}`);
}

function checkDeadline(task: OpenTask, event: RecordedEvent, say: Say): void {
  if (event.body.type !== 'task.deadline-set.v1') return;
  const due = parseInstant(event.body.data.deadline ?? '');
  if (task.deadlineSet || due === undefined || due !== task.deadline) say('one deadline a task, as it was accepted', at(event));
}

/** Only a failed attempt is rested from, each once. */
function checkDelay(task: OpenTask, event: RecordedEvent, say: Say): void {
  if (event.body.type !== 'task.step-delayed.v1') return;
  const { step = '', attempt = 0, n = 0 } = event.body.data;
  const last = lastAttempt(task.steps.get(step));
  if (last?.situation !== 'failed' || last.n !== attempt || task.delays.get(step)?.attempt === attempt)
    say('one rest a failed attempt', at(event));
  if (n !== task.delayed + 1) say('rests count up', at(event));
}

/** Once, when everything before it is done, and for as long as the plan says. */
function checkWait(task: OpenTask, event: RecordedEvent, say: Say): void {
  if (event.body.type !== 'task.wait-begun.v1') return;
  const { step = '', n = 0 } = event.body.data;
  const due = parseInstant(event.body.data.dueAt ?? '');
  const planned = task.plan?.steps?.[n - 1];
  if (planned?.wait === undefined || planned.id !== step || task.waits.has(step)) say('one wait for each step that waits', at(event));
  for (const before of planned?.after ?? [])
    if (!isSettled(task, before)) say('steps wait for those before', `${step} began before ${before} was done`);
  const { forMs, until } = planned?.wait ?? {};
  const decided = Date.parse(event.envelope.time) - BETWEEN_CLOCK_READINGS_MS;
  const wanted = until === undefined ? decided + Number(forMs) : (parseInstant(until) ?? Infinity);
  if (due === undefined || due < wanted) say('a wait lasts as long as the plan says', `${at(event)} is due at ${event.body.data.dueAt}`);
}

/** A decision is taken before its envelope is written. */
const BETWEEN_CLOCK_READINGS_MS = 500;

/** Once, and not before its time. */
function checkWaitEnd(task: OpenTask, event: RecordedEvent, say: Say): void {
  if (event.body.type !== 'task.wait-ended.v1') return;
  const { step = '', n = 0 } = event.body.data;
  const wait = task.waits.get(step);
  if (wait === undefined || wait.n !== n || wait.ended !== undefined) say('a wait ends once', at(event));
  else if (event.storedAt < wait.dueAt && !hasFired(task, TIMERS.wait, n)) say('no wait ends early', `${step} in ${at(event)}`);
}

function checkRequest(task: Task, event: RecordedEvent, say: Say): void {
  const first = event.body.type === 'task.accepted.v1' || event.body.type === 'task.rejected.v1';
  if (first !== (task.situation === 'none')) say('legal transitions only', `${at(event)} when it is ${stateOf(task)}`);
}

/** A dispatch repeats a decision; it is none. */
function checkDispatch(task: OpenTask, event: RecordedEvent, say: Say): void {
  if (event.body.type !== 'task.step-dispatched.v1') return;
  const { step, decisionSequence } = event.body.data;
  const attempt = findAttempt(task, { arm: step?.arm ?? '', step: step?.step ?? '', attempt: step?.attempt ?? 0 });
  if (String(attempt?.decision) !== decisionSequence) say('a dispatch follows its decision', at(event));
}

function checkAttemptEvent(task: OpenTask, event: RecordedEvent, say: Say): void {
  const address = attemptOf(event.address.facet);
  const attempt = address && findAttempt(task, address);
  if (attempt === undefined) say('only scheduled steps run', at(event));
  else if (attempt.situation !== 'open') say('nothing after an outcome', at(event));
}

function checkDecision(task: OpenTask, event: RecordedEvent, say: Say): void {
  if (event.body.type !== 'task.steps-scheduled.v1' && event.body.type !== 'task.plan-adopted.v1') return;
  const adopting = event.body.type === 'task.plan-adopted.v1';
  const plan = adopting ? event.body.data.plan : task.plan;
  if (adopting && task.plan !== undefined) say('one plan a task', at(event));
  for (const { step = '', attempt = 0 } of event.body.data.steps ?? []) {
    const last = lastAttempt(task.steps.get(step));
    if (attempt !== (last?.n ?? 0) + 1) say('attempts count up', `${step}.${attempt} after ${last?.n ?? 0} in ${at(event)}`);
    if (last !== undefined && last.situation !== 'failed')
      say('one attempt at a time', `${step}.${attempt} while ${last.n} is ${last.situation}`);
    if (last !== undefined && !hasRested(task, step, last.n, event.storedAt))
      say('a step rests before its next attempt', `${step}.${attempt} in ${at(event)}`);
    const waitsFor = plan?.steps?.find(({ id }) => id === step)?.after ?? [];
    for (const before of waitsFor)
      if (!isSettled(task, before)) say('steps wait for those before', `${step} began before ${before} was done`);
  }
}

function hasRested(task: OpenTask, step: string, attempt: number, now: number): boolean {
  const rest = task.delays.get(step);
  return rest?.attempt === attempt && (now >= rest.dueAt || hasFired(task, TIMERS.delay, rest.n));
}

function isSettled(task: OpenTask, step: string): boolean {
  if (task.plan?.steps?.find(({ id }) => id === step)?.wait !== undefined) return task.waits.get(step)?.ended !== undefined;
  const situation = lastAttempt(task.steps.get(step))?.situation;
  const skips = task.plan?.steps?.find(({ id }) => id === step)?.onFailure === 'ON_FAILURE_SKIP';
  return situation === 'succeeded' || (situation === 'failed' && skips);
}

function checkEnd(task: OpenTask, event: RecordedEvent, say: Say): void {
  const open = [...attemptsOf(task)].filter(({ attempt }) => attempt.situation === 'open');
  if (open.length > 0) say('attempts are closed before the end', open.map(({ step, attempt }) => `${step}.${attempt.n}`).join(' '));
  const { spentMicroUsd } = event.body.data as { readonly spentMicroUsd?: string };
  if (Number(spentMicroUsd ?? 0) !== spentOf(task)) say('the end states what was spent', `${spentMicroUsd} instead of ${spentOf(task)}`);
  if (task.budget !== undefined && spentOf(task) > task.budget)
    say('no task spends more than its budget', `${spentOf(task)} of ${task.budget}`);
  if (event.body.type === 'task.expired.v1' && (task.deadline === undefined || event.storedAt < task.deadline))
    say('no task expires before its deadline', at(event));
  const unsettled = (task.plan?.steps ?? []).filter(({ id = '' }) => !isSettled(task, id));
  if (event.body.type === 'task.completed.v1' && unsettled.length > 0)
    say('a completed task has done all steps', unsettled.map(({ id }) => id).join(' '));
}

const at = (event: RecordedEvent): string => `${event.address.facet.join('.')} (${event.body.type}, sequence ${event.sequence})`;
