import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@octobus/testing';
import { serverSentEvents } from '../src/client/server-sent-events.ts';
import { type BehindTheDoors, openBehind } from './behind-the-doors.ts';
import { ask } from './http-door.ts';
import { openTenant } from './nats-client.ts';
import { runCommand } from './run-command.ts';
import { type RunningOctobus, startOctobus } from './running-octobus.ts';

const STREAMS = ['EVENTS', 'EVENTS1'];

interface Exported {
  readonly type: string;
  readonly octostream: string;
  readonly octosequence: string;
  readonly octostored: string;
  readonly octocursor: string;
}

let octobus: RunningOctobus;
let behind: BehindTheDoors;
let ids: readonly string[] = [];

async function runTasks(count: number): Promise<readonly string[]> {
  const plan = { steps: [{ id: 'a', agent: 'noop' }, ...['b', 'c'].map((id) => ({ id, agent: 'noop', after: ['a'] }))] };
  const submitted = await Promise.all(Array.from({ length: count }, () => octobus.client.submit({ goal: 'Fold again.', plan })));
  for (const { id } of submitted) await eventually(async () => (await octobus.client.task(id)).state === 'completed', 30_000);
  return submitted.map(({ id }) => id);
}

const run = (...args: readonly string[]) => runCommand(octobus, ...args);
const told = async <T>(...args: readonly string[]): Promise<T> => JSON.parse((await run(...args, '--json')).out) as T;
const inStep = () => eventually(async () => (await told<{ behind: number }>('projections', 'lag')).behind === 0, 20_000);

beforeAll(async () => {
  octobus = await startOctobus({ env: { OCTO_LOG_STREAMS: '2' } });
  behind = await openBehind(octobus);
  ids = await runTasks(20);
}, 90_000);
afterAll(async () => {
  await behind?.close();
  await octobus?.stop();
  octobus?.remove();
}, 30_000);

describe('the read models', () => {
  it('are listed with their rows and their place in every stream, and are not behind for long', async () => {
    await inStep();
    const lasts = await Promise.all(STREAMS.map(async (stream) => ({ stream, sequence: await behind.lastSequence(stream) })));
    const { current, rebuilding, positions, tables } = await told<{
      current: boolean;
      rebuilding: boolean;
      positions: object[];
      tables: { table: string; rows: number }[];
    }>('projections', 'list');
    expect([current, rebuilding]).toEqual([true, false]);
    expect(positions).toMatchObject(lasts);
    expect(tables.find(({ table }) => table === 'tasks')?.rows).toBe(20);
  });

  it('are what the log gives; a row that somebody changed is named, and a rebuild under load mends it', async () => {
    const whole = await told<{ events: number; tasks: number; states: object; ignored: number }>('replay', '--all');
    expect(whole).toMatchObject({ tasks: 20, states: { completed: 20 }, ignored: 0 });
    expect(whole.events).toBe((await behind.lastSequence('EVENTS')) + (await behind.lastSequence('EVENTS1')));
    const before = await run('replay', '--all', '--verify');
    expect([before.code, before.err]).toEqual([0, '']);
    expect(before.out).toContain('The rows are what the log gives');
    await behind.query('update tasks set spent_micro_usd = 4711 where id = $1', [ids[3]]);
    await behind.query('delete from timeline where task = $1 and sequence = (select min(sequence) from timeline where task = $1)', [
      ids[4],
    ]);
    const after = await run('replay', '--all', '--verify');
    expect(after.code).toBe(1);
    expect(after.out).toContain(`different tasks default ${ids[3]}: spent_micro_usd`);
    expect(after.out).toMatch(new RegExp(`missing timeline default ${ids[4]} \\d+`));
    const working = runTasks(15);
    const rebuilt = await run('projections', 'rebuild');
    expect([rebuilt.code, rebuilt.err]).toEqual([0, '']);
    await working;
    await inStep();
    expect((await run('replay', '--all', '--verify')).code).toBe(0);
    expect((await octobus.client.tasks('?limit=200')).items).toHaveLength(35);
  }, 90_000);

  it('are asked for in the right way', async () => {
    for (const args of [['replay'], ['replay', '--verify'], ['replay', '--all', ids[0] ?? ''], ['replay', '--all', '--at', '3']]) {
      const ran = await run(...args);
      expect([args, ran.code]).toEqual([args, 2]);
    }
  });
});

