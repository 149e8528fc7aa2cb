import { setTimeout as delay } from 'node:timers/promises';
import type { Bus } from '@octobus/jetstream';
import { Fault } from '@octobus/kernel';
import { until } from '@octobus/stack';
import { Client } from '../../client/client.ts';
import type { Io } from '../../io.ts';
import { type IsolatedStack, openIsolatedStack } from '../../isolated/isolated-stack.ts';
import { diskUsage } from '../disk-usage.ts';
import { openNatsDoor } from '../nats-door.ts';
import { soManyRuns } from '../so-many-runs.ts';
import { connectAs } from '../stack-access.ts';
import { submissionOf } from '../workload.ts';
import { eventsIn } from './events-in.ts';
import { type Filled, fill } from './fill.ts';
import { type GrowthPoint, type GrowthReport, aTaskOf } from './growth-report.ts';
import { type Template, readTemplate } from './history.ts';
import { watchProjection } from './projection.ts';
import { pssOf } from './pss.ts';
import { measureReads } from './reads.ts';
import { compareRuns } from './runs.ts';
import { skipToTheEnd, startLoneServer } from './stopped-stack.ts';

export interface GrowthOptions {
  readonly sizes: readonly number[];
  /** Of the tasks filled in; runs that are measured have five. */
  readonly steps: number;
  readonly duration: number;
  readonly rounds: number;
}

/** Until a server that has just started has done what it does then. */
const SETTLE_MS = 3_000;
const SMALL_TASKS = 100;
/** One server, and no limit in the way. */
const SETTINGS = { OCTO_MAX_LOG_EVENTS: '0', OCTO_MAX_LOG_BYTES: '0', OCTO_REPLICAS: '1' };
const LISTED_WITHIN_MS = 30_000;

/** A stack that runs, with a connection of the account that owns its streams, and some of its tasks. */
interface Running {
  readonly stack: IsolatedStack;
  readonly client: Client;
  readonly bus: Bus;
  readonly tasks: readonly string[];
  stop(): Promise<void>;
}

interface Work {
  readonly io: Io;
  /** State folder of the stack whose log grows. */
  readonly folder: string;
  readonly options: GrowthOptions;
  readonly signal: AbortSignal;
}

/** The log and its server before the stack starts on them. */
interface Grown extends Filled {
  readonly total: number;
  readonly natsStartMs: number;
  readonly pssBytes: number | null;
}

export async function measureGrowth(
  io: Io,
  folder: string,
  options: GrowthOptions,
  signal: AbortSignal,
): Promise<Omit<GrowthReport, 'node' | 'cpus'>> {
  const work: Work = { io, folder, options, signal };
  const { template, nats, durability } = await firstTask(work);
  const small = await runSmall(work);
  const points: GrowthPoint[] = [];
  let samples: readonly string[] = [];
  try {
    for (const size of options.sizes) {
      const grown = await grow(work, template, size);
      samples = [...samples, ...grown.samples];
      points.push(await measurePoint(work, small, grown, { samples, eventsPerTask: template.events.length }));
    }
  } finally {
    await small.stop();
  }
  const flat = points.every(({ runs }) => runs.every((compared) => compared.flat));
  return { durability, nats, steps: options.steps, eventsPerTask: template.events.length, points, aTask: aTaskOf(points), flat };
}

/** One task done by the engine, whose history fills the log. */
async function firstTask(work: Work): Promise<{ readonly template: Template; readonly nats: string; readonly durability: string }> {
  work.io.line('A stack whose log will grow runs its first task');
  const running = await run(work, work.folder, work.options.steps, 1);
  try {
    const { credentials, versions, durability } = running.stack;
    const [id = ''] = running.tasks;
    return { template: await readTemplate(running.bus, credentials.tenant, id), nats: versions.nats, durability };
  } finally {
    await running.stop();
  }
}

function runSmall(work: Work): Promise<Running> {
  work.io.line('A stack with a small log runs beside it');
  return run(work, undefined, 5, SMALL_TASKS);
}

