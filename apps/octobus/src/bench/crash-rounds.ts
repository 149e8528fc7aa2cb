import { armDurableName } from '@octobus/jetstream';
import { findRun } from '@octobus/stack';
import type { Client } from '../client/client.ts';
import { readHistory } from '../commands/replay.ts';
import { ackWaitMs } from '../demo/crash-demo.ts';
import { STEP, type Killed, crashSubmission, killNow, playCrash } from '../demo/crash-play.ts';
import { crashStory } from '../demo/crash-story.ts';
import type { Supervision } from '../isolated/supervision.ts';
import type { Place } from './place.ts';
import { type CrashRound, type Crashed, firstWordAfter } from './resumption.ts';

/** A service that is killed again while its last death is remembered waits longer for its restart: let it live for this long. */
export const STEADY_MS = 10_500;
const RESTART_WITHIN_MS = 30_000;
/** An arm dies early in a long step; the orchestrator late in a short one, so that the outcome finds nobody. */
const TIMES: Readonly<Record<Crashed, { readonly stepMs: number; readonly killAfterMs: number }>> = {
  'arm-noop': { stepMs: 1_000, killAfterMs: 300 },
  orchestrator: { stepMs: 600, killAfterMs: 500 },
  reflex: { stepMs: 0, killAfterMs: 0 },
};

export const ackWaitOf = (service: Crashed): number => ackWaitMs(service === 'arm-noop' ? armDurableName('noop', 'b') : service);

/** One task during which the service is killed by SIGKILL. */
export async function crashRound(place: Place, service: Crashed, supervision: Supervision): Promise<CrashRound> {
  const { client, folder } = place;
  const pid = (): number | undefined => findRun(folder)?.children.find(({ name }) => name === service)?.pid;
  const { view, timeline, killed } =
    service === 'reflex' ? await killAtTheDoor(client, { service, pid }) : await playCrash(client, { service, pid, ...TIMES[service] });
  const restarted = await supervision.successorOf(service, killed.pid, RESTART_WITHIN_MS);
  const story = service === 'reflex' ? undefined : crashStory(view, timeline, STEP, { ...killed, restarted });
  const resumed = service === 'arm-noop' ? hitOf(story) : firstWordAfter(timeline, service, killed.killedAt);
  return {
    state: view.state,
    resumedAfterMs: resumed ?? null,
    restartedAfterMs: restarted === undefined ? null : restarted.at - killed.killedAt,
    outcomes: timeline.filter((entry) => entry.step === STEP && entry.type === 'task.step-done.v1').length,
  };
}

const hitOf = (story: ReturnType<typeof crashStory>): number | undefined => (story?.hit === true ? story.resumedAfterMs : undefined);

type Victim = Parameters<typeof killNow>[0];
type Told = Awaited<ReturnType<typeof readHistory>> & { readonly killed: Killed };

/** The command is durable in INGRESS when nobody is there to screen it. */
async function killAtTheDoor(client: Client, victim: Victim): Promise<Told> {
  const killed = killNow(victim);
  const { id } = await client.submit(crashSubmission(0), { prefer: 'wait=30' });
  return { ...(await readHistory(client, id)), killed };
}
