import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@octobus/testing';
import { type NatsConnection, type Subscription, connect, headers } from 'nats';
import { type RunningOctobus, startOctobus } from './running-octobus.ts';

/**
 * The public NATS door as its users have it: the `nats` package and `.octo/credentials`, no code of ours between. What they do is written out
 * here, because it is what the guide tells them.
 */
let octobus: RunningOctobus;
let shop: NatsConnection;
let tenant: string;

beforeAll(async () => {
  octobus = await startOctobus();
  const credentials = JSON.parse(readFileSync(join(octobus.folder, '.octo', 'credentials'), 'utf8')) as { tenant: string; natsUrl: string };
  const { host, username, password } = new URL(credentials.natsUrl);
  tenant = credentials.tenant;
  shop = await connect({ servers: host, user: username, pass: password });
}, 60_000);
afterAll(async () => {
  await shop?.close();
  await octobus?.stop();
  octobus?.remove();
}, 30_000);

const plan = {
  steps: [
    { id: 'first', agent: 'noop' },
    { id: 'second', agent: 'noop', after: ['first'] },
  ],
};

async function submit(body: object, attributes: Record<string, string>): Promise<number> {
  const event = headers();
  for (const [name, value] of Object.entries({ 'ce-specversion': '1.0', 'ce-type': 'shop.order.v1', 'ce-source': 'shop', ...attributes }))
    event.set(name, value);
  const ack = await shop.jetstream().publish(`ingress.${tenant}.submit`, JSON.stringify(body), { headers: event });
  expect(ack.stream).toBe('INGRESS');
  return ack.seq;
}

interface Seen {
  readonly id: string;
  readonly type: string;
  readonly sequence: number;
}

const seenOf = (
  message: { readonly subject: string; readonly headers?: { last(name: string): string } | undefined },
  sequence: number,
): Seen => ({
  id: message.subject.split('.').at(message.subject.startsWith('pub.') ? 5 : 4) ?? '',
  type: message.headers?.last('ce-type') ?? '',
  sequence,
});

async function untilEnd(feed: Subscription): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  for await (const message of feed) {
    seen.push(seenOf(message, Number(message.headers?.last('Nats-Sequence'))));
    if (message.headers?.last('ce-type') === 'task.completed.v1') return seen;
  }
  return seen;
}

/** From where the durable stands to the end of the next task. */
async function readToEndOfTask(): Promise<readonly Seen[]> {
  const consumer = await shop.jetstream().consumers.get('EVENTS', `t-${tenant}`);
  const seen: Seen[] = [];
  while (seen.at(-1)?.type !== 'task.completed.v1') {
    const message = await consumer.next({ expires: 2_000 });
    if (message === null) throw new Error('no event came for two seconds');
    seen.push(seenOf(message, message.info.streamSequence));
    expect(await message.ackAck()).toBe(true);
  }
  return seen;
}

const typesOf = (seen: readonly Seen[], id: string): readonly string[] => seen.filter((one) => one.id === id).map(({ type }) => type);
const LIFE = [
  'task.accepted.v1',
  'task.steps-scheduled.v1',
  'task.step-done.v1',
  'task.steps-scheduled.v1',
  'task.step-done.v1',
  'task.completed.v1',
];

