import { type ContentPartJson, type InputRefJson, type ScreeningJson, isSealed, partNamed, partsOf } from '@octobus/contracts';
import { formatInstant, instantOf, toWire } from '@octobus/kernel';
import { type Timeline, timelineEntry } from './task.timeline.ts';
import { type TaskState, stateOf } from './task.state.ts';
import { type ViewedEvent, toTaskEvent } from './task.subjects.ts';
import { type Attempt, type OpenTask, type Task, type Wait, evolve, noTask, spentOf } from './task.ts';

/** One attempt of a step; or a step that waits, with `wait` as its agent and no arm. */
export interface StepView {
  readonly id: string;
  readonly agent: string;
  readonly arm: string;
  readonly attempt: number;
  readonly state: 'scheduled' | 'waiting' | 'done' | 'failed' | 'closed';
  readonly scheduledAt: string;
  /** Of a step that waits: when its time comes. */
  readonly dueAt?: string;
  readonly doneAt?: string;
  readonly durationMs?: number;
  readonly note?: string;
  readonly failure?: { readonly code: string; readonly message: string };
}

export interface CitationView {
  readonly n: number;
  readonly documentId: string;
  readonly name: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly startByte: number;
  readonly endByte: number;
  readonly text: string;
}

/** A task folded from its events: what `GET /v1/tasks/{id}` and `octobus replay` show. */
export interface TaskView {
  readonly id: string;
  readonly state: TaskState;
  readonly goal: string;
  /** True: goal and result are sealed still, as the person's keys were destroyed; or nobody has opened them. */
  readonly erased?: true;
  readonly owner: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly deadline?: string;
  readonly planOrigin?: string;
  readonly screening?: ScreeningJson;
  readonly steps: readonly StepView[];
  readonly spentMicroUsd: string;
  readonly events: number;
  /** Events that only a newer release can read: the rest of the view is without them. Absent: none. */
  readonly newerEvents?: number;
  readonly lastSequence: number;
  readonly failure?: { readonly code: string; readonly message: string; readonly step?: string };
  /** The earlier task whose result this is: the same request, asked before. */
  readonly answeredFrom?: string;
  readonly result?: ResultView;
}

export interface ResultView {
  /** Sentences joined; empty when the steps give no answer in words. */
  readonly answer: string;
  readonly found?: boolean;
  /** True: extracted by rules, no model wrote it. */
  readonly offline?: boolean;
  /** Sentences that the judge did not let through, because they don't follow from their sources. */
  readonly withheld?: number;
  readonly sentences: readonly { readonly text: string; readonly citations: readonly number[] }[];
  readonly citations: readonly CitationView[];
  /** What the last steps handed over, when it is not an answer. */
  readonly outputs: readonly { readonly step: string; readonly parts: readonly ContentPartJson[] }[];
}

export interface TaskHistory {
  readonly view: TaskView;
  readonly timeline: readonly Timeline[];
}

/** Folds a task's events, ascending, as of the last one given. Undefined: no event of a task. */
export function viewOf(id: string, events: readonly ViewedEvent[]): TaskHistory | undefined {
  let task: Task = noTask;
  const folded: ViewedEvent[] = [];
  const timeline: Timeline[] = [];
  const first = events[0];
  for (const event of events) {
    const read = toTaskEvent(event);
    if (read === undefined || first === undefined) continue;
    task = evolve(task, read);
    folded.push(event);
    timeline.push(timelineEntry(event, read, first.storedAt));
  }
  if (folded.length === 0) return undefined;
  const newer = events.filter(({ body }) => body.type === 'unknown').length;
  const view = assemble(id, task, folded);
  return { view: newer === 0 ? view : { ...view, newerEvents: newer }, timeline };
}

/** Sequences of the events whose content a view shows: the goal, and what the last steps handed over. */
export function shownIn(events: readonly ViewedEvent[]): ReadonlySet<number> {
  const result = bodyOf(events, 'task.completed.v1')?.result ?? [];
  const shown = new Set<number>();
  for (const event of events) {
    if (event.body.type === 'task.accepted.v1') shown.add(event.sequence);
    else if (event.body.type === 'task.step-done.v1' && result.some((ref) => isOutcomeOf(event, ref))) shown.add(event.sequence);
  }
  return shown;
}

