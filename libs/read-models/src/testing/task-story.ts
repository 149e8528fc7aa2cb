import { type EventBody, type PlanStepJson, type ScheduledStepJson, type StepFailureJson, clearSlot, facet } from '@octobus/contracts';

/** An event without its place in the log. */
export interface Fact {
  /** What follows the aggregate's prefix in the subject. */
  readonly facet: string;
  readonly body: EventBody;
}

type Random = () => number;

const AGENTS = ['retriever', 'generalist', 'judge', 'noop', 'noop'] as const;
const PROSE = 'The quick answer to a long question, with what was found and where. '.repeat(4);

const plan: readonly PlanStepJson[] = AGENTS.map((agent, i) => ({ id: `s${i + 1}`, agent, after: i === 0 ? [] : [`s${i}`] }));
const result = { step: 's5', arm: 'noop', attempt: 1 };

/** One task from its acceptance to its end: mostly completed, some rejected, cancelled, failed or expired. */
export function* taskStory(id: string, random: Random): Generator<Fact> {
  if (random() < 0.03) return yield rejected(id);
  yield accepted(id);
  let spent = 0;
  const planned = yield* attempt(scheduling('plan', 'planner', 1, 'planning'), random);
  spent += planned;
  for (const [i, { id: step = '', agent = '' }] of plan.entries()) {
    const luck = random();
    if (luck < 0.01) return yield* cancelled(id, step, agent, spent);
    if (luck < 0.02)
      return yield end({ type: 'task.expired.v1', data: { deadline: '2026-02-01T00:00:00Z', spentMicroUsd: String(spent) } });
    const decide = (n: number) =>
      i === 0 && n === 1 ? adoption(step, agent) : scheduling(step, agent, n, n > 1 ? 'retry' : 'dependencies-met');
    if (luck < 0.05) spent += yield* attempt(decide(1), random, { code: 'model-unavailable', retryable: true, message: 'no answer' });
    spent += yield* attempt(decide(luck < 0.05 ? 2 : 1), random);
  }
  const data = { spentMicroUsd: String(spent), steps: plan.length, result: [result] };
  yield random() < 0.03
    ? end({ type: 'task.failed.v1', data: { code: 'judge-refused', message: PROSE, step: 's3', spentMicroUsd: String(spent) } })
    : end({ type: 'task.completed.v1', data });
}

const end = (body: EventBody): Fact => ({ facet: facet.end, body });

function accepted(id: string): Fact {
  const content = clearSlot([{ name: 'goal', origin: 'ORIGIN_USER', text: PROSE }]);
  const data = {
    owner: 'owner:first',
    dataSubject: 'owner:first',
    commandId: id,
    bodyDigest: 'ab'.repeat(32),
    class: 'PRIORITY_CLASS_B',
    limits: { budgetMicroUsd: '50000' },
    deadline: '2026-02-01T00:00:00Z',
    screening: { verdict: 'pass', injectionScore: 0.01, masked: ['email'] },
    content,
  } as const;
  return {
    facet: facet.request('submit', id),
    body: { type: 'task.accepted.v1', data: { ...data, screening: { ...data.screening, masked: ['email'] } } },
  };
}

function rejected(id: string): Fact {
  const data = {
    owner: 'owner:first',
    dataSubject: 'owner:first',
    commandId: id,
    code: 'injection-blocked',
    screening: { verdict: 'block' },
  };
  return { facet: facet.request('submit', id), body: { type: 'task.rejected.v1', data } };
}

interface Scheduling {
  readonly fact: Fact;
  readonly step: ScheduledStepJson;
}

const stepOf = (step: string, arm: string, attempt: number): ScheduledStepJson => ({
  step,
  attempt,
  arm,
  agent: `${arm}@1`,
  class: 'PRIORITY_CLASS_B',
  grant: { budgetMicroUsd: '10000' },
});

function scheduling(step: string, arm: string, n: number, reason: string): Scheduling {
  const item = stepOf(step, arm, n);
  const content = clearSlot([{ name: `${step}/instruction`, origin: 'ORIGIN_USER', text: PROSE }]);
  return {
    step: item,
    fact: { facet: facet.step(arm, 'b', step, n), body: { type: 'task.steps-scheduled.v1', data: { steps: [item], reason, content } } },
  };
}

function adoption(step: string, arm: string): Scheduling {
  const item = stepOf(step, arm, 1);
  const data = { plan: { steps: [...plan], origin: 'rules' }, steps: [item] };
  return { step: item, fact: { facet: facet.step(arm, 'b', step, 1), body: { type: 'task.plan-adopted.v1', data } } };
}

/** Scheduling, perhaps a paid call, outcome; gives what it cost. */
function* attempt({ fact, step: item }: Scheduling, random: Random, failure?: StepFailureJson): Generator<Fact, number> {
  yield fact;
  const { step = '', arm = '', attempt: n = 1 } = item;
  const cost = arm === 'generalist' || arm === 'planner' ? Math.floor(random() * 400) + 1 : 0;
  const usage = { model: 'offline', priceVersion: '2026-11', inputTokens: 900, outputTokens: 120, costMicroUsd: String(cost) };
  if (cost > 0) {
    yield {
      facet: facet.call(arm, step, n, 1),
      body: { type: 'task.call-started.v1', data: { k: 1, kind: 'model', name: 'offline', worstCaseMicroUsd: '900' } },
    };
    yield { facet: facet.result(arm, step, n, 1), body: { type: 'task.call-finished.v1', data: { k: 1, usage } } };
  }
  const content = clearSlot([{ name: 'answer', origin: 'ORIGIN_MODEL', text: PROSE }]);
  const data = { step, attempt: n, arm, agent: `${arm}@1`, usage: cost > 0 ? [usage] : [], durationMs: 12, note: '6 passages', content };
  yield { facet: facet.done(arm, step, n), body: { type: 'task.step-done.v1', data: failure === undefined ? data : { ...data, failure } } };
  return cost;
}

function* cancelled(id: string, step: string, arm: string, spent: number): Generator<Fact> {
  yield scheduling(step, arm, 1, 'dependencies-met').fact;
  yield { facet: facet.request('cancel', id), body: { type: 'task.cancel-requested.v1', data: { commandId: id, reason: PROSE } } };
  yield { facet: facet.closed(arm, step, 1), body: { type: 'task.attempt-closed.v1', data: { reason: 'task cancelled' } } };
  yield end({ type: 'task.cancelled.v1', data: { reason: PROSE, spentMicroUsd: String(spent) } });
}
