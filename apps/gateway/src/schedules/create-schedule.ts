import { type Commands, bodyDigest, canonicalJson, checkCommand, facet, idFromName, schedulePrefix } from '@octobus/contracts';
import type { EventLog, RecordedEvent } from '@octobus/event-log';
import { type Instant, instantOf, uuidv7 } from '@octobus/kernel';
import { keyedDigest } from '@octobus/sealing';
import { timetableProblem } from '@octobus/schedule';
import { MAX_PLAN_STEPS, planProblems } from '@octobus/task';
import { randomBytesPooled } from '@octobus/telemetry';
import type { Principal } from '../auth/principal.ts';
import type { Door } from '../door/door.ts';
import type { Verdicts } from '../live/verdicts.ts';
import { RequestFault } from '../problems/problem.ts';

const VERDICT_MS = 250;

export interface CreateParts {
  readonly log: EventLog;
  readonly door: Door;
  readonly verdicts: Verdicts;
  readonly doorKey: string;
  readonly clock: () => Instant;
}

export interface ScheduleRequest {
  readonly body: unknown;
  readonly idempotencyKey: string | undefined;
  readonly traceparent: string | undefined;
}

export interface CreatedSchedule {
  readonly id: string;
  readonly state: 'received' | 'requested';
}

/** Checks, mints the id, makes the command durable and waits a moment for the verdict. A refusal is a fault with its reason. */
export async function createSchedule(parts: CreateParts, principal: Principal, request: ScheduleRequest): Promise<CreatedSchedule> {
  const body = checked(request.body, parts.clock());
  const { tenant } = principal;
  const id = mint(parts, tenant, request.idempotencyKey);
  const subject = `${schedulePrefix(tenant, id)}.${facet.request('create-schedule', id)}`;
  const verdict = parts.verdicts.expect(subject);
  try {
    const earlier = request.idempotencyKey === undefined ? undefined : await parts.log.last(subject);
    // What is not let in leaves nothing behind, not even the first key of a person.
    if (earlier === undefined) parts.door.admit('create-schedule');
    const digests = await digestsOf(parts, principal, body);
    if (earlier !== undefined) return answer(id, earlier, digests);
    const { traceparent } = request;
    await parts.door.enter(principal, { verb: 'create-schedule', tenant, target: id, body, traceparent });
    const event = await verdict.within(VERDICT_MS);
    return event === undefined ? { id, state: 'received' } : answer(id, event, digests);
  } finally {
    verdict.cancel();
  }
}

/** Of the body, as the log may have it: under the person's key, or, in schedules of before, under one of the tenant. */
async function digestsOf(
  { door, doorKey }: CreateParts,
  principal: Principal,
  body: Commands['create-schedule'],
): Promise<readonly string[]> {
  const { key } = await door.person(principal, principal.tenant, body.task.dataSubject);
  return [bodyDigest(doorKey, principal.tenant, body), ...(key === undefined ? [] : [keyedDigest(key, canonicalJson(body))])];
}

function checked(body: unknown, now: Instant): Commands['create-schedule'] {
  const read = checkCommand('create-schedule', body);
  if ('problems' in read) throw invalid(read.problems);
  const { cron, timeZone = 'UTC', task, deadlineAfterMs } = read.value;
  const problem = timetableProblem({ cron, timeZone }, now);
  if (problem !== undefined) throw invalid([problem]);
  const times = { now, deadline: deadlineAfterMs === undefined ? undefined : instantOf(now + deadlineAfterMs) };
  const problems = task.plan === undefined ? [] : planProblems(task.plan.steps, task.limits?.maxSteps ?? MAX_PLAN_STEPS, times);
  if (problems.length === 0) return read.value;
  throw invalid(problems.slice(0, 20).map(({ pointer, message }) => ({ pointer: `/task/plan${pointer}`, message })));
}

const invalid = (errors: readonly { readonly pointer: string; readonly message: string }[]): RequestFault =>
  new RequestFault('command-invalid', 'the schedule has an invalid field', { errors });

function mint({ doorKey, clock }: CreateParts, tenant: string, idempotencyKey: string | undefined): string {
  if (idempotencyKey === undefined) return uuidv7(clock(), randomBytesPooled(16));
  if (!/^[!-~]{1,200}$/.test(idempotencyKey))
    throw new RequestFault('command-invalid', 'Idempotency-Key is 1 to 200 printable ASCII characters without spaces');
  return idFromName(doorKey, tenant, 'schedule', `idempotency-key\n${idempotencyKey}`);
}

function answer(id: string, { body }: RecordedEvent, digests: readonly string[]): CreatedSchedule {
  if (body.type !== 'schedule.create-requested.v1' && body.type !== 'schedule.refused.v1') return { id, state: 'received' };
  if (!digests.includes(body.data.bodyDigest ?? ''))
    throw new RequestFault('idempotency-conflict', 'the key was used before, with another body');
  if (body.type === 'schedule.create-requested.v1') return { id, state: 'requested' };
  if (body.data.code === 'too-large')
    throw new RequestFault('body-too-large', 'the schedule does not fit one message of the log; put larger content into documents');
  const signals = body.data.screening?.signals?.join(', ') ?? '';
  throw new RequestFault('injection-suspected', `the text looks like an attempt to take over instructions (${signals})`);
}
