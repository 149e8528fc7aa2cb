import {
  type Commands,
  type ContentPartJson,
  type EventOf,
  type PlanJson,
  type ScreeningJson,
  type SubmitStep,
  type WaitJson,
  argumentsName,
  clearSlot,
  instructionName,
} from '@octobus/contracts';
import {
  type ReadyGuard,
  type Screening,
  defaultMasking,
  findPersonalData,
  maskUntilStable,
  maskedBy,
  refusedTopics,
  screen,
} from '@octobus/guardrails';
import { type Instant, formatInstant, parseInstant } from '@octobus/kernel';
import { MAX_PLAN_STEPS, planProblems } from '@octobus/task';
import { type Command, refuse } from '../ingress/command.ts';

type Answer = EventOf<'task.accepted.v1'> | EventOf<'task.rejected.v1'>;

const CLASSES = { high: 'PRIORITY_CLASS_A', normal: 'PRIORITY_CLASS_B', low: 'PRIORITY_CLASS_C' } as const;
const EFFECTS = { none: 'EFFECT_NONE', idempotent: 'EFFECT_IDEMPOTENT', once: 'EFFECT_ONCE' } as const;
const ON_FAILURE = { fail: 'ON_FAILURE_FAIL', skip: 'ON_FAILURE_SKIP' } as const;

/** Token of the person whom it is about, and the digest of the body under their key. */
export interface AboutSubmission {
  readonly dataSubject: string;
  readonly bodyDigest: string;
  /** An earlier task whose result may answer it. */
  readonly sameAs?: string | undefined;
}

/**
 * Screens a submission and says what becomes of it. Personal data is masked for good: a model is not to see it.
 * A deadline that has passed by now was still to come when the command was taken in: the task is rejected, it must not vanish.
 * Faults (not retryable): `command-invalid` for a deadline that is no time or a plan that can't be run.
 */
export function acceptTask(command: Command<'submit'>, person: AboutSubmission, now: Instant, guard?: ReadyGuard): Answer {
  const { body } = command;
  const expired = deadlineOf(body) <= now;
  checkPlan(body, now);
  const screened = new ScreenedTexts(guard);
  const content = [goalPart(body, screened), ...(body.plan?.steps ?? []).flatMap((step) => stepParts(step, screened))];
  const about = {
    owner: command.actor,
    dataSubject: person.dataSubject,
    commandId: command.target,
    bodyDigest: person.bodyDigest,
    screening: screened.summary(),
  };
  if (screened.verdict === 'block') return { type: 'task.rejected.v1', data: { ...about, code: screened.code } };
  if (expired) return { type: 'task.rejected.v1', data: { ...about, code: 'deadline-passed' } };
  const accepted: Answer = {
    type: 'task.accepted.v1',
    data: {
      ...about,
      class: CLASSES[body.priority ?? 'normal'],
      ...(body.limits === undefined ? {} : { limits: body.limits }),
      ...(body.deadline === undefined ? {} : { deadline: utc(body.deadline) }),
      ...(person.sameAs === undefined ? {} : { sameAs: person.sameAs }),
      documentIds: [...(body.documents ?? [])],
      ...(body.plan === undefined ? {} : { plan: planOf(body.plan.steps) }),
      content: clearSlot(content),
    },
  };
  // Masking may make a text longer: what doesn't fit a message any more is refused, so that a task that was received never vanishes.
  return Buffer.byteLength(JSON.stringify(accepted.data)) > MOST_EVENT_BYTES
    ? { type: 'task.rejected.v1', data: { ...about, code: 'too-large' } }
    : accepted;
}

/** A message holds 1 MB with its headers; sealed content takes a third more. */
const MOST_EVENT_BYTES = 750_000;

const utc = (deadline: string): string => formatInstant(parseInstant(deadline) ?? (0 as Instant));

function deadlineOf(body: Commands['submit']): number {
  if (body.deadline === undefined) return Infinity;
  const deadline = parseInstant(body.deadline);
  if (deadline === undefined) throw refuse('command-invalid', '/deadline is not an RFC 3339 time');
  return deadline;
}

/**
 * Fault `command-invalid`; `at`: where in the command the task stands. Whether its waits fit its deadline is not asked: they did when the command was taken
 * in, and a task that is late by now must not vanish. It expires.
 */
export function checkPlan(body: Pick<Commands['submit'], 'plan' | 'limits'>, now: Instant, at = ''): void {
  if (body.plan === undefined) return;
  const [problem] = planProblems(body.plan.steps, body.limits?.maxSteps ?? MAX_PLAN_STEPS, { now });
  if (problem !== undefined) throw refuse('command-invalid', `${at}/plan${problem.pointer} ${problem.message}`);
}