function isOutcomeOf(event: ViewedEvent, { arm = '', step = '', attempt = 0 }: InputRefJson): boolean {
  const read = toTaskEvent(event);
  return read?.type === 'task.step-done.v1' && read.at?.arm === arm && read.at.step === step && read.at.attempt === attempt;
}

const at = (milliseconds: number): string => formatInstant(instantOf(milliseconds));
const openOf = (task: Task): OpenTask | undefined =>
  task.situation === 'ended' ? task.last : task.situation === 'open' ? task : undefined;

function assemble(id: string, task: Task, events: readonly ViewedEvent[]): TaskView {
  const open = openOf(task);
  const state = stateOf(task);
  const submitted = bodyOf(events, 'task.accepted.v1') ?? bodyOf(events, 'task.rejected.v1');
  const accepted = bodyOf(events, 'task.accepted.v1');
  const failure = failureOf(state, events);
  const result = resultOf(events);
  const answeredFrom = bodyOf(events, 'task.completed.v1')?.answeredFrom;
  return {
    id,
    state,
    goal: partNamed(accepted?.content, 'goal')?.text ?? '',
    ...(isSealed(accepted?.content) ? { erased: true } : {}),
    owner: submitted?.owner ?? '',
    createdAt: at(events[0]?.storedAt ?? 0),
    updatedAt: at(events.at(-1)?.storedAt ?? 0),
    ...(accepted?.deadline === undefined ? {} : { deadline: accepted.deadline }),
    ...(open?.plan?.origin === undefined ? {} : { planOrigin: open.plan.origin }),
    ...(submitted?.screening === undefined ? {} : { screening: submitted.screening }),
    steps: open === undefined ? [] : stepsOf(open, task.situation === 'ended', events),
    spentMicroUsd: open === undefined ? '0' : toWire(spentOf(open)),
    events: events.length,
    lastSequence: events.at(-1)?.sequence ?? 0,
    ...(failure === undefined ? {} : { failure }),
    ...(answeredFrom === undefined ? {} : { answeredFrom }),
    ...(result === undefined ? {} : { result }),
  };
}

type BodyOf<T extends string> = Extract<NonNullable<ReturnType<typeof toTaskEvent>>, { type: T }>['data'];

function bodyOf<T extends string>(events: readonly ViewedEvent[], type: T): BodyOf<T> | undefined {
  const event = events.find(({ body }) => body.type === type);
  return event && (event.body as unknown as { data: BodyOf<T> }).data;
}

function failureOf(state: TaskState, events: readonly ViewedEvent[]): TaskView['failure'] {
  const rejected = state === 'rejected' ? bodyOf(events, 'task.rejected.v1') : undefined;
  if (rejected !== undefined) return { code: rejected.code ?? '', message: 'refused by the screening' };
  const failed = bodyOf(events, 'task.failed.v1');
  if (failed === undefined) return undefined;
  return { code: failed.code ?? '', message: failed.message ?? '', ...(failed.step === undefined ? {} : { step: failed.step }) };
}

/** In the order in which steps began. */
function stepsOf(open: OpenTask, ended: boolean, events: readonly ViewedEvent[]): StepView[] {
  const bySequence = new Map(events.map((event) => [event.sequence, event]));
  const outcomes = new Map<string, ViewedEvent>();
  for (const event of events) {
    const read = toTaskEvent(event);
    if (read?.type === 'task.step-done.v1' && read.at !== undefined)
      outcomes.set(`${read.at.arm}.${read.at.step}.${read.at.attempt}`, event);
  }
  const begun = [...open.steps.values()].map(({ id, attempts }) => ({
    at: attempts[0]?.decision ?? 0,
    views: attempts.map((attempt) =>
      stepView(id, attempt, bySequence.get(attempt.decision), outcomes.get(`${attempt.arm}.${id}.${attempt.n}`)),
    ),
  }));
  const waits = [...open.waits].map(([id, wait]) => ({ at: wait.begun, views: [waitView(id, wait, ended, bySequence)] }));
  return [...begun, ...waits].sort((a, b) => a.at - b.at).flatMap(({ views }) => views);
}