describe('events of a log on two streams', () => {
  const lines = { headers: { accept: 'application/x-ndjson' } };
  const get = (query: string) => ask(octobus.credentials.url, 'GET', `/v1/events${query}`, { key: octobus.credentials.apiKey, ...lines });
  const exported = async (query: string): Promise<Exported[]> =>
    (await get(query)).text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Exported);

  it('are merged by the time of their storing, in order within each, and read on from a cursor or a time', async () => {
    const all = await exported('');
    expect(all.map(({ octostored }) => octostored)).toEqual(all.map(({ octostored }) => octostored).toSorted());
    for (const stream of STREAMS) {
      const own = all.filter(({ octostream }) => octostream === stream).map(({ octosequence }) => Number(octosequence));
      expect(own.length).toBeGreaterThan(0);
      expect(own).toEqual(own.toSorted((a, b) => a - b));
    }
    for (const i of [1, 50, all.length - 1]) expect(await exported(`?from=${all[i]?.octocursor}`)).toEqual(all.slice(i + 1));
    expect(all[50]?.octocursor).toMatch(/^c\d+-\d+$/);
    expect((await exported(`?from=${all[60]?.octostored}`)).length).toBeGreaterThanOrEqual(all.length - 60);
    expect((await get('?from=5')).json).toMatchObject({ code: 'position-invalid' });
    expect((await get('?from=c5')).json).toMatchObject({ code: 'position-invalid' });
  });

  it('reach who follows them, each once', async () => {
    const stop = new AbortController();
    const heard = new Set<string>();
    let count = 0;
    const headers = { authorization: `Bearer ${octobus.credentials.apiKey}`, accept: 'text/event-stream' };
    const response = await fetch(`${octobus.credentials.url}/v1/events?from=`, { headers, signal: stop.signal });
    const reading = (async () => {
      for await (const { data } of serverSentEvents(response.body as never)) {
        const { octostream, octosequence } = JSON.parse(data) as Exported;
        heard.add(`${octostream} ${octosequence}`);
        count++;
      }
    })().catch(() => undefined);
    await runTasks(5);
    const all = await exported('');
    await eventually(() => count >= all.length);
    stop.abort();
    await reading;
    expect([...heard].toSorted()).toEqual(all.map(({ octostream, octosequence }) => `${octostream} ${octosequence}`).toSorted());
    expect(count).toBe(all.length);
  });

  it('are replayed over NATS by a durable of each stream, a task by the one of its stream', async () => {
    const from = (await exported(''))[40]?.octocursor ?? '';
    const opened = await octobus.client.openReplay({ from });
    // That it was opened is an event, too.
    const all = await eventually(async () => {
      const events = await exported('');
      return events.some(({ type }) => type === 'audit.replay-open-requested.v1') && events;
    });
    expect(opened.durables.map(({ stream }) => stream)).toEqual(STREAMS);
    const nats = await openTenant(octobus.credentials.natsUrl);
    const read: string[] = [];
    for (const { stream, durable } of opened.durables) {
      const consumer = await nats.jetstream().consumers.get(stream, durable);
      for await (const message of await consumer.fetch({ max_messages: 2_000, expires: 1_000 })) read.push(`${stream} ${message.seq}`);
    }
    expect(read.toSorted()).toEqual(
      all
        .slice(41)
        .map(({ octostream, octosequence }) => `${octostream} ${octosequence}`)
        .toSorted(),
    );
    const own = await octobus.client.openReplay({ task: ids[0] ?? '' });
    expect(own.durables).toHaveLength(1);
    expect(own.durables[0]?.stream).toBe((await octobus.client.timeline(ids[0] ?? '')).position.stream);
    await nats.close();
  });
});
