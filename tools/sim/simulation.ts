import { Chance } from './chance.ts';
import { Clients } from './clients.ts';
import { FAULTS_END_MS, type FaultKind, LEAST_FAULTS, planFaults } from './faults.ts';
import { violationsOf } from './invariants.ts';
import type { Plant } from './plants.ts';
import type { Violation } from './task-invariants.ts';
import { planCommands } from './workload.ts';
import { World } from './world.ts';

export interface SimulationOptions {
  /** Keeps a line for everything that happens. */
  readonly traced?: boolean;
  /** A bug to be found. */
  readonly plant?: Plant;
}

/** How one seed went. */
export interface Course {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly tasks: number;
  readonly faults: ReadonlyMap<FaultKind, number>;
  /** Events of the log, and of the simulation. */
  readonly logged: number;
  readonly events: number;
  /** Timers that fired. */
  readonly firings: number;
  /** Simulated milliseconds. */
  readonly took: number;
  readonly fingerprint: string;
  readonly ends: ReadonlyMap<string, number>;
  readonly trace: readonly string[];
}

/** After the last fault a world must come to rest within this time, milliseconds, and by so many events: ten times what most need. */
const REST_WITHIN_MS = 600_000;
const MOST_EVENTS = 30_000;

/** One world from its seed: the same seed goes the same way, to the last event. */
export async function simulate(seed: number, { traced = false, plant }: SimulationOptions = {}): Promise<Course> {
  const world = new World(seed, traced, plant);
  const commands = planCommands(new Chance(`${seed} commands`), world.scheduler.clock, world.behaviours);
  const clients = new Clients(world, commands);
  for (const fault of planFaults(new Chance(`${seed} faults`))) world.bring(fault);
  const { scheduler, server, postgres, faults } = world;
  scheduler.after(TOP_UP_AT_MS, 'faults so far', () => topUp(world), false);
  const atRest = (): boolean =>
    scheduler.now >= FAULTS_END_MS &&
    clients.isDone &&
    server.isIdle &&
    server.timers.left === 0 &&
    postgres.position.sequence === server.log.end;
  const rested = await scheduler.run(atRest, FAULTS_END_MS + REST_WITHIN_MS, MOST_EVENTS);
  const violations = violationsOf(world, clients.accepted);
  return {
    seed,
    violations: rested ? violations : [{ invariant: 'the world comes to rest', detail: 'something is under way for ever' }, ...violations],
    tasks: new Set(commands.map(({ task }) => task)).size,
    faults: faults.counts,
    logged: server.log.end,
    events: scheduler.events,
    firings: server.firings,
    took: scheduler.now,
    fingerprint: scheduler.fingerprint,
    ends: endsOf(world),
    trace: scheduler.trace ?? [],
  };
}

/** When the last fault has begun that was planned. */
const TOP_UP_AT_MS = 5_600;

/** A seed whose faults have hit little gets short partitions, until there are enough for certain. */
function topUp(world: World): void {
  for (let n = world.faults.total; n < LEAST_FAULTS + 2; n++) world.bring({ kind: 'partition', at: n * 300, forMs: 200, odds: 1, most: 1 });
}

/** How many tasks ended how. */
function endsOf({ server }: World): ReadonlyMap<string, number> {
  const ends = new Map<string, number>();
  for (const { event } of server.appends) {
    const [, , , , , head] = event.subject.split('.');
    const { type } = event.body;
    if (type === 'task.rejected.v1' || (head === 'flow' && event.subject.endsWith('.flow.end'))) ends.set(type, (ends.get(type) ?? 0) + 1);
  }
  return ends;
}
