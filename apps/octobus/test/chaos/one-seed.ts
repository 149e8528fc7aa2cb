import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { STREAMS } from '@octobus/contracts';
import { type Bus, PLATFORM_ACCOUNT, connectBus } from '@octobus/jetstream';
import { until } from '@octobus/stack';
import { connectAs, logStreamNames } from '../../src/bench/stack-access.ts';
import { type RunningOctobus, startOctobus } from '../running-octobus.ts';
import { type ChaosFault, DISK_FAULTS, FAULTS, type World, deliverAgain } from './faults.ts';
import { violations } from './invariants.ts';
import { startLoad } from './load.ts';
import { randomOf } from './random.ts';
import { mountSmallDisk } from './small-disk.ts';

export interface ChaosOptions {
  readonly seed: number;
  readonly seconds: number;
  readonly clients: number;
  readonly logStreams: number;
  /** The streams lie on a disk of their own, which may be filled. */
  readonly smallDisk: boolean;
  readonly say: (line: string) => void;
}

export interface ChaosReport {
  readonly seed: number;
  readonly logStreams: number;
  readonly tasks: number;
  readonly states: Readonly<Record<string, number>>;
  readonly faults: readonly string[];
  readonly violations: readonly string[];
}

const FINISH_WITHIN_MS = 120_000;
const QUIET_WITHIN_MS = 60_000;

/** A stack of its own with a process a service, under load while faults come at random; then everything must be as if none had come. */
export async function oneSeed(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, logStreams, say } = options;
  const folder = mkdtempSync(join(tmpdir(), 'octobus-chaos-'));
  const disk = options.smallDisk ? mountSmallDisk(folder, say) : undefined;
  const place = disk === undefined ? {} : { OCTO_NATS_DIR: join(disk.folder, 'nats') };
  const env = { OCTO_LOG_STREAMS: String(logStreams), OCTO_NOOP_LEDGER: join(folder, 'ledger'), ...place };
  const octobus = await startOctobus({ isolate: true, folder, env });
  let clean = false;
  try {
    const report = await underChaos(octobus, disk?.folder, options);
    clean = report.violations.length === 0;
    return report;
  } finally {
    await octobus.stop();
    if (clean) disk?.unmount();
    if (clean) octobus.remove();
    else say(`seed ${seed}: its state is kept in ${octobus.folder}`);
  }
}

async function underChaos(
  octobus: RunningOctobus,
  disk: string | undefined,
  { seed, seconds, clients, logStreams, say }: ChaosOptions,
): Promise<ChaosReport> {
  const folder = join(octobus.folder, '.octo');
  const admin = await connectAs(PLATFORM_ACCOUNT, folder);
  const bus = await connectBus({ url: octobus.credentials.natsUrl, name: 'chaos' });
  const random = randomOf(seed);
  const world: World = { octobus: () => octobus, admin: () => admin, random, disk };
  const { client, credentials } = octobus;
  try {
    const load = startLoad({ bus, client, tenant: credentials.tenant, random: randomOf(seed + 1_000_000), clients });
    const faults = await faultsFor(seconds * 1_000, world, say);
    const found: string[] = [];
    await load.finish(FINISH_WITHIN_MS).catch((error: unknown) => found.push(error instanceof Error ? error.message : String(error)));
    const before = await quiet(admin);
    faults.push(`deliver everything again: ${await deliverAgain(admin, Number.MAX_SAFE_INTEGER)}`);
    const after = await quiet(admin);
    if (before !== after) found.push(`delivered again, ${after - before} events were added to a log in which everything had ended`);
    const signal = new AbortController().signal;
    found.push(...(await violations({ admin, folder, submitted: load.submitted, ledger: join(octobus.folder, 'ledger'), signal })));
    const states: Record<string, number> = {};
    for (const { state = 'open' } of load.submitted) states[state] = (states[state] ?? 0) + 1;
    return { seed, logStreams, tasks: load.submitted.length, states, faults, violations: found };
  } finally {
    await bus.close();
    await admin.close();
  }
}

/** Faults one after another and over one another, at random moments, until the time is over and all of them have ended. */
async function faultsFor(ms: number, world: World, say: (line: string) => void): Promise<string[]> {
  const told: string[] = [];
  const under: Promise<void>[] = [];
  const until = performance.now() + ms;
  const run = async (fault: ChaosFault): Promise<void> => {
    const how = await fault.happen(world).catch((error: unknown) => `not possible now (${String(error)})`);
    told.push(`${fault.name}: ${how}`);
    say(`  ${fault.name}: ${how}`);
  };
  while (performance.now() < until) {
    await delay(world.random.between(200, 2_500));
    under.push(run(world.random.one(world.disk === undefined ? FAULTS : DISK_FAULTS)));
  }
  await Promise.all(under);
  return told;
}

/** Every timer that waits, and none of the messages that cancel one. */
const TIMERS_WAITING = 'timer.*.*.*.*.*.*';

interface StreamState {
  readonly state: { readonly last_seq: number; readonly subjects?: Readonly<Record<string, number>> };
  /** Of the log: the timers' stream, and how many firings it has not taken from there. */
  readonly sources?: readonly { readonly lag: number }[];
}

interface Info {
  readonly num_pending: number;
  readonly num_ack_pending: number;
}

/**
 * Events in the log once every consumer of a service has taken and acknowledged all there is, and no timer waits: one whose cancelling was lost with its
 * orchestrator fires after the end of its task.
 */
async function quiet(admin: Bus): Promise<number> {
  const ask = async <T>(subject: string, body: object = {}): Promise<T> =>
    (await admin.connection.request(subject, JSON.stringify(body), { timeout: 5_000 })).json<T>();
  const look = async (): Promise<number | undefined> => {
    let events = 0;
    const timers = await ask<StreamState>(`$JS.API.STREAM.INFO.${STREAMS.timers}`, { subjects_filter: TIMERS_WAITING });
    if (Object.keys(timers.state.subjects ?? {}).length > 0) return undefined;
    for (const stream of await logStreamNames(admin)) {
      const { consumers } = await ask<{ consumers: readonly string[] }>(`$JS.API.CONSUMER.NAMES.${stream}`);
      for (const name of consumers.filter((one) => !one.startsWith('t-'))) {
        const { num_pending, num_ack_pending } = await ask<Info>(`$JS.API.CONSUMER.INFO.${stream}.${name}`);
        if (num_pending + num_ack_pending > 0) return undefined;
      }
      const { state, sources = [] } = await ask<StreamState>(`$JS.API.STREAM.INFO.${stream}`);
      if (sources.some(({ lag }) => lag > 0)) return undefined;
      events += state.last_seq;
    }
    return events;
  };
  const found = await until(() => look().catch(() => undefined), { withinMs: QUIET_WITHIN_MS, pauseMs: 200 });
  if (found === undefined)
    throw new Error(`the consumers of the log and its timers had not come to rest after ${QUIET_WITHIN_MS / 1000} s`);
  return found;
}