describe('the NATS door with a client of one’s own', () => {
  let watched: string;
  let live: readonly Seen[];

  it('takes a CloudEvent and shows the task live to its end', async () => {
    const feed = shop.subscribe(`pub.evt.*.${tenant}.task.>`);
    await shop.flush();
    await submit({ goal: 'two steps', plan }, { 'ce-id': 'order-1' });
    live = await untilEnd(feed);
    feed.unsubscribe();
    watched = live[0]?.id ?? '';
    expect(typesOf(live, watched)).toEqual(LIFE);
    expect(live.map(({ sequence }) => sequence)).toEqual(live.map(({ sequence }) => sequence).toSorted((a, b) => a - b));
    expect((await octobus.client.task(watched)).state).toBe('completed');
  });

  it('gives all events of the tenant in order from its prepared durable, from where it was', async () => {
    const seen = await readToEndOfTask();
    expect(typesOf(seen, watched)).toEqual(LIFE);
    expect(seen.filter(({ id }) => id === watched)).toEqual(live);
    expect(seen[0]?.type).toBe('identity.tenant-requested.v1');
    const id = randomUUID();
    await submit({ goal: 'two steps', plan }, { 'ce-id': 'order-2', 'ce-subject': id });
    const later = await readToEndOfTask();
    expect(new Set(later.map((one) => one.id))).toEqual(new Set([id]));
    expect(typesOf(later, id)).toEqual(LIFE);
    expect(Math.min(...later.map(({ sequence }) => sequence))).toBeGreaterThan(Math.max(...seen.map(({ sequence }) => sequence)));
  });

  it('makes one task of one ce-source and ce-id, however often it comes', async () => {
    const feed = shop.subscribe(`pub.evt.*.${tenant}.task.*.request.>`);
    await shop.flush();
    for (let i = 0; i < 5; i++) await submit({ goal: 'once', plan }, { 'ce-id': 'order-3' });
    const last = randomUUID();
    await submit({ goal: 'the last', plan }, { 'ce-id': 'order-4', 'ce-subject': last });
    const accepted: string[] = [];
    for await (const message of feed) {
      accepted.push(seenOf(message, 0).id);
      if (accepted.at(-1) === last) break;
    }
    const { items } = await eventually(async () => {
      const page = await octobus.client.tasks('');
      return page.items.some((task) => task['id'] === last) ? page : undefined;
    });
    expect(accepted).toHaveLength(2);
    expect(items.filter((task) => task['id'] === accepted[0])).toHaveLength(1);
  });

  it('makes two tasks of one ce-id from two sources', async () => {
    const feed = shop.subscribe(`pub.evt.*.${tenant}.task.*.request.>`, { max: 2 });
    await shop.flush();
    await submit({ goal: 'here', plan }, { 'ce-id': 'order-5', 'ce-source': 'shop/berlin' });
    await submit({ goal: 'there', plan }, { 'ce-id': 'order-5', 'ce-source': 'shop/lisbon' });
    const ids = new Set<string>();
    for await (const message of feed) ids.add(seenOf(message, 0).id);
    expect(ids.size).toBe(2);
  });

  it('lets the sender choose the id of a task by ce-subject, cancel it, and see it over REST', async () => {
    const id = randomUUID();
    await submit(
      { goal: 'slowly', plan: { steps: [{ id: 'a', agent: 'noop', arguments: { sleepMs: 60_000 } }] } },
      { 'ce-id': 'order-6', 'ce-subject': id },
    );
    await eventually(async () => (await octobus.client.task(id)).steps.length === 1);
    const event = headers();
    event.set('ce-id', 'cancel-6');
    event.set('ce-source', 'shop');
    await shop.jetstream().publish(`ingress.${tenant}.cancel`, JSON.stringify({ taskId: id }), { headers: event });
    await eventually(async () => (await octobus.client.task(id)).state === 'cancelled');
    expect((await octobus.client.task(id)).owner).toBe(`nats:${tenant}`);
  });

  it('takes a document and answers from it', async () => {
    const event = headers();
    event.set('ce-id', 'document-1');
    event.set('ce-source', 'shop');
    const body = {
      name: 'opening-hours.md',
      mediaType: 'text/markdown',
      text: '# Hours\n\nThe shop in Lisbon opens at seven in the morning.\n',
    };
    await shop.jetstream().publish(`ingress.${tenant}.ingest`, JSON.stringify(body), { headers: event });
    await eventually(async () => (await octobus.client.documents()).items.some((document) => document.name === body.name));
    const id = randomUUID();
    await submit({ goal: 'When does the shop in Lisbon open?' }, { 'ce-id': 'question-1', 'ce-subject': id });
    await eventually(async () => (await octobus.client.task(id)).state === 'completed');
    expect((await octobus.client.task(id)).result?.answer).toContain('seven in the morning');
  });

  it('works with header names as other clients write them', async () => {
    const id = randomUUID();
    await submit({ goal: 'in capitals', plan }, { 'Ce-Id': 'order-7', 'CE-Subject': id });
    await eventually(async () => (await octobus.client.task(id)).state === 'completed');
  });
});
