import { type Commands, bodyDigest, canonicalJson, checkCommand, facet, idFromName, taskPrefix } from '@octobus/contracts';
import type { EventLog, RecordedEvent } from '@octobus/event-log';
import { type Instant, parseInstant, uuidv7 } from '@octobus/kernel';
import { keyedDigest } from '@octobus/sealing';
import { MAX_PLAN_STEPS, planProblems } from '@octobus/task';
import { randomBytesPooled } from '@octobus/telemetry';
import type { Principal } from '../auth/principal.ts';
import type { Door } from '../door/door.ts';
import type { Received } from '../live/received.ts';
import type { Verdicts } from '../live/verdicts.ts';
import { RequestFault } from '../problems/problem.ts';

/** How long the answer waits for the screening: long enough for an idle system, short enough for a busy one. */
const VERDICT_MS = 250;

export interface Submitted {
  readonly id: string;
  readonly state: 'received' | 'accepted';
  /** True: this id was submitted before with the same body. */
  readonly repeated: boolean;
}

export interface SubmitParts {
  readonly log: EventLog;
  readonly door: Door;
  readonly verdicts: Verdicts;
  readonly received: Received;
  readonly doorKey: string;
  readonly clock: () => Instant;
}

export interface Submission {
  readonly body: unknown;
  readonly idempotencyKey: string | undefined;
  readonly traceparent: string | undefined;
  /** Told of the id that was minted, before anybody else can know it. */
  readonly onMinted?: (id: string) => void;
}

/** Checks, mints the id, makes the command durable and waits a moment for the verdict. A refusal is a fault with its reason. */
export async function submitTask(parts: SubmitParts, principal: Principal, submission: Submission): Promise<Submitted> {
  const body = checked(submission.body, parts.clock());
  const id = mint(parts, principal.tenant, submission.idempotencyKey);
  submission.onMinted?.(id);
  const subject = `${taskPrefix(principal.tenant, id)}.${facet.request('submit', id)}`;
  const verdict = parts.verdicts.expect(subject);
  try {
    const earlier = submission.idempotencyKey === undefined ? undefined : await parts.log.last(subject);
    // What is not let in leaves nothing behind, not even the first key of a person.
    if (earlier === undefined) parts.door.admit('submit');
    const digests = await digestsOf(parts, principal, body);
    if (earlier !== undefined) return answer(id, earlier, digests, true);
    const { traceparent } = submission;
    await parts.door.enter(principal, { verb: 'submit', tenant: principal.tenant, target: id, body, traceparent });
    const event = await verdict.within(VERDICT_MS);
    if (event !== undefined) return answer(id, event, digests, false);
    parts.received.add({ tenant: principal.tenant, id });
    return { id, state: 'received', repeated: false };
  } finally {
    verdict.cancel();
  }
}

/** Of the body, as the log may have it: under the person's key, or, in tasks of before, under one of the tenant. */
async function digestsOf({ door, doorKey }: SubmitParts, principal: Principal, body: Commands['submit']): Promise<readonly string[]> {
  const { key } = await door.person(principal, principal.tenant, body.dataSubject);
  return [bodyDigest(doorKey, principal.tenant, body), ...(key === undefined ? [] : [keyedDigest(key, canonicalJson(body))])];
}

function checked(body: unknown, now: Instant): Commands['submit'] {
  const read = checkCommand('submit', body);
  if ('problems' in read) throw new RequestFault('command-invalid', 'the task has an invalid field', { errors: read.problems });
  const { plan, deadline, limits } = read.value;
  if (deadline !== undefined && (parseInstant(deadline) ?? 0) <= now) {
    throw new RequestFault('command-invalid', 'the deadline has passed', { errors: [{ pointer: '/deadline', message: 'has passed' }] });
  }
  const times = { now, deadline: deadline === undefined ? undefined : parseInstant(deadline) };
  const problems = plan === undefined ? [] : planProblems(plan.steps, limits?.maxSteps ?? MAX_PLAN_STEPS, times);
  if (problems.length === 0) return read.value;
  const errors = problems.slice(0, 20).map(({ pointer, message }) => ({ pointer: `/plan${pointer}`, message }));
  throw new RequestFault('command-invalid', 'the plan can not be run', { errors });
}

function mint({ doorKey, clock }: SubmitParts, tenant: string, idempotencyKey: string | undefined): string {
  if (idempotencyKey === undefined) return uuidv7(clock(), randomBytesPooled(16));
  if (!/^[!-~]{1,200}$/.test(idempotencyKey)) {
    throw new RequestFault('command-invalid', 'Idempotency-Key is 1 to 200 printable ASCII characters without spaces');
  }
  return idFromName(doorKey, tenant, 'task', `idempotency-key\n${idempotencyKey}`);
}

function answer(id: string, event: RecordedEvent, digests: readonly string[], repeated: boolean): Submitted {
  const { body } = event;
  if (body.type !== 'task.accepted.v1' && body.type !== 'task.rejected.v1') return { id, state: 'received', repeated };
  if (!digests.includes(body.data.bodyDigest ?? ''))
    throw new RequestFault('idempotency-conflict', 'the key was used before, with another body');
  if (body.type === 'task.rejected.v1') {
    if (body.data.code === 'too-large') {
      throw new RequestFault('body-too-large', 'the task does not fit one message of the log; put larger content into documents');
    }
    if (body.data.code === 'deadline-passed') {
      throw new RequestFault('deadline-passed', `the deadline passed before the task was screened; the refusal is recorded as task ${id}`);
    }
    const signals = body.data.screening?.signals?.join(', ') ?? '';
    throw new RequestFault(
      'injection-suspected',
      `the text looks like an attempt to take over instructions (${signals}); the refusal is recorded as task ${id}`,
    );
  }
  return { id, state: 'accepted', repeated };
}
