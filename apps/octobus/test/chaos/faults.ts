import { open, rm } from 'node:fs/promises';
import { type Socket, connect } from 'node:net';
import { join } from 'node:path';
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
  /** Where the streams are, when they have a disk of their own that may be filled. */
  readonly disk: string | undefined;
}

const WORKERS = ['orchestrator', 'arm-noop', 'reflex', 'projector', 'gateway', 'memory', 'vault'] as const;

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
    const ms = world.random.between(3_000, 8_000);
    await delay(ms);
    signal(pid, 'SIGCONT');
    return `${ms} ms`;
  },
});

interface Names {
  readonly consumers?: readonly string[] | null;
}

/** Every consumer of the log goes back by up to so many events, and never forward over what is not acknowledged: all of it is delivered once more. */
export async function deliverAgain(admin: Bus, events: number): Promise<string> {
  let resets = 0;
  for (const stream of await logStreamNames(admin)) {
    const { lastSequence } = await streamSize(admin, stream);
    const answer = await admin.connection.request(`$JS.API.CONSUMER.NAMES.${stream}`, '{}', { timeout: 5_000 });
    for (const name of answer.json<Names>().consumers ?? []) {
      if (name.startsWith('t-')) continue;
      const info = await admin.connection.request(`$JS.API.CONSUMER.INFO.${stream}.${name}`, '{}', { timeout: 5_000 });
      const acknowledged = info.json<{ readonly ack_floor: { readonly stream_seq: number } }>().ack_floor.stream_seq;
      const body = JSON.stringify({ seq: Math.max(1, Math.min(acknowledged, lastSequence - events) + 1) });
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

/** Until nothing more can be written to it, for some seconds. */
const fillDisk: ChaosFault = {
  name: 'fill the disk',
  happen: async ({ disk, random }) => {
    if (disk === undefined) return 'has no disk of its own';
    const file = join(disk, 'filler');
    const written = await fill(file);
    const ms = random.between(1_000, 4_000);
    await delay(ms);
    await rm(file, { force: true });
    return `${Math.round(written / 1024 ** 2)} MB, for ${ms} ms`;
  },
};

async function fill(file: string): Promise<number> {
  const block = Buffer.alloc(256 * 1024);
  const handle = await open(file, 'w');
  let written = 0;
  try {
    for (;;) written += (await handle.write(block)).bytesWritten;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    return written;
  } finally {
    await handle.close();
  }
}

export const FAULTS: readonly [ChaosFault, ...ChaosFault[]] = [
  kill('nats-server'),
  ...WORKERS.map(kill),
  kill('postgres'),
  ...WORKERS.slice(0, 4).map(freeze),
  redeliver,
  slowConsumer,
];

/** With a disk that may be filled. */
export const DISK_FAULTS: typeof FAULTS = [...FAULTS, fillDisk, fillDisk];
