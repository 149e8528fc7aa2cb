import { type Commands, type EventOf, type TaskTemplate, clearSlot } from '@octobus/contracts';
import type { ReadyGuard } from '@octobus/guardrails';
import type { Instant } from '@octobus/kernel';
import { TEMPLATE_PART, timetableProblem } from '@octobus/schedule';
import { type Command, refuse } from '../ingress/command.ts';
import { type AboutSubmission, ScreenedTexts, checkPlan, maskStrings } from '../submit/accept-task.ts';

type Answer = EventOf<'schedule.create-requested.v1'> | EventOf<'schedule.refused.v1'>;

/** A message holds 1 MB with its headers; sealed content takes a third more. */
const MOST_EVENT_BYTES = 750_000;

/**
 * Screens a schedule with the task that it will submit, and says what becomes of it. What it keeps of the task is masked, as the task itself would be.
 * Faults (not retryable): `command-invalid` for a timetable that can't be kept or a plan that can't be run.
 */
export function acceptSchedule(command: Command<'create-schedule'>, person: AboutSubmission, now: Instant, guard?: ReadyGuard): Answer {
  const { body } = command;
  const timeZone = body.timeZone ?? 'UTC';
  const problem = timetableProblem({ cron: body.cron, timeZone }, now);
  if (problem !== undefined) throw refuse('command-invalid', `${problem.pointer} ${problem.message}`);
  checkPlan(body.task, now, '/task');
  const screened = new ScreenedTexts(guard);
  const name = screened.take(body.name);
  const task = maskedTask(body.task, screened);
  const about = {
    commandId: command.target,
    owner: command.actor,
    bodyDigest: person.bodyDigest,
    screening: screened.summary(),
  };
  if (screened.verdict === 'block') return { type: 'schedule.refused.v1', data: { ...about, code: screened.code } };
  const part = { name: TEMPLATE_PART, origin: 'ORIGIN_USER', mediaType: 'application/json', json: task as never } as const;
  const requested: Answer = {
    type: 'schedule.create-requested.v1',
    data: {
      ...about,
      dataSubject: person.dataSubject,
      name,
      cron: body.cron,
      timeZone,
      deadlineAfterMs: String(body.deadlineAfterMs ?? 0),
      content: clearSlot([part]),
    },
  };
  return Buffer.byteLength(JSON.stringify(requested.data)) > MOST_EVENT_BYTES
    ? { type: 'schedule.refused.v1', data: { ...about, code: 'too-large' } }
    : requested;
}

const maskedTask = (task: TaskTemplate, screened: ScreenedTexts): TaskTemplate => ({
  ...task,
  goal: screened.take(task.goal),
  ...(task.plan === undefined ? {} : { plan: { steps: task.plan.steps.map((step) => ({ ...step, ...maskedStep(step, screened) })) } }),
});

const maskedStep = (
  { instruction, arguments: given }: NonNullable<Commands['submit']['plan']>['steps'][number],
  screened: ScreenedTexts,
): { readonly instruction?: string; readonly arguments?: Readonly<Record<string, unknown>> } => ({
  ...(instruction === undefined ? {} : { instruction: screened.take(instruction) }),
  ...(given === undefined ? {} : { arguments: maskStrings(given, screened) as Readonly<Record<string, unknown>> }),
});
