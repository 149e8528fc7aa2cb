import type { TaskView, Timeline } from '@octobus/task';

/** What was done to the arm from outside; times in milliseconds since 1970. */
export interface Crash {
  readonly service: string;
  readonly pid: number;
  readonly killedAt: number;
  /** The new process and when it was ready. */
  readonly restarted: { readonly pid: number; readonly at: number } | undefined;
}

/** What a crash did to one step, read from the events of its task. */
export interface CrashStory {
  readonly step: string;
  /** Sequence of the event that scheduled the step and is its dispatch. */
  readonly dispatch: number;
  readonly outcome: number;
  /** Outcomes recorded for the step, of all attempts. */
  readonly outcomes: number;
  readonly attempt: number;
  /** Since the task's first event. */
  readonly dispatchedAtMs: number;
  readonly killedAtMs: number;
  readonly outcomeAtMs: number;
  /** From the kill until the new process was ready. */
  readonly restartedAfterMs: number | undefined;
  /** From the kill until the run began whose outcome is recorded: when the outcome was stored, less what the arm says it took. */
  readonly resumedAfterMs: number;
  /** The kill came after the dispatch and before the recorded run began: the arm died in the middle of the step. */
  readonly hit: boolean;
}

/** Undefined when the step has no outcome. */
export function crashStory(view: TaskView, timeline: readonly Timeline[], step: string, crash: Crash): CrashStory | undefined {
  const dispatch = timeline.find((entry) => entry.step === step && entry.type !== 'task.step-done.v1');
  const outcomes = timeline.filter((entry) => entry.step === step && entry.type === 'task.step-done.v1');
  const outcome = outcomes.at(-1);
  const startedAt = Date.parse(timeline[0]?.at ?? '');
  const run = view.steps.findLast((one) => one.id === step);
  if (dispatch === undefined || outcome === undefined || run?.durationMs === undefined) return undefined;
  const resumedAfterMs = Date.parse(outcome.at) - run.durationMs - crash.killedAt;
  return {
    step,
    dispatch: dispatch.sequence,
    outcome: outcome.sequence,
    outcomes: outcomes.length,
    attempt: run.attempt,
    dispatchedAtMs: dispatch.afterMs,
    killedAtMs: crash.killedAt - startedAt,
    outcomeAtMs: outcome.afterMs,
    restartedAfterMs: crash.restarted === undefined ? undefined : crash.restarted.at - crash.killedAt,
    resumedAfterMs,
    hit: Date.parse(dispatch.at) <= crash.killedAt && resumedAfterMs >= 0,
  };
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(3)} s`;

/** The story in a few sentences; `ackWaitMs` is that of the arm's durable. */
export function explain(story: CrashStory, crash: Crash, ackWaitMs: number): readonly string[] {
  const { step, dispatch, outcome, attempt } = story;
  if (!story.hit) return [`The kill did not come in the middle of step "${step}": nothing is shown by this run.`];
  return [
    `Sequence ${dispatch} scheduled step "${step}" (attempt ${attempt}) at ${seconds(story.dispatchedAtMs)}. That event is the dispatch: the log is the queue.`,
    `${crash.service} (pid ${crash.pid}) took it and was killed with SIGKILL at ${seconds(story.killedAtMs)}, before it could record an outcome or acknowledge the event.`,
    ...(crash.restarted === undefined || story.restartedAfterMs === undefined
      ? []
      : [`The supervisor had a new process (pid ${crash.restarted.pid}) ready ${seconds(story.restartedAfterMs)} after the kill.`]),
    `NATS waited for the acknowledgement (ack wait ${ackWaitMs / 1000} s), delivered sequence ${dispatch} again, and the step ran from its start, ${seconds(story.resumedAfterMs)} after the kill.`,
    outcomeSentence(story, outcome),
  ];
}

function outcomeSentence({ outcomes, attempt, outcomeAtMs }: CrashStory, outcome: number): string {
  const recorded = outcomes === 1 ? 'the one outcome of the step' : `the last of ${outcomes} outcomes of the step`;
  return `Sequence ${outcome}, at ${seconds(outcomeAtMs)}, holds ${recorded}, of attempt ${attempt}: started at least twice, recorded once.`;
}
