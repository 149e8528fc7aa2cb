import { setTimeout as delay } from 'node:timers/promises';
import { Fault } from '@octobus/kernel';
import type { Timeline } from '@octobus/task';
import type { Client } from '../client/client.ts';
import { type TaskStory, readHistory } from '../commands/replay.ts';
import type { Crash } from './crash-story.ts';

/** The step in whose middle a service dies. */
export const STEP = 'work';

/** Three steps one after another, of which the middle one takes its time. */
export const crashSubmission = (stepMs: number): object => ({
  goal: 'Show what becomes of a task whose service dies in the middle of a step.',
  plan: {
    steps: [
      { id: 'before', agent: 'noop' },
      { id: STEP, agent: 'noop', after: ['before'], arguments: { sleepMs: stepMs } },
      { id: 'after', agent: 'noop', after: [STEP] },
    ],
  },
});

export type Killed = Omit<Crash, 'restarted'>;

export interface CrashPlay {
  readonly service: string;
  readonly stepMs: number;
  /** Into the step. */
  readonly killAfterMs: number;
  /** Process id of the service as of now. */
  pid(): number | undefined;
  onSubmitted?(id: string): void;
  onEntry?(entry: Timeline): void;
  onKilled?(killed: Killed, afterMs: number): void;
}

/** Submits, kills the service by SIGKILL in the middle of the step, and follows the task to its end. */
export async function playCrash(client: Client, play: CrashPlay): Promise<TaskStory & { readonly killed: Killed }> {
  const { id } = await client.submit(crashSubmission(play.stepMs));
  play.onSubmitted?.(id);
  let killing: Promise<Killed> | undefined;
  for await (const { event, data } of client.watch(id)) {
    if (event === 'done') continue;
    const entry = data as Timeline;
    play.onEntry?.(entry);
    if (entry.step === STEP && entry.type !== 'task.step-done.v1') killing ??= killIn(play, entry);
  }
  if (killing === undefined) throw broken(`step "${STEP}" was never scheduled`);
  return { ...(await readHistory(client, id)), killed: await killing };
}

async function killIn(play: CrashPlay, dispatched: Timeline): Promise<Killed> {
  await delay(play.killAfterMs);
  const killed = killNow(play);
  play.onKilled?.(killed, killed.killedAt - Date.parse(dispatched.at) + dispatched.afterMs);
  return killed;
}

/** Fault `demo-broken` when the service has no process. */
export function killNow({ service, pid: pidOf }: Pick<CrashPlay, 'service' | 'pid'>): Killed {
  const pid = pidOf();
  if (pid === undefined) throw broken(`${service} has no process to kill`);
  const killedAt = Date.now();
  process.kill(pid, 'SIGKILL');
  return { service, pid, killedAt };
}

const broken = (message: string): Fault => new Fault('demo-broken', { retryable: false, message });
