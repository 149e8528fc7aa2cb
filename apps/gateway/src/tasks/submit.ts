import { type Commands, checkCommand } from '@octobus/contracts';
import { type Instant, parseInstant } from '@octobus/kernel';
import type { Principal } from '../auth/principal.ts';
import { type Asked, type EnterParts, type Entered, enterOnce, planErrors } from '../door/enter-once.ts';
import type { Received } from '../live/received.ts';
import { RequestFault } from '../problems/problem.ts';

export interface Submitted {
  readonly id: string;
  readonly state: 'received' | 'accepted';
  /** True: this id was submitted before with the same body. */
  readonly repeated: boolean;
}

export interface SubmitParts extends EnterParts {
  readonly received: Received;
}

/** Checks, mints the id, makes the command durable and waits a moment for the verdict. A refusal is a fault with its reason. */
export async function submitTask(parts: SubmitParts, principal: Principal, asked: Asked): Promise<Submitted> {
  const entered = await enterOnce(parts, principal, 'submit', checked(asked, parts.clock()), asked);
  if (entered.event === undefined) parts.received.add({ tenant: principal.tenant, id: entered.id });
  return answer(entered);
}

/** A deadline may have passed since a key was used first: whoever asks again is told what became of the task, and reflex refuses what is new. */
function checked({ body, idempotencyKey }: Asked, now: Instant): Commands['submit'] {
  const read = checkCommand('submit', body);
  if ('problems' in read) throw new RequestFault('command-invalid', 'the task has an invalid field', { errors: read.problems });
  const { deadline } = read.value;
  const late = deadline !== undefined && (parseInstant(deadline) ?? 0) <= now;
  if (late && idempotencyKey !== undefined) return read.value;
  if (late) {
    throw new RequestFault('command-invalid', 'the deadline has passed', { errors: [{ pointer: '/deadline', message: 'has passed' }] });
  }
  const errors = planErrors(read.value, { now, deadline: deadline === undefined ? undefined : parseInstant(deadline) });
  if (errors.length > 0) throw new RequestFault('command-invalid', 'the plan can not be run', { errors });
  return read.value;
}

function answer({ id, event, repeated }: Entered): Submitted {
  if (event?.body.type === 'task.accepted.v1') return { id, state: 'accepted', repeated };
  if (event?.body.type !== 'task.rejected.v1') return { id, state: 'received', repeated };
  const { code, screening } = event.body.data;
  if (code === 'too-large') {
    throw new RequestFault('body-too-large', 'the task does not fit one message of the log; put larger content into documents');
  }
  if (code === 'topic-refused') {
    const topics = screening?.signals?.join(', ') ?? '';
    throw new RequestFault(
      'topic-refused',
      `the policy of this tenant refuses what this is about (${topics}); the refusal is recorded as task ${id}`,
    );
  }
  if (code === 'deadline-passed') {
    throw new RequestFault('deadline-passed', `the deadline passed before the task was screened; the refusal is recorded as task ${id}`);
  }
  const signals = screening?.signals?.join(', ') ?? '';
  throw new RequestFault(
    'injection-suspected',
    `the text looks like an attempt to take over instructions (${signals}); the refusal is recorded as task ${id}`,
  );
}