/** What a task that has ended was waiting for is `closed`, as attempts are. */
function waitView(id: string, wait: Wait, ended: boolean, bySequence: ReadonlyMap<number, ViewedEvent>): StepView {
  const over = wait.ended === undefined ? undefined : bySequence.get(wait.ended);
  return {
    id,
    agent: 'wait',
    arm: '',
    attempt: 1,
    state: wait.ended !== undefined ? 'done' : ended ? 'closed' : 'waiting',
    scheduledAt: at(bySequence.get(wait.begun)?.storedAt ?? 0),
    dueAt: formatInstant(wait.dueAt),
    ...(over === undefined ? {} : { doneAt: at(over.storedAt) }),
  };
}

const STEP_STATES = { open: 'scheduled', succeeded: 'done', failed: 'failed', closed: 'closed' } as const;

function stepView(id: string, attempt: Attempt, scheduled: ViewedEvent | undefined, done: ViewedEvent | undefined): StepView {
  const outcome = done === undefined ? undefined : bodyOf([done], 'task.step-done.v1');
  const { failure } = attempt;
  return {
    id,
    agent: attempt.scheduled.agent ?? '',
    arm: attempt.arm,
    attempt: attempt.n,
    state: STEP_STATES[attempt.situation],
    scheduledAt: at(scheduled?.storedAt ?? 0),
    ...(done === undefined ? {} : { doneAt: at(done.storedAt) }),
    ...(outcome?.durationMs === undefined ? {} : { durationMs: outcome.durationMs }),
    ...(outcome?.note === undefined ? {} : { note: outcome.note }),
    ...(failure === undefined ? {} : { failure: { code: failure.code ?? '', message: failure.message ?? '' } }),
  };
}

interface AnswerJson {
  readonly found?: boolean;
  readonly offline?: boolean;
  readonly withheld?: number;
  readonly sentences?: readonly { readonly text: string; readonly citations: readonly number[] }[];
}

function resultOf(events: readonly ViewedEvent[]): ResultView | undefined {
  const completed = bodyOf(events, 'task.completed.v1');
  if (completed === undefined) return undefined;
  const outputs = (completed.result ?? []).map(({ step = '', arm = '', attempt = 0 }) => ({
    step,
    parts: outputsOf(events, { arm, step, attempt }),
  }));
  const parts = outputs.flatMap((output) => output.parts);
  const answer = parts.find((part) => part.name === 'answer')?.json as AnswerJson | undefined;
  if (answer === undefined) return { answer: '', sentences: [], citations: [], outputs };
  const sentences = answer.sentences ?? [];
  return {
    answer: sentences.map((sentence) => sentence.text).join(' '),
    found: answer.found === true,
    offline: answer.offline === true,
    ...(typeof answer.withheld === 'number' ? { withheld: answer.withheld } : {}),
    sentences,
    citations: parts.flatMap(citationOf),
    outputs: [],
  };
}

function outputsOf(events: readonly ViewedEvent[], ref: InputRefJson): readonly ContentPartJson[] {
  const event = events.find((one) => isOutcomeOf(one, ref));
  return event === undefined ? [] : partsOf(bodyOf([event], 'task.step-done.v1')?.content);
}

/** A part named `citation/<n>` is a passage that the answer rests on. */
function citationOf(part: ContentPartJson): CitationView[] {
  const n = /^citation\/(\d{1,4})$/.exec(part.name ?? '')?.[1];
  const { source } = part;
  if (n === undefined || source === undefined) return [];
  const { documentId = '', name = '', startLine = 0, endLine = 0, startByte = 0, endByte = 0 } = source;
  return [{ n: Number(n), documentId, name, startLine, endLine, startByte, endByte, text: part.text ?? '' }];
}
