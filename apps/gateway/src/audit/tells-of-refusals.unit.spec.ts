import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { HEADER, checkCommand, parseIngressSubject } from '@octobus/contracts';
import { noSealing } from '@octobus/sealing';
import { type Instant, instantOf } from '@octobus/kernel';
import { createLogger } from '@octobus/telemetry';
import type { Principal } from '../auth/principal.ts';
import { Door } from '../door/door.ts';
import { CountedRefusals, MOST_SOURCES } from './counted-refusals.ts';
import { Denials, type Refused, networkOf } from './denials.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 21, 12);
const logger = createLogger('test', 'silent');

interface Command {
  readonly tenant: string;
  readonly verb: string;
  readonly id: string | undefined;
  readonly actor: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

let now: number;
let commands: Command[];
let up: boolean;
let denials: Denials;
const clock = (): Instant => instantOf(now);

function denialsOf(instance: string): Denials {
  const door = new Door(
    async (subject, headers, payload) => {
      if (!up) throw new Error('not now');
      const header = (name: string): string | undefined => headers.find(([key]) => key === name)?.[1];
      const place = parseIngressSubject(subject);
      const body = JSON.parse(Buffer.from(payload).toString()) as Record<string, unknown>;
      if (place === undefined || 'problems' in checkCommand(place.verb, body)) throw new Error('no command');
      commands.push({ ...place, id: header(HEADER.id), actor: header(HEADER.actor), body });
    },
    'a door key',
    clock,
    noSealing,
  );
  return new Denials({ door, doorKey: 'a door key', instance, clock, logger });
}

beforeEach(() => {
  now = START;
  commands = [];
  up = true;
  denials = denialsOf('one');
});
afterEach(() => denials.stop());

const principal = (keyId: string): Principal => ({
  tenant: 'acme',
  keyId,
  keyDigest: 'd',
  actor: `key:${keyId}`,
  origin: 'cli',
  scopes: [],
});
const refused = (more: Partial<Refused> = {}): Refused => ({
  code: 'unauthenticated',
  action: 'POST /v1/tasks',
  address: '203.0.113.7',
  principal: undefined,
  traceparent: undefined,
  ...more,
});
const forbidden = (keyId = 'k1'): Refused => refused({ code: 'forbidden', principal: principal(keyId) });
const counts = () => commands.filter(({ verb }) => verb === 'report-refusals').map(({ body }) => body['count']);
const sum = () => counts().reduce<number>((total, count) => total + Number(count), 0);

describe('a denial of an authenticated caller', () => {
  it('is told of once, with who and what, before it resolves', async () => {
    await denials.refused(forbidden());
    expect(commands).toMatchObject([
      { tenant: 'acme', verb: 'report-denial', actor: 'key:k1', body: { code: 'forbidden', action: 'POST /v1/tasks' } },
    ]);
  });

  it('is counted where it can not be told of, or where one key floods: none is missing', async () => {
    up = false;
    for (let i = 0; i < 3; i++) await denials.refused(forbidden());
    up = true;
    for (let i = 0; i < 1_000; i++) await denials.refused(forbidden('k2'));
    now += MINUTE;
    await denials.flush();
    const told = commands.filter(({ verb }) => verb === 'report-denial').length;
    expect(told).toBe(50);
    expect(told + sum()).toBe(1_003);
    expect(commands.length).toBeLessThan(60);
  });

  it('is nobody’s when the problem is another one', async () => {
    for (const code of ['not-found', 'command-invalid', 'overloaded']) await denials.refused({ ...forbidden(), code });
    now += MINUTE;
    await denials.flush();
    expect(commands).toEqual([]);
  });
});

describe('refusals of a source', () => {
  it('are one count a minute and code, told when the minute is over', async () => {
    for (let i = 0; i < 7; i++) await denials.refused(refused());
    for (let i = 0; i < 3; i++) await denials.refused(refused({ code: 'rate-limited', principal: principal('k1') }));
    await denials.flush();
    expect(commands).toEqual([]);
    now += MINUTE;
    await denials.refused(refused());
    await denials.flush();
    await denials.flush();
    expect(commands.map(({ tenant, body }) => [tenant, body['code'], body['count'], body['minute']])).toEqual([
      ['_', 'unauthenticated', 7, '2026-11-21T12:00:00.000Z'],
      ['acme', 'rate-limited', 3, '2026-11-21T12:00:00.000Z'],
    ]);
    expect(commands[1]?.body['source']).toBe('key:k1');
  });

  it('never show an address, and are the same source at every gateway', async () => {
    const other = denialsOf('two');
    await denials.refused(refused());
    await other.refused(refused());
    now += MINUTE;
    await denials.flush();
    await other.stop();
    const sources = commands.map(({ body }) => body['source']);
    expect(sources[0]).toMatch(/^address:[0-9a-f]{16}$/);
    expect(sources[1]).toBe(sources[0]);
    expect(JSON.stringify(commands)).not.toContain('203.0.113');
    expect(new Set(commands.map(({ id }) => id)).size).toBe(2);
  });

  it('of one IPv6 network are one source: one caller has all of it', async () => {
    for (const address of ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', '2001:db8:1:3::1']) await denials.refused(refused({ address }));
    now += MINUTE;
    await denials.flush();
    expect(counts()).toEqual([2, 1]);
  });

  it('are told of by the same command again while nobody could be told', async () => {
    await denials.refused(refused());
    now += MINUTE;
    up = false;
    await denials.flush();
    up = true;
    await denials.flush();
    expect(counts()).toEqual([1]);
  });

  it('are told of at the end, the minute under way as well', async () => {
    await denials.refused(refused());
    await denials.stop();
    expect(counts()).toEqual([1]);
  });

  it('of a flood from many addresses cost bounded memory and events, and none is missing', async () => {
    for (let i = 0; i < 5_000; i++) await denials.refused(refused({ address: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}` }));
    now += MINUTE;
    await denials.flush();
    expect(commands).toHaveLength(MOST_SOURCES + 1);
    expect(sum()).toBe(5_000);
    expect(commands.filter(({ body }) => body['source'] === 'others')).toHaveLength(1);
  });

  it('are let go of after ten minutes without anybody to tell, and that is known', () => {
    const counted = new CountedRefusals(clock, '_');
    for (let i = 0; i < 12; i++, now += MINUTE) counted.add('_', 'unauthenticated', 'address:a');
    expect(counted.due()).toHaveLength(10);
    expect(counted.lost).toBe(2);
  });
});

describe('the network of an address', () => {
  it.each([
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::1', '2001:db8:1:2'],
    ['2001:0DB8:0001:0002:ffff::', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
  ])('of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
