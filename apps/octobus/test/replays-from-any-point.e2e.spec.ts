import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { taskPrefix } from '@octobus/contracts';
import { eventually } from '@octobus/testing';
import type { NatsConnection } from 'nats';
import { Client } from '../src/client/client.ts';
import { serverSentEvents } from '../src/client/server-sent-events.ts';
import { type BehindTheDoors, openBehind } from './behind-the-doors.ts';
import { type Asking, ask } from './http-door.ts';
import { cloudEvent, openTenant } from './nats-client.ts';
import { runCommand } from './run-command.ts';
import { type RunningOctobus, startOctobus } from './running-octobus.ts';

interface Exported {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly octosequence: string;
  readonly octosubject: string;
  readonly octostored: string;
  readonly octocursor: string;
  readonly data: unknown;
}

let octobus: RunningOctobus;
let behind: BehindTheDoors;
let other: Client;
let otherNats: NatsConnection;
let nats: NatsConnection;
let task: string;

const noop = (goal: string): object => ({
  goal,
  plan: {
    steps: [
      { id: 'a', agent: 'noop' },
      { id: 'b', agent: 'noop', after: ['a'] },
    ],
  },
});
const finished = async (client: Client, goal: string): Promise<string> => {
  const { id } = await client.submit(noop(goal));
  await eventually(async () => (await client.task(id)).state === 'completed');
  return id;
};
const get = (path: string, asking: Asking = {}) =>
  ask(octobus.credentials.url, 'GET', path, { key: octobus.credentials.apiKey, ...asking });
const lines = { headers: { accept: 'application/x-ndjson' } };
const eventsOf = (text: string): Exported[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Exported);
const exported = async (query: string): Promise<Exported[]> => eventsOf((await get(`/v1/events${query}`, lines)).text);

const run = (...args: readonly string[]) => runCommand(octobus, ...args);

beforeAll(async () => {
  octobus = await startOctobus();
  behind = await openBehind(octobus);
  nats = await openTenant(octobus.credentials.natsUrl);
  const operator = new Client(octobus.operator.url, octobus.operator.apiKey);
  await operator.json('POST', '/v1/tenants', { name: 'globex' });
  const file = join(octobus.folder, '.octo', 'tenants', 'globex');
  await eventually(() => existsSync(file), 20_000);
  otherNats = await openTenant((JSON.parse(readFileSync(file, 'utf8')) as { natsUrl: string }).natsUrl);
  const scopes = ['tasks:read', 'tasks:write', 'documents:read', 'documents:write', 'keys:write'];
  const { key } = await operator.json<{ key: string }>('POST', '/v1/keys', { tenant: 'globex', scopes });
  other = new Client(octobus.credentials.url, key);
  await eventually(async () => (await other.tasks('')).items.length === 0);
  task = await finished(octobus.client, 'the first');
}, 90_000);
afterAll(async () => {
  await nats?.close();
  await otherNats?.close();
  await behind?.close();
  await octobus?.stop();
  octobus?.remove();
}, 30_000);

