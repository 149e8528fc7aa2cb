import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RedisFixture, eventually, redisServerBinary, startRedis } from '@octobus/testing';
import { type BehindTheDoors, openBehind } from './behind-the-doors.ts';
import { type GatewayReplica, startReplica } from './gateway-replica.ts';
import { type Answer, ask } from './http-door.ts';
import { type RunningOctobus, startOctobus } from './running-octobus.ts';

const RATE = 2;
const BURST = 60;
const NOOP = { goal: 'Do nothing.', plan: { steps: [{ id: 'a', agent: 'noop' }] } };

let octobus: RunningOctobus;
let behind: BehindTheDoors;
let replicas: readonly GatewayReplica[] = [];
let redis: RedisFixture | undefined;

beforeAll(async () => {
  octobus = await startOctobus();
  behind = await openBehind(octobus);
}, 60_000);
afterAll(async () => {
  await Promise.all(replicas.map((replica) => replica.stop()));
  await behind?.close();
  await octobus?.stop();
  octobus?.remove();
  await redis?.stop();
}, 60_000);

/** Three gateways that share what they count. */
async function startReplicas(env: NodeJS.ProcessEnv): Promise<void> {
  await Promise.all(replicas.map((replica) => replica.stop()));
  replicas = await Promise.all([0, 1, 2].map(() => startReplica(octobus, env)));
}

async function freshKey(): Promise<string> {
  const { key } = (await ask(octobus.credentials.url, 'POST', '/v1/keys', { key: octobus.credentials.apiKey, body: {} })).json as {
    key: string;
  };
  await eventually(async () => (await ask(octobus.credentials.url, 'GET', '/v1/agents', { key })).status === 200);
  return key;
}

const submit = (key: string, i: number): Promise<Answer> =>
  ask(replicas[i % replicas.length]?.url ?? '', 'POST', '/v1/tasks', { key, body: NOOP });
const at = (i: number, path: string): Promise<Answer> => ask(replicas[i]?.url ?? '', 'GET', path);

/** Asks by turns, a few at once, until so many were refused. */
async function flood(key: string, refused: number): Promise<{ readonly answers: readonly Answer[]; readonly seconds: number }> {
  const answers: Answer[] = [];
  const began = performance.now();
  const denied = (): number => answers.filter(({ status }) => status === 429).length;
  while (denied() < refused) answers.push(...(await Promise.all([0, 1, 2].map((i) => submit(key, i)))));
  return { answers, seconds: (performance.now() - began) / 1000 };
}

async function expectTheDocumentedCount(): Promise<void> {
  const key = await freshKey();
  const before = await behind.lastSequence('EVENTS');
  const { answers, seconds } = await flood(key, 60);
  const taken = answers.filter(({ status }) => status === 202);
  expect(taken.length).toBeGreaterThanOrEqual(BURST);
  expect(taken.length).toBeLessThanOrEqual(BURST + Math.floor(seconds * RATE) + 1);
  const denied = answers.filter(({ status }) => status !== 202);
  for (const { status, json, headers } of denied) {
    expect([status, json]).toEqual([429, expect.objectContaining({ code: 'rate-limited', category: 'limit', retryable: true })]);
    expect(headers['retry-after']).toBe('1');
    expect(headers['ratelimit']).toMatch(/^"user";r=0;t=1$/);
    expect(headers['ratelimit-policy']).toBe(`"user";q=${BURST};w=${BURST / RATE}`);
  }
  await eventually(async () => (await submit(key, 0)).status === 202, 5_000);
  const requests = (await behind.after('EVENTS', before)).filter(({ subject }) => subject.includes('.request.submit.'));
  expect(requests).toHaveLength(taken.length + 1);
}

const metric = async (i: number, name: string): Promise<string> =>
  (await at(i, '/metrics')).text
    .split('\n')
    .filter((line) => line.startsWith(name))
    .join('\n');

describe('three gateways that share their counts over NATS', () => {
  beforeAll(() => startReplicas({ OCTO_RATE: String(RATE), OCTO_BURST: String(BURST) }), 60_000);

  it('let in, all together, the documented burst and rate of a key, and refuse the rest before anything is appended', async () => {
    await expectTheDocumentedCount();
  }, 60_000);

  it('count what they refused', async () => {
    const counts = await Promise.all([0, 1, 2].map((i) => metric(i, 'octobus_rate_limited_total')));
    for (const count of counts) expect(count).toMatch(/^octobus_rate_limited_total\{service="gateway",scope="user"\} [1-9]\d*$/);
  });

  it('let nobody in when the bucket is gone, say so, and serve again when it is back', async () => {
    const key = await freshKey();
    await behind.streams.streams.delete('KV_LIMITS');
    const refused = await eventually(async () => {
      const answer = await submit(key, 0);
      return answer.status === 503 ? answer : undefined;
    });
    expect(refused).toMatchObject({ json: { code: 'limits-unavailable', retryable: true }, headers: { 'retry-after': '1' } });
    expect(await at(0, '/readyz')).toMatchObject({
      status: 503,
      json: { status: 'degraded', checks: { limits: 'does not answer', nats: 'ok' } },
    });
    expect(await metric(0, 'octobus_rate_limits_down')).toBe('octobus_rate_limits_down{service="gateway"} 2');
    await behind.streams.streams.add({
      name: 'KV_LIMITS',
      subjects: ['$KV.LIMITS.*'],
      storage: 'memory',
      max_msgs_per_subject: 1,
      allow_direct: true,
      allow_msg_ttl: true,
    } as never);
    await eventually(async () => (await submit(key, 0)).status === 202);
    expect(await metric(0, 'octobus_rate_limits_down')).toBe('octobus_rate_limits_down{service="gateway"} 0');
  }, 30_000);
});

const binary = redisServerBinary();
const withRedis = binary === undefined ? it.skip : it;

describe('three gateways that share their counts over Redis', () => {
  beforeAll(async () => {
    if (binary === undefined) return;
    redis = await startRedis(binary);
    const plan = { default: 'standard', tiers: { standard: { user: { rate: RATE, burst: BURST } } } };
    const file = join(octobus.folder, 'limits.json');
    writeFileSync(file, JSON.stringify(plan));
    await startReplicas({ OCTO_LIMITS_FILE: file, REDIS_URL: redis.url, OCTO_LIMITS_DOWN: 'degraded' });
  }, 60_000);

  withRedis(
    'let in the same count',
    async () => {
      await expectTheDocumentedCount();
    },
    60_000,
  );

  withRedis(
    'each count alone while Redis is dead, where that is the mode, and say so',
    async () => {
      await redis?.kill9();
      const key = await freshKey();
      for (let i = 0; i < 3; i++) {
        const { status, headers } = await submit(key, i);
        expect([status, headers['ratelimit']]).toEqual([202, expect.stringMatching(/^"user";r=59;/)]);
      }
      const { answers } = await flood(key, 30);
      expect(answers.filter(({ status }) => status === 202).length).toBeGreaterThan(2 * BURST);
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202, 429]));
      expect(await at(0, '/readyz')).toMatchObject({ status: 200, json: { status: 'degraded', checks: { limits: 'degraded' } } });
      expect(await metric(0, 'octobus_rate_limits_down')).toBe('octobus_rate_limits_down{service="gateway"} 1');
      await redis?.revive();
      await eventually(async () => (await at(0, '/readyz')).text.includes('"limits":"ok"'));
    },
    60_000,
  );
});
