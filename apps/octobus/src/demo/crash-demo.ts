import { armDurableName, durables } from '@octobus/jetstream';
import { ARMS, type TaskView, type Timeline } from '@octobus/task';
import { Client } from '../client/client.ts';
import { describeEvent } from '../dev/describe-event.ts';
import { type IsolatedStack, openIsolatedStack } from '../isolated/isolated-stack.ts';
import { unlessAborted } from '../isolated/interruption.ts';
import { Supervision } from '../isolated/supervision.ts';
import type { Io } from '../io.ts';
import { timelineLine } from '../output/timeline-text.ts';
import { STEP, playCrash } from './crash-play.ts';
import { type Crash, type CrashStory, crashStory } from './crash-story.ts';

const SERVICE = 'arm-noop';
const STEP_TAKES_MS = 3_000;
/** Into the step: late enough that the arm has taken it, early enough that it isn't done. */
const KILL_AFTER_MS = 1_000;

export interface Demonstrated {
  readonly view: TaskView;
  readonly timeline: readonly Timeline[];
  readonly crash: Crash;
  readonly story: CrashStory | undefined;
  readonly folder: string;
}

/** Milliseconds after which NATS delivers a message again that nobody acknowledged, as provisioned; 0: there is no such durable. */
export const ackWaitMs = (durable: string): number => (durables(ARMS, []).find(({ name }) => name === durable)?.ack_wait ?? 0) / 1e6;

export const armAckWaitMs = (): number => ackWaitMs(armDurableName('noop', 'b'));

/** Starts a stack of its own, kills an arm in the middle of a step, and follows the task to its end. Everything is stopped again, whatever happens. */
export async function demonstrateCrash(io: Io, keep: boolean, signal: AbortSignal): Promise<Demonstrated> {
  const supervision = new Supervision();
  const onEvent = (event: Parameters<typeof describeEvent>[0]): void => {
    supervision.take(event);
    const text = describeEvent(event);
    if (text !== undefined) io.line(text);
  };
  io.line('An isolated stack, each service in a process of its own (own ports, own data):');
  const stack = await openIsolatedStack({ name: 'demo', perService: true, keep, onEvent }, signal);
  try {
    return await unlessAborted(signal, play(io, stack, supervision));
  } finally {
    await stack.stop();
  }
}

async function play(io: Io, stack: IsolatedStack, supervision: Supervision): Promise<Demonstrated> {
  const client = new Client(stack.credentials.url, stack.credentials.apiKey);
  const { view, timeline, killed } = await playCrash(client, {
    service: SERVICE,
    stepMs: STEP_TAKES_MS,
    killAfterMs: KILL_AFTER_MS,
    pid: () => stack.pidOf(SERVICE),
    onSubmitted: (id) => {
      io.line('');
      io.line(`Task ${id}: three no-op steps; "${STEP}" takes ${STEP_TAKES_MS / 1000} s`);
    },
    onEntry: (entry) => io.line(timelineLine(entry)),
    onKilled: ({ pid }, afterMs) =>
      io.line(`  ${(afterMs / 1000).toFixed(3)}  kill -9 ${pid}: ${SERVICE} dies in the middle of step "${STEP}"`),
  });
  const again = supervision.readyOf(SERVICE);
  const crash = { ...killed, restarted: again === undefined || again.pid === killed.pid ? undefined : again };
  return { view, timeline, crash, story: crashStory(view, timeline, STEP, crash), folder: stack.folder };
}