describe('a task as of a point', () => {
  it('is at each of its events what it was then, by sequence and by time', async () => {
    const now = await octobus.client.replay(task);
    expect(now.task).toEqual(await octobus.client.task(task));
    for (const [i, line] of now.timeline.entries()) {
      const then = await octobus.client.replay(task, String(line.sequence));
      expect(then.timeline).toEqual(now.timeline.slice(0, i + 1));
      expect([then.later, then.task.lastSequence]).toEqual([now.timeline.length - i - 1, line.sequence]);
    }
    const [first] = now.timeline;
    const begun = await octobus.client.replay(task, first?.at);
    expect(begun.timeline[0]).toEqual(first);
    expect(begun.task.state).not.toBe('completed');
  });

  it('is refused in the future, before the task, for no point, and for a task that is not there', async () => {
    const [first] = (await octobus.client.replay(task)).timeline;
    const codes = async (point: string, id = task): Promise<unknown> =>
      ((await get(`/v1/tasks/${id}/replay${point}`)).json as { code: string }).code;
    expect(await codes('?at=999999')).toBe('position-in-future');
    expect(await codes('?at=2199-01-01T00:00:00Z')).toBe('position-in-future');
    expect(await codes(`?at=${(first?.sequence ?? 0) - 1}`)).toBe('task-unknown');
    expect(await codes('?at=2001-01-01T00:00:00Z')).toBe('task-unknown');
    for (const point of ['?at=', '?at=0', '?at=-1', '?at=yesterday', '?at=1e3'])
      expect([point, await codes(point)]).toEqual([point, 'position-invalid']);
    expect(await codes('?at=1&at=2')).toBe('command-invalid');
    expect(await codes('?upto=1')).toBe('command-invalid');
    expect(await codes('', randomUUID())).toBe('task-unknown');
    await expect(other.replay(task)).rejects.toMatchObject({ code: 'task-unknown' });
  });

  it('says which events of a newer release it leaves out, and counts messages whose envelope does not fit', async () => {
    const id = await finished(octobus.client, 'with strangers');
    const plant = (facet: string, attributes: Record<string, string>) =>
      behind.connection.jetstream().publish(`${taskPrefix('default', id)}.${facet}`, '{"admirers":3}', { headers: cloudEvent(attributes) });
    const envelope = { 'ce-id': 'planted', 'octo-correlation': id };
    await plant('flow.admired', { ...envelope, 'ce-type': 'task.step-admired.v9' });
    await plant('flow.steps.77', { ...envelope, 'ce-type': 'task.steps-scheduled.v1', 'octo-correlation': task });
    const { unknown, ignored, task: view } = await octobus.client.replay(id);
    expect([unknown, ignored, view.state]).toEqual([{ 'task.step-admired.v9': 1 }, 1, 'completed']);
    const told = await run('replay', id);
    expect(told.out).toMatch(/Left out: 1 of the type task.step-admired.v9/);
    expect(told.out).toMatch(/Ignored: 1 messages/);
    expect((await exported(`?task=${id}`)).find(({ type }) => type === 'task.step-admired.v9')?.data).toEqual({ admirers: 3 });
  });

  it('is printed by the command line', async () => {
    const { timeline } = await octobus.client.replay(task);
    const second = String(timeline[1]?.sequence);
    const ran = await run('replay', task, '--at', second, '--json');
    expect(JSON.parse(ran.out)).toMatchObject({
      id: task,
      at: second,
      later: timeline.length - 2,
      timeline: timeline.slice(0, 2),
      modelCalls: 0,
    });
    expect((await run('replay', task, '--at', '999999')).err).toContain('position-in-future');
  });
});

