import { setTimeout as delay } from 'node:timers/promises';
import { armDurableName, durables } from '@octobus/jetstream';
import { Fault } from '@octobus/kernel';
import { ARMS, type TaskView, type Timeline } from '@octobus/task';
import { Client } from '../client/client.ts';
import { readHistory } from '../commands/replay.ts';
import { describeEvent } from '../dev/describe-event.ts';
import type { StackEvent } from '../dev/events.ts';
import { type IsolatedStack, openIsolatedStack } from '../isolated/isolated-stack.ts';
import { unlessAborted } from '../isolated/interruption.ts';
import type { Io } from '../io.ts';
import { timelineLine } from '../output/timeline-text.ts';
import { type Crash, type CrashStory, crashStory } from './crash-story.ts';

const SERVICE = 'arm-noop';
const STEP = 'work';
const STEP_TAKES_MS = 3_000;
/** Into the step: late enough that the arm has taken it, early enough that it isn't done. */
const KILL_AFTER_MS = 1_000;

const SUBMISSION = {
  goal: 'Show what becomes of a task whose arm dies in the middle of a step.',
  plan: {
    steps: [
      { id: 'before', agent: 'noop' },
      { id: STEP, agent: 'noop', after: ['before'], arguments: { sleepMs: STEP_TAKES_MS } },
      { id: 'after', agent: 'noop', after: [STEP] },
    ],
  },
};

export interface Demonstrated {
  readonly view: TaskView;
  readonly timeline: readonly Timeline[];
  readonly crash: Crash;
  readonly story: CrashStory | undefined;
  readonly folder: string;
}

/** Milliseconds after which NATS delivers a step again that nobody acknowledged, as provisioned. */
export function armAckWaitMs(): number {
  const name = armDurableName('noop', 'b');
  return (durables(ARMS, []).find((durable) => durable.name === name)?.ack_wait ?? 0) / 1e6;
}

/** Starts a stack of its own, kills an arm in the middle of a step, and follows the task to its end. Everything is stopped again, whatever happens. */
export async function demonstrateCrash(io: Io, keep: boolean, signal: AbortSignal): Promise<Demonstrated> {
  const supervisor = new Supervision(io);
  io.line('An isolated stack, each service in a process of its own (own ports, own data):');
  const stack = await openIsolatedStack({ name: 'demo', perService: true, keep, onEvent: (event) => supervisor.take(event) }, signal);
  try {
    return await unlessAborted(signal, play(io, stack, supervisor));
  } finally {
    await stack.stop();
  }
}

/** Hears what the supervisor of the stack does. */
class Supervision {
  private readonly io: Io;
  readonly ready = new Map<string, { readonly pid: number; readonly at: number }>();

  constructor(io: Io) {
    this.io = io;
  }

  take(event: StackEvent): void {
    if (event.kind === 'child' && event.event.kind === 'ready') this.ready.set(event.event.name, { pid: event.event.pid, at: Date.now() });
    const text = describeEvent(event);
    if (text !== undefined) this.io.line(text);
  }
}

async function play(io: Io, stack: IsolatedStack, supervisor: Supervision): Promise<Demonstrated> {
  const client = new Client(stack.credentials.url, stack.credentials.apiKey);
  const { id } = await client.submit(SUBMISSION);
  io.line('');
  io.line(`Task ${id}: three no-op steps; "${STEP}" takes ${STEP_TAKES_MS / 1000} s`);
  let killed: Promise<Omit<Crash, 'restarted'>> | undefined;
  for await (const { event, data } of client.watch(id)) {
    if (event === 'done') continue;
    const entry = data as Timeline;
    io.line(timelineLine(entry));
    if (entry.step === STEP && entry.type !== 'task.step-done.v1') killed ??= kill(io, stack, entry);
  }
  if (killed === undefined) throw new Fault('demo-broken', { retryable: false, message: `step "${STEP}" was never scheduled` });
  const { view, timeline } = await readHistory(client, id);
  const done = await killed;
  const again = supervisor.ready.get(SERVICE);
  const crash = { ...done, restarted: again === undefined || again.pid === done.pid ? undefined : again };
  return { view, timeline, crash, story: crashStory(view, timeline, STEP, crash), folder: stack.folder };
}

async function kill(io: Io, stack: IsolatedStack, dispatched: Timeline): Promise<Omit<Crash, 'restarted'>> {
  await delay(KILL_AFTER_MS);
  const pid = stack.pidOf(SERVICE);
  if (pid === undefined) throw new Fault('demo-broken', { retryable: false, message: `${SERVICE} has no process to kill` });
  const killedAt = Date.now();
  process.kill(pid, 'SIGKILL');
  const afterMs = killedAt - Date.parse(dispatched.at) + dispatched.afterMs;
  io.line(`  ${(afterMs / 1000).toFixed(3)}  kill -9 ${pid}: ${SERVICE} dies in the middle of step "${STEP}"`);
  return { service: SERVICE, pid, killedAt };
}
