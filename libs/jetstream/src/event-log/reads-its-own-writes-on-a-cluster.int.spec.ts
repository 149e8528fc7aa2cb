import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { facet, scope, taskPrefix } from '@octobus/contracts';
import type { NewEvent } from '@octobus/event-log';
import { type ClusterOfServers, openCluster } from '../../test/cluster.ts';
import { JetStreamEventLog } from './jetstream-event-log.ts';

/** Appends after which it is given up to meet a server that lags. */
const MOST = 20_000;
/** Stale answers that show it. */
const ENOUGH = 5;
const SIDE_BY_SIDE = 24;

let cluster: ClusterOfServers;
/** Over the server that leads the log, and over one that follows: a direct get is answered by the server that it is sent to. */
let leading: JetStreamEventLog;
let following: JetStreamEventLog;

beforeAll(async () => {
  cluster = await openCluster();
  await cluster.provision();
  const leader = await cluster.leaderOf('EVENTS');
  const follower = cluster.nats.names.find((name) => name !== leader) ?? '';
  leading = new JetStreamEventLog(await cluster.connect('ORCHESTRATOR', leader));
  following = new JetStreamEventLog(await cluster.connect('ORCHESTRATOR', follower));
}, 60_000);

afterAll(() => cluster?.close());

interface Appended {
  readonly prefix: string;
  readonly subject: string;
  readonly sequence: number;
}

async function append(): Promise<Appended> {
  const id = randomUUID();
  const prefix = taskPrefix('acme', id);
  const subject = `${prefix}.${facet.steps(1)}`;
  const type = 'task.steps-scheduled.v1' as const;
  const envelope = {
    id: randomUUID(),
    type,
    source: 'octobus/test',
    time: '2026-11-21T12:00:00.000Z',
    correlation: id,
    causation: id,
    actor: 'test',
  };
  const event: NewEvent = { subject, envelope, body: { type, data: { reason: 'round 1' } as never } };
  const appended = await leading.append(event, { filter: scope.flow(prefix), sequence: 0 });
  if ('conflict' in appended) throw new Error('a conflict on a subject of its own');
  return { prefix, subject, sequence: appended.sequence };
}

/** Appends side by side and hands each to the look, until one says stop or it is enough. */
async function hammer(look: (appended: Appended) => Promise<'stop' | 'on'>, most: number): Promise<number> {
  let made = 0;
  let going = true;
  const one = async (): Promise<void> => {
    while (going && made < most) {
      made++;
      if ((await look(await append())) === 'stop') going = false;
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, one));
  return made;
}

describe('on a cluster of three servers', () => {
  it('a read right after the ack may miss what was written, and the same read with the sequence of the ack does not', async () => {
    let missed = 0;
    let survived = 0;
    const made = await hammer(async ({ prefix, subject, sequence }) => {
      if ((await following.last(subject)) !== undefined) return 'on';
      missed++;
      const events = await following.load([scope.flow(prefix)], { atLeast: sequence });
      if (events.at(-1)?.sequence === sequence) survived++;
      return missed < ENOUGH ? 'on' : 'stop';
    }, MOST);
    if (missed === 0) process.stderr.write(`no server was seen to lag in ${made} reads: this run shows nothing\n`);
    expect(survived).toBe(missed);
  }, 60_000);

  it('a read with the sequence of the ack never misses it, whichever server answers', async () => {
    const missing = { leading: 0, following: 0 };
    await hammer(async ({ prefix, sequence }) => {
      for (const [name, log] of Object.entries({ leading, following })) {
        const events = await log.load([scope.flow(prefix)], { atLeast: sequence });
        if (events.at(-1)?.sequence !== sequence) missing[name as keyof typeof missing]++;
      }
      return 'on';
    }, 3_000);
    expect(missing).toEqual({ leading: 0, following: 0 });
  }, 60_000);
});