describe('recorded events', () => {
  it('of a task are exported as they stand in the log, their content opened', async () => {
    const ran = await run('events', 'export', '--task', task);
    const events = eventsOf(ran.out);
    const { timeline } = await octobus.client.replay(task);
    expect(events.map(({ octosequence }) => Number(octosequence))).toEqual(
      expect.arrayContaining(timeline.map(({ sequence }) => sequence)),
    );
    for (const { octosequence, octosubject, data, id } of events) {
      const stored = await behind.streams.streams.getMessage('EVENTS', { seq: Number(octosequence) });
      const { content: opened, ...facts } = data as { content?: unknown };
      const { content: sealed, ...storedFacts } = stored.json<{ content?: unknown }>();
      expect([octosubject, facts, id]).toEqual([stored.subject, storedFacts, stored.header.get('ce-id')]);
      expect(opened).toEqual(sealed === undefined ? undefined : { clear: expect.any(Object) });
    }
    expect((await run('events', 'export', '--task', randomUUID())).err).toContain('task-unknown');
  });

  it('are read on from any cursor, sequence and time', async () => {
    const all = await exported('');
    for (const i of [0, 3, all.length - 1]) {
      expect(await exported(`?from=${all[i]?.octocursor}`)).toEqual(all.slice(i + 1));
      expect((await exported(`?from=${all[i]?.octosequence}`))[0]).toEqual(all[i]);
      const since = await exported(`?from=${all[i]?.octostored}`);
      expect(since).toEqual(all.slice(all.findIndex(({ octostored }) => octostored === all[i]?.octostored)));
    }
    expect(
      (await get(`/v1/events?from=${all[3]?.octosequence}`, { headers: { ...lines.headers, 'last-event-id': all[5]?.octocursor ?? '' } }))
        .text,
    ).toBe(
      all
        .slice(6)
        .map((event) => `${JSON.stringify(event)}\n`)
        .join(''),
    );
  });

  it.each([
    '?from=999999',
    '?from=c999999',
    '?from=2199-01-01T00:00:00Z',
    '?from=tomorrow',
    '?from=c1-2',
    '?from=0',
    '?upto=3',
    '?from=1&from=2',
    '?task=x',
  ])('are refused from a place that is not there: %s', async (query) => {
    const answer = await get(`/v1/events${query}`, lines);
    expect([400, 404]).toContain(answer.status);
    expect((answer.json as { code: string }).code).toMatch(/^(?:position-invalid|position-in-future|command-invalid|task-unknown)$/);
  });

  it('come to a reader that is cut off again and again, each once and in order, while tasks go on', async () => {
    const key = octobus.credentials.apiKey;
    const heard: string[] = [];
    const stop = new AbortController();
    let cursor = '';
    const reading = (async () => {
      while (!stop.signal.aborted) {
        const cut = new AbortController();
        const signal = AbortSignal.any([cut.signal, stop.signal]);
        const headers = {
          authorization: `Bearer ${key}`,
          accept: 'text/event-stream',
          ...(cursor === '' ? {} : { 'last-event-id': cursor }),
        };
        const { body } = await fetch(`${octobus.credentials.url}/v1/events?from=1`, { headers, signal });
        const most = heard.length + 7;
        for await (const message of serverSentEvents(body as never)) {
          cursor = message.id ?? cursor;
          heard.push((JSON.parse(message.data) as Exported).octosequence);
          if (heard.length >= most) break;
        }
        cut.abort();
      }
    })().catch(() => undefined);
    for (let i = 0; i < 12; i++) await finished(octobus.client, `task ${i}`);
    const all = (await exported('')).map(({ octosequence }) => octosequence);
    await eventually(() => heard.length >= all.length);
    stop.abort();
    await reading;
    expect(heard).toEqual(all);
  });

  it('are never those of another tenant, whatever it asks for', async () => {
    const foreign = await finished(other, 'something else');
    const first = (await exported(''))[0];
    const mine = await exported('');
    expect(mine.filter(({ octosubject }) => octosubject.split('.')[2] !== 'default')).toEqual([]);
    expect(mine.some(({ subject }) => subject === foreign)).toBe(false);
    await expect(async () => {
      for await (const line of other.lines(`/v1/events?task=${task}`)) throw new Error(line);
    }).rejects.toMatchObject({ code: 'task-unknown' });
    const seen: Exported[] = [];
    for await (const line of other.lines(`/v1/events?from=${first?.octocursor}`)) seen.push(JSON.parse(line) as Exported);
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.filter(({ octosubject }) => octosubject.split('.')[2] !== 'globex')).toEqual([]);
  });

  it('of keys are not shown to a key that may not manage keys', async () => {
    expect((await exported('')).some(({ type }) => type === 'identity.key-created.v1')).toBe(true);
    const { key } = await octobus.client.json<{ key: string }>('POST', '/v1/keys', { scopes: ['tasks:read'] });
    await eventually(async () => (await get('/v1/agents', { key })).status === 200);
    const events = eventsOf((await get('/v1/events', { ...lines, key })).text);
    expect(events.length).toBeGreaterThan(0);
    expect(events.filter(({ type }) => !type.startsWith('task.'))).toEqual([]);
    expect((await get('/v1/events?from=1', { headers: lines.headers, key: 'octo_0000000000000000_x' })).status).toBe(401);
  });
});

