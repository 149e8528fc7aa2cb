import { type Commands, checkCommand } from '@octobus/contracts';
import { type Instant, instantOf } from '@octobus/kernel';
import { timetableProblem } from '@octobus/schedule';
import type { Principal } from '../auth/principal.ts';
import { type Asked, type EnterParts, type Entered, enterOnce, planErrors } from '../door/enter-once.ts';
import { type FieldProblem, RequestFault } from '../problems/problem.ts';

export interface CreatedSchedule {
  readonly id: string;
  readonly state: 'received' | 'requested';
}

/** Checks, mints the id, makes the command durable and waits a moment for the verdict. A refusal is a fault with its reason. */
export async function createSchedule(parts: EnterParts, principal: Principal, asked: Asked): Promise<CreatedSchedule> {
  return answer(await enterOnce(parts, principal, 'create-schedule', checked(asked.body, parts.clock()), asked));
}

function checked(body: unknown, now: Instant): Commands['create-schedule'] {
  const read = checkCommand('create-schedule', body);
  if ('problems' in read) throw invalid(read.problems);
  const { cron, timeZone = 'UTC', task, deadlineAfterMs } = read.value;
  const problem = timetableProblem({ cron, timeZone }, now);
  const times = { now, deadline: deadlineAfterMs === undefined ? undefined : instantOf(now + deadlineAfterMs) };
  const errors = problem === undefined ? planErrors(task, times, '/task') : [problem];
  if (errors.length > 0) throw invalid(errors);
  return read.value;
}

const invalid = (errors: readonly FieldProblem[]): RequestFault =>
  new RequestFault('command-invalid', 'the schedule has an invalid field', { errors });

function answer({ id, event }: Entered): CreatedSchedule {
  if (event?.body.type === 'schedule.create-requested.v1') return { id, state: 'requested' };
  if (event?.body.type !== 'schedule.refused.v1') return { id, state: 'received' };
  const { code, screening } = event.body.data;
  if (code === 'too-large')
    throw new RequestFault('body-too-large', 'the schedule does not fit one message of the log; put larger content into documents');
  const signals = screening?.signals?.join(', ') ?? '';
  if (code === 'topic-refused')
    throw new RequestFault('topic-refused', `the policy of this tenant refuses what this is about (${signals})`);
  throw new RequestFault('injection-suspected', `the text looks like an attempt to take over instructions (${signals})`);
}