/** Starts a stack and has so many tasks done. */
async function run({ signal }: Pick<Work, 'signal'>, folder: string | undefined, steps: number, tasks: number): Promise<Running> {
  const stack = await openIsolatedStack(
    {
      name: 'growth',
      ...(folder === undefined ? {} : { folder }),
      perService: false,
      keep: folder !== undefined,
      env: SETTINGS,
      onEvent: () => undefined,
    },
    signal,
  );
  try {
    const client = new Client(stack.credentials.url, stack.credentials.apiKey);
    if (tasks > 0) await runTasks(stack, steps, tasks, signal);
    const listed = await listedTasks(client, Math.min(tasks, 100), signal);
    const bus = await connectAs('PLATFORM', stack.folder);
    const stop = async (): Promise<void> => {
      await bus.close();
      await stack.stop();
    };
    return { stack, client, bus, tasks: listed, stop };
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

/** The newest so many tasks, as soon as the read models have them. */
async function listedTasks(client: Client, wanted: number, signal: AbortSignal): Promise<readonly string[]> {
  if (wanted === 0) return [];
  const listed = await until(
    async () => {
      const { items } = await client.tasks(`?limit=${wanted}`);
      return items.length === wanted ? items.map(({ id }) => String(id)) : undefined;
    },
    { withinMs: LISTED_WITHIN_MS, signal },
  );
  if (listed === undefined)
    throw new Fault('took-too-long', { retryable: true, message: 'the read models do not list the tasks that ran' });
  return listed;
}

async function runTasks({ credentials }: IsolatedStack, steps: number, tasks: number, signal: AbortSignal): Promise<void> {
  const door = await openNatsDoor(credentials, submissionOf({ steps, substeps: false }));
  try {
    await soManyRuns(door, tasks, 8, signal);
  } finally {
    await door.close();
  }
}

/** Fills the log without fsync, starts the server once more as it is to be, and looks at it. */
async function grow({ io, folder, signal }: Work, template: Template, size: number): Promise<Grown> {
  const filling = await startLoneServer(folder, true);
  let filled: Filled;
  try {
    const events = await eventsIn(filling.bus);
    io.line(`Filling the log from ${events} to ${size} events`);
    filled = await fill(filling.bus, template, size - events, signal);
    await skipToTheEnd(filling.bus);
  } finally {
    await filling.stop();
  }
  const server = await startLoneServer(folder, false);
  try {
    await delay(SETTLE_MS, undefined, { signal });
    const events = await eventsIn(server.bus);
    return { ...filled, total: events, natsStartMs: server.startMs, pssBytes: pssOf(server.pid) };
  } finally {
    await server.stop();
  }
}

async function measurePoint(
  work: Work,
  small: Running,
  grown: Grown,
  { samples, eventsPerTask }: { readonly samples: readonly string[]; readonly eventsPerTask: number },
): Promise<GrowthPoint> {
  const { io, folder, options, signal } = work;
  io.line(`Starting the stack on ${grown.total} events`);
  const projecting = watchProjection(folder, grown.total, signal);
  projecting.catch(() => undefined);
  const began = performance.now();
  const running = await run(work, folder, 5, 0);
  const stackStartSeconds = (performance.now() - began) / 1000;
  try {
    const projection = await projecting;
    await delay(SETTLE_MS, undefined, { signal });
    const runs = await compareRuns(running, small, options, (text) => io.line(text), signal);
    const afterRuns = pssOf(running.stack.pidOf('nats-server'));
    const { tenant } = running.stack.credentials;
    const reads = {
      grown: await measureReads(running.bus, running.client, tenant, samples),
      small: await measureReads(small.bus, small.client, tenant, small.tasks),
    };
    const { nats = 0, postgres = 0 } = await diskUsage(folder);
    return {
      events: grown.total,
      tasks: Math.round(grown.total / eventsPerTask),
      filledPerSecond: grown.events === 0 ? null : Math.round(grown.events / grown.seconds),
      natsStartMs: grown.natsStartMs,
      natsPssBytes: { started: grown.pssBytes, afterRuns },
      stackStartSeconds,
      projection,
      diskBytes: { nats, postgres },
      runs,
      reads,
    };
  } finally {
    await running.stop();
  }
}
