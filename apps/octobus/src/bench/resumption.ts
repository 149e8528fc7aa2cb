import type { Timeline } from '@octobus/task';
import { type Latency, latencyOf } from './latency.ts';

/** Services whose death is measured. */
export const CRASHED = ['arm-noop', 'orchestrator', 'reflex'] as const;
export type Crashed = (typeof CRASHED)[number];

const WRITTEN_BY: Readonly<Record<Crashed, (type: string) => boolean>> = {
  'arm-noop': (type) => type === 'task.step-done.v1',
  reflex: (type) => type === 'task.accepted.v1',
  orchestrator: (type) => type !== 'task.step-done.v1' && type !== 'task.accepted.v1',
};

/** Milliseconds from the kill to the first event that the service wrote after it, by the log's time; undefined when it wrote none. */
export function firstWordAfter(timeline: readonly Timeline[], service: Crashed, killedAt: number): number | undefined {
  const first = timeline.find(({ type, at }) => WRITTEN_BY[service](type) && Date.parse(at) >= killedAt);
  return first === undefined ? undefined : Date.parse(first.at) - killedAt;
}

export interface CrashRound {
  readonly state: string;
  /** From the kill until the service's work ran again; null when the kill didn't hit. */
  readonly resumedAfterMs: number | null;
  /** From the kill until the supervisor had a new process ready. */
  readonly restartedAfterMs: number | null;
  /** Outcomes that are recorded for the step, of all attempts. */
  readonly outcomes: number;
}

export interface CrashVerdict {
  readonly targetMs: number;
  readonly rounds: readonly CrashRound[];
  /** Of the rounds in which the kill hit. */
  readonly resumedMs: Latency;
  /** Every round: hit, in time, completed, one outcome of the step. */
  readonly met: boolean;
}

export function verdictOf(rounds: readonly CrashRound[], targetMs: number): CrashVerdict {
  const resumed = rounds.flatMap(({ resumedAfterMs }) => resumedAfterMs ?? []);
  const met = rounds.every(
    ({ state, resumedAfterMs, outcomes }) =>
      state === 'completed' && outcomes === 1 && resumedAfterMs !== null && resumedAfterMs <= targetMs,
  );
  return { targetMs, rounds, resumedMs: latencyOf(resumed), met: met && rounds.length > 0 };
}
