import { type Socket, connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Bus } from '@octobus/jetstream';
import { logStreamNames, streamSize } from '../../src/bench/stack-access.ts';
import type { RunningOctobus } from '../running-octobus.ts';
import type { Random } from './random.ts';

/** Something that goes wrong; resolves when it is over. */
export interface ChaosFault {
  readonly name: string;
  happen(world: World): Promise<string>;
}

export interface World {
  readonly octobus: () => RunningOctobus;
  readonly admin: () => Bus;
  readonly random: Random;
  /** Processes that are stopped now and go on later. */
  readonly frozen: Set<number>;
}

const WORKERS = ['orchestrator', 'arm-noop', 'reflex', 'projector', 'gateway', 'memory'] as const;

const pidOf = ({ octobus }: World, name: string): number | undefined => octobus().pids()[name];

function signal(pid: number | undefined, name: NodeJS.Signals): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

const kill = (name: string): ChaosFault => ({
  name: `kill ${name}`,
  happen: async (world) => (signal(pidOf(world, name), 'SIGKILL') ? 'killed' : 'was not there'),
});

/** Long enough for its messages to go to another, so that it comes back as a zombie and tries to write. */
const freeze = (name: string): ChaosFault => ({
  name: `freeze ${name}`,
  happen: async (world) => {
    const pid = pidOf(world, name);
    if (!signal(pid, 'SIGSTOP') || pid === undefined) return 'was not there';
    world.frozen.add(pid);
    const ms = world.random.between(3_000, 8_000);
    await delay(ms);
    world.frozen.delete(pid);
    signal(pid, 'SIGCONT');
    return `${ms} ms`;
  },
});

interface Names {
  readonly consumers?: readonly string[] | null;
}

/** Every consumer of the log goes back by up to so many events: all of it is delivered once more. */
export async function deliverAgain(admin: Bus, events: number): Promise<string> {
  let resets = 0;
  for (const stream of await logStreamNames(admin)) {
    const { lastSequence } = await streamSize(admin, stream);
    const answer = await admin.connection.request(`$JS.API.CONSUMER.NAMES.${stream}`, '{}', { timeout: 5_000 });
    for (const name of answer.json<Names>().consumers ?? []) {
      if (name.startsWith('t-')) continue;
      const body = JSON.stringify({ seq: Math.max(1, lastSequence - events + 1) });
      await admin.connection.request(`$JS.API.CONSUMER.RESET.${stream}.${name}`, body, { timeout: 5_000 });
      resets++;
    }
  }
  return `${resets} consumers back by up to ${events} events`;
}

const redeliver: ChaosFault = {
  name: 'deliver again',
  happen: ({ admin, random }) => deliverAgain(admin(), random.between(10, 1_000)),
};

/** A subscriber of the live feed that never reads: the server must cut it off, and nobody else may notice. */
const slowConsumer: ChaosFault = {
  name: 'slow consumer',
  happen: async ({ octobus, random }) => {
    const { natsUrl, tenant } = octobus().credentials;
    const { hostname, port, username, password } = new URL(natsUrl);
    const sockets: Socket[] = [];
    for (let i = 0; i < 5; i++) {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => undefined);
      socket.pause();
      const hello = { user: username, pass: password, verbose: false, pedantic: false, lang: 'test', version: '1', protocol: 1 };
      socket.write(`CONNECT ${JSON.stringify(hello)}\r\nSUB pub.evt.*.${tenant}.> 1\r\n`);
      sockets.push(socket);
    }
    const ms = random.between(2_000, 5_000);
    await delay(ms);
    for (const socket of sockets) socket.destroy();
    return `${ms} ms`;
  },
};

export const FAULTS: readonly [ChaosFault, ...ChaosFault[]] = [
  kill('nats-server'),
  ...WORKERS.map(kill),
  kill('postgres'),
  ...WORKERS.slice(0, 4).map(freeze),
  redeliver,
  slowConsumer,
];