describe('a replay over NATS', () => {
  const consumer = (durable: string) => nats.jetstream().consumers.get('EVENTS', durable);
  async function take(durable: string, most: number): Promise<number[]> {
    const sequences: number[] = [];
    for await (const message of await (await consumer(durable)).fetch({ max_messages: most, expires: 1_000 })) {
      sequences.push(message.seq);
      message.ack();
    }
    return sequences;
  }

  it('is opened over REST, by the command line or over NATS, and read to the live end beside another and the live durable', async () => {
    const recorded = async () => (await behind.after('EVENTS', 0)).filter(({ subject }) => subject.split('.')[2] === 'default');
    const earlier = (await recorded()).map(({ seq }) => seq);
    const byRest = await octobus.client.openReplay({ from: String(earlier[4]) });
    const ran = await run('replay', 'open', '--task', task, '--json');
    const byCommand = JSON.parse(ran.out) as typeof byRest;
    const answer = (await nats.request('replay.default.open', JSON.stringify({ from: `c${earlier[9]}` }), { timeout: 5_000 })).json<{
      value: typeof byRest;
    }>();
    // Each opening is an event of the tenant, too.
    await eventually(async () => (await recorded()).filter(({ subject }) => subject.includes('.open-replay.')).length === 3);
    const all = (await recorded()).map(({ seq }) => seq);
    const durables = [byRest, byCommand, answer.value].map(({ durables: [only] }) => only?.durable ?? '');
    expect(durables).toEqual(['t-default-replay-1', 't-default-replay-2', 't-default-replay-3']);
    const [first = '', second = '', third = ''] = durables;
    expect(await take(first, 3)).toEqual(all.slice(4, 7));
    expect(await take(third, 500)).toEqual(all.slice(10));
    expect(await take('t-default', 5)).toEqual(all.slice(0, 5));
    expect(await take(first, 500)).toEqual(all.slice(7));
    expect(await take(second, 500)).toEqual((await exported(`?task=${task}`)).map(({ octosequence }) => Number(octosequence)));
    const live = await finished(octobus.client, 'live');
    const added = (await exported(`?from=c${all.at(-1)}`)).map(({ octosequence }) => Number(octosequence));
    expect(await take(first, 500)).toEqual(added);
    expect(await take(third, 500)).toEqual(added);
    expect(await take(second, 500)).toEqual([]);
    expect(await take('t-default', 500)).toEqual([...all.slice(5), ...added]);
    expect(live).not.toBe(task);
    await expect(octobus.client.openReplay({})).rejects.toMatchObject({ code: 'replays-in-use' });
  });

  const me = () => `key:${octobus.credentials.apiKey.split('_')[1]}`;

  it('is listed with who opened it; whoever has its share is told what it holds, and how others get theirs', async () => {
    const { items } = await octobus.client.replays();
    expect(items.map(({ slot, actor, inUse }) => [slot, actor, inUse])).toEqual([
      [1, me(), true],
      [2, me(), true],
      [3, 'nats:default', true],
    ]);
    expect((await other.replays()).items).toEqual([]);
    expect((await run('replay', 'list')).out).toMatch(/^REPLAY .*\n1 +key:[0-9a-f]{16} .*in use +evt\.\*\.default\.>/);
    await expect(octobus.client.openReplay({})).rejects.toThrow(`${me()} has 2 replays already: 1 by ${me()}`);
    const asked = await nats.request('replay.default.open', '{}', { timeout: 5_000 });
    expect(asked.json<{ error: { code: string; message: string } }>().error).toMatchObject({
      code: 'replays-in-use',
      message: expect.stringMatching(/^all 3 replays of this tenant are in use/),
    });
  });

  it('is closed over every door, and is one entry of the audit when it is opened and one when it is closed', async () => {
    expect((await run('replay', 'close', '2')).out).toContain('replay 2 is closed');
    expect((await run('replay', 'close', '2', '--json')).err).toContain('replay-unknown');
    const answer = await nats.request('replay.default.close', '{"slot":3}', { timeout: 5_000 });
    expect(answer.json()).toEqual({ value: { slot: 3, durable: 't-default-replay-3' } });
    await octobus.client.closeReplay(1);
    expect((await octobus.client.replays()).items).toEqual([]);
    const entries = async (verb: string): Promise<string[]> => {
      const { items } = await octobus.client.json<{ items: { kind: string; actor: string; origin: string; target: string }[] }>(
        'GET',
        `/v1/audit?action=${verb}`,
      );
      return items.map(({ kind, actor, origin, target }) => [kind, actor, origin, target].join(' ')).toSorted();
    };
    await eventually(async () => (await entries('close-replay')).length === 3, 30_000);
    const told = [
      `request ${me()} cli t-default-replay-1`,
      `request ${me()} cli t-default-replay-2`,
      'request nats:default nats t-default-replay-3',
    ];
    expect(await entries('open-replay')).toEqual(told);
    expect(await entries('close-replay')).toEqual(told);
    expect((await run('audit', 'search', '--action', 'open-replay')).out).toContain('open-replay t-default-replay-3');
    const events = (await exported('')).filter(({ type }) => type.startsWith('audit.replay-'));
    expect(events).toHaveLength(6);
    expect(events[2]?.data).toEqual({
      commandId: expect.any(String),
      durable: 't-default-replay-3',
      from: expect.stringMatching(/^c\d+$/),
    });
  }, 60_000);

  it('that is refused, or only asked about, leaves no trace', async () => {
    const before = (await exported('')).length;
    for (const [subject, body] of [
      ['open', '{"from":"999999"}'],
      ['open', '{"slot":9}'],
      ['open', 'no json'],
      ['close', '{"slot":1}'],
      ['close', '{}'],
      ['list', '{}'],
      ['list', '{"of":"globex"}'],
    ] as const)
      await nats.request(`replay.default.${subject}`, body, { timeout: 5_000 });
    await expect(octobus.client.closeReplay('x')).rejects.toMatchObject({ code: 'command-invalid' });
    expect((await exported('')).length).toBe(before);
  });

  it('of another tenant holds nothing of this one, and can not be asked for', async () => {
    const own = await other.openReplay({});
    const replay = await otherNats.jetstream().consumers.get('EVENTS', own.durables[0]?.durable ?? '');
    const subjects: string[] = [];
    for await (const message of await replay.fetch({ max_messages: 1_000, expires: 1_000 })) subjects.push(message.subject);
    expect(subjects.length).toBeGreaterThan(0);
    expect(subjects.filter((subject) => subject.split('.')[2] !== 'globex')).toEqual([]);
    await expect(other.openReplay({ task })).rejects.toMatchObject({ code: 'task-unknown' });
    for (const durable of ['t-default', 't-default-replay-1', 't-default-replay-2'])
      await expect(otherNats.jetstream().consumers.get('EVENTS', durable)).rejects.toThrow();
    await expect(otherNats.request('replay.default.open', '{}', { timeout: 500 })).rejects.toThrow();
  });

  it.each([
    [{ from: '999999' }, 'position-in-future'],
    [{ from: 'tomorrow' }, 'position-invalid'],
    [{ task: randomUUID() }, 'task-unknown'],
    [{ task: '>' }, 'command-invalid'],
    [{ task: `${randomUUID()}.>` }, 'command-invalid'],
    [{ slot: 4 }, 'command-invalid'],
    [{ slot: '1' }, 'command-invalid'],
    [{ tenant: 'globex' }, 'command-invalid'],
    [[], 'command-invalid'],
  ])('is refused for %j', async (body, code) => {
    const answer = await ask(octobus.credentials.url, 'POST', '/v1/replays', { key: octobus.credentials.apiKey, body });
    expect((answer.json as { code: string }).code).toBe(code);
  });
});
