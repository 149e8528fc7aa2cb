import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LOG_STREAM_COUNTS, logStreamOf, logStreams, taskPrefix } from '@octobus/contracts';
import { startNats } from '@octobus/testing';
import type { NatsFixture } from '@octobus/testing';
import { ask, configOf, landscapeOf, openPlatform, store } from '../../test/platform.ts';
import type { Platform } from '../../test/platform.ts';
import { accountsOf } from './accounts.ts';
import { durables } from './durables.ts';
import type { Landscape } from './landscape.ts';

const COUNT = 4;
const landscape: Landscape = { ...landscapeOf(), logStreams: COUNT };
const STREAMS = logStreams(COUNT).map(({ name }) => name);
const TASKS = Array.from({ length: 16 }, (_, i) => `task-${i}`);
const outcomeOf = (tenant: string, task: string): string => `${taskPrefix(tenant, task)}.arm.noop.s.1.done`;

let server: NatsFixture;
let platform: Platform;

beforeAll(async () => {
  server = await startNats({ config: configOf(landscape) });
  platform = await openPlatform(server.url, landscape);
  const owner = await platform.as('PLATFORM');
  for (const tenant of landscape.tenants)
    for (const task of TASKS) await store(owner, outcomeOf(tenant, task), JSON.stringify({ subject: outcomeOf(tenant, task) }));
});

afterAll(async () => {
  await platform?.close();
  await server?.stop();
});

/** By account, the names of its durables. */
const OWN: Readonly<Record<string, readonly string[]>> = {
  GATEWAY: [],
  REFLEX: [],
  ORCHESTRATOR: ['orchestrator', 'orchestrator-timers'],
  PROJECTOR: ['projection'],
  MEMORY: ['memory'],
  ARM_NOOP: ['arm-noop-a', 'arm-noop-b', 'arm-noop-c'],
  T_acme: ['t-acme'],
  T_globex: ['t-globex'],
};
const DURABLES = durables(landscape.arms, landscape.tenants, COUNT).filter(({ stream }) => STREAMS.includes(stream));

describe('a log on four streams', () => {
  it('has every event in the stream of its shard', async () => {
    const stored = await Promise.all(STREAMS.map(async (stream) => (await platform.admin.streams.info(stream)).state.messages));
    const subjects = landscape.tenants.flatMap((tenant) => TASKS.map((task) => outcomeOf(tenant, task)));
    expect(stored).toEqual(STREAMS.map((stream) => subjects.filter((subject) => logStreamOf(subject, COUNT) === stream).length));
    expect(Math.min(...stored)).toBeGreaterThan(0);
  });

  it.each(Object.keys(OWN))('gives %s its own durables of every stream and no other', async (account) => {
    const connection = await platform.as(account);
    const told: string[] = [];
    for (const { stream, name } of DURABLES) {
      const info = await ask(connection, `$JS.API.CONSUMER.INFO.${stream}.${name}`, '', { withinMs: 250 });
      if (info?.string().includes('"config"')) told.push(`${stream} ${name}`);
    }
    expect(told.toSorted()).toEqual(STREAMS.flatMap((stream) => (OWN[account] ?? []).map((name) => `${stream} ${name}`)).toSorted());
  });

  it.each(['acme', 'globex'])('lets %s pull all of its own events, and nobody else’s', async (tenant) => {
    const connection = await platform.as(`T_${tenant}`);
    const seen: string[] = [];
    for (const stream of STREAMS) {
      for (;;) {
        const message = await ask(connection, `$JS.API.CONSUMER.MSG.NEXT.${stream}.t-${tenant}`, '{"batch":1,"no_wait":true}');
        if (message?.reply?.startsWith('$JS.ACK.') !== true) break;
        seen.push(message.subject);
        connection.publish(message.reply, '+ACK');
        await connection.flush();
      }
    }
    expect(seen.toSorted()).toEqual(TASKS.map((task) => outcomeOf(tenant, task)).toSorted());
  });

  it('shows an arm inputs of every stream by their subject, and the streams to nobody else', async () => {
    const got = async (account: string): Promise<number> => {
      const connection = await platform.as(account);
      const answers = await Promise.all(
        TASKS.map((task) => {
          const subject = outcomeOf('acme', task);
          return ask(connection, `$JS.API.DIRECT.GET.${logStreamOf(subject, COUNT)}.${subject}`);
        }),
      );
      return answers.filter((answer) => (answer?.string() ?? '').includes('"subject"')).length;
    };
    expect([await got('ARM_NOOP'), await got('T_globex'), await got('REFLEX')]).toEqual([TASKS.length, 0, 0]);
  });

  it('needs no more accounts than a log on one stream', () => {
    const names = LOG_STREAM_COUNTS.map((count) =>
      accountsOf(landscape.arms, landscape.tenants, landscape.credentials, count).map(({ name }) => name),
    );
    for (const one of names) expect(one).toEqual(names[0]);
  });
});