/** Every text of one submission, screened and masked; the worst verdict counts for all. */
export class ScreenedTexts {
  verdict: Screening['verdict'] = 'pass';
  private score = 0;
  private readonly signals = new Set<string>();
  private readonly masked = new Map<string, number>();
  private readonly guard: ReadyGuard | undefined;
  private topics = 0;

  constructor(guard?: ReadyGuard) {
    this.guard = guard;
  }

  /** Why it is blocked. */
  get code(): 'injection-suspected' | 'topic-refused' {
    return this.topics > 0 ? 'topic-refused' : 'injection-suspected';
  }

  take(text: string): string {
    const found = screen(text, { channel: 'user' });
    if (rank(found.verdict) > rank(this.verdict)) this.verdict = found.verdict;
    this.score = Math.max(this.score, found.injection.score);
    for (const signal of found.injection.signals) this.signals.add(signal);
    for (const topic of this.guard === undefined ? [] : refusedTopics(text, this.guard)) {
      this.topics += 1;
      this.verdict = 'block';
      this.signals.add(`topic:${topic}`);
    }
    for (const { kind } of maskedBy(found.personalData, defaultMasking)) this.masked.set(kind, (this.masked.get(kind) ?? 0) + 1);
    return maskUntilStable(text, found.personalData).text;
  }

  /** A number stays one unless it surely is somebody's: what merely could be a phone number is more likely an amount. */
  takeNumber(value: number): number | string {
    const text = String(value);
    return findPersonalData(text).some(({ score }) => score >= SURE) ? this.take(text) : value;
  }

  summary(): ScreeningJson {
    const injectionScore = Math.round(this.score * 1000) / 1000;
    return {
      verdict: this.verdict,
      injectionScore,
      signals: [...this.signals],
      masked: [...this.masked].map(([kind, n]) => (n === 1 ? kind : `${kind} x${n}`)),
      ...(this.guard === undefined || this.guard.version === 0 ? {} : { policyVersion: this.guard.version }),
    };
  }
}

/** Score of findings with a checksum that fits. */
const SURE = 0.9;

const rank = (verdict: Screening['verdict']): number => ['pass', 'review', 'block'].indexOf(verdict);

const goalPart = (body: Commands['submit'], screened: ScreenedTexts): ContentPartJson => ({
  name: 'goal',
  origin: 'ORIGIN_USER',
  mediaType: 'text/plain',
  text: screened.take(body.goal),
});

function stepParts(step: SubmitStep, screened: ScreenedTexts): ContentPartJson[] {
  const parts: ContentPartJson[] = [];
  if (step.instruction !== undefined) {
    parts.push({ name: instructionName(step.id), origin: 'ORIGIN_USER', mediaType: 'text/plain', text: screened.take(step.instruction) });
  }
  if (step.arguments !== undefined) {
    const json = maskStrings(step.arguments, screened) as never;
    parts.push({ name: argumentsName(step.id), origin: 'ORIGIN_USER', mediaType: 'application/json', json });
  }
  return parts;
}

export function maskStrings(value: unknown, screened: ScreenedTexts): unknown {
  if (typeof value === 'string') return screened.take(value);
  if (typeof value === 'number') return screened.takeNumber(value);
  if (Array.isArray(value)) return value.map((item) => maskStrings(item, screened));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [screened.take(key), maskStrings(item, screened)]));
}

const waitOf = (wait: NonNullable<SubmitStep['wait']>): WaitJson =>
  'forMs' in wait ? { forMs: String(wait.forMs) } : { until: utc(wait.until) };

const planOf = (steps: readonly SubmitStep[]): PlanJson => ({
  origin: 'submitted',
  steps: steps.map((step) => ({
    id: step.id,
    ...(step.agent === undefined ? {} : { agent: step.agent }),
    after: [...(step.after ?? [])],
    inputs: [...(step.inputs ?? [])],
    ...(step.onFailure === undefined ? {} : { onFailure: ON_FAILURE[step.onFailure] }),
    ...(step.maxAttempts === undefined ? {} : { maxAttempts: step.maxAttempts }),
    ...(step.timeoutMs === undefined ? {} : { timeoutMs: step.timeoutMs }),
    ...(step.effect === undefined ? {} : { effect: EFFECTS[step.effect] }),
    ...(step.wait === undefined ? {} : { wait: waitOf(step.wait) }),
  })),
});
