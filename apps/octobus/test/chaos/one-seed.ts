import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Bus, PLATFORM_ACCOUNT, connectBus } from '@octobus/jetstream';
import { connectAs } from '../../src/bench/stack-access.ts';
import { type RunningOctobus, startOctobus } from '../running-octobus.ts';
import { type ChaosFault, DISK_FAULTS, FAULTS, type World, deliverAgain } from './faults.ts';
import { violations } from './invariants.ts';
import { startLoad } from './load.ts';
import { randomOf } from './random.ts';
import { atRest } from './rest.ts';
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
    found.push(...(await deliveredAgain(admin, faults).catch((error: unknown) => [String(error)])));
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

/** What is wrong with a log in which everything has ended and is delivered once more. */
async function deliveredAgain(admin: Bus, faults: string[]): Promise<readonly string[]> {
  const before = await atRest(admin);
  faults.push(`deliver everything again: ${await deliverAgain(admin, Number.MAX_SAFE_INTEGER)}`);
  const after = await atRest(admin);
  return before === after ? [] : [`delivered again, ${after - before} events were added to a log in which everything had ended`];
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
