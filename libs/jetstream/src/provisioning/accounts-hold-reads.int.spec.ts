import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aggregatePrefix, taskPrefix } from '@octobus/contracts';
import { startNats } from '@octobus/testing';
import type { NatsFixture } from '@octobus/testing';
import { ask, configOf, landscapeOf, openPlatform, store } from '../../test/platform.ts';
import type { Platform } from '../../test/platform.ts';
import { durables } from './durables.ts';

const landscape = landscapeOf();
let server: NatsFixture;
let platform: Platform;

const attempt = `${taskPrefix('globex', 'task-1')}.arm`;
const EVENTS: Readonly<Record<string, string>> = {
  'task request': `${taskPrefix('globex', 'task-1')}.request.submit.1`,
  'task decision': `${taskPrefix('globex', 'task-1')}.flow.step.noop.a.s.1`,
  dispatch: `${taskPrefix('globex', 'task-1')}.fan.planner.b.s.1`,
  'note of noop': `${attempt}.noop.s.1.note.1`,
  'outcome of noop': `${attempt}.noop.s.1.done`,
  'closing of noop': `${attempt}.noop.s.1.closed`,
  'note of planner': `${attempt}.planner.s.1.note.1`,
  'outcome of planner': `${attempt}.planner.s.1.done`,
  'closing of planner': `${attempt}.planner.s.1.closed`,
  'identity request': `${aggregatePrefix({ tenant: 'globex', aggregate: 'identity', id: 'globex' })}.request.create-key.1`,
  'identity fact': `${aggregatePrefix({ tenant: 'globex', aggregate: 'identity', id: 'globex' })}.flow.key.1`,
  'audit fact': `${aggregatePrefix({ tenant: 'globex', aggregate: 'audit', id: 'globex' })}.flow.denied.1`,
  'letter request': `${aggregatePrefix({ tenant: 'globex', aggregate: 'letter', id: '1-00000000' })}.request.redrive.1-00000000`,
  'letter fact': `${aggregatePrefix({ tenant: 'globex', aggregate: 'letter', id: '1-00000000' })}.flow.redrive`,
  'document request': `${aggregatePrefix({ tenant: 'globex', aggregate: 'document', id: 'doc-1' })}.request.ingest.1`,
  'document fact': `${aggregatePrefix({ tenant: 'globex', aggregate: 'document', id: 'doc-1' })}.flow.indexed`,
  'subject request': `${aggregatePrefix({ tenant: 'globex', aggregate: 'subject', id: 'person-1' })}.request.erase.1`,
  'subject fact': `${aggregatePrefix({ tenant: 'globex', aggregate: 'subject', id: 'person-1' })}.flow.erased`,
};
const ALL = Object.keys(EVENTS);

beforeAll(async () => {
  server = await startNats({ config: configOf(landscape) });
  platform = await openPlatform(server.url, landscape);
  const owner = await platform.as('PLATFORM');
  for (const subject of Object.values(EVENTS)) await store(owner, subject, `{"subject":"${subject}"}`);
  await store(owner, 'ingress.globex.submit');
});

afterAll(async () => {
  await platform?.close();
  await server?.stop();
});

/** True when the answer carries something of the stream. */
const carriesEvent = (message: Awaited<ReturnType<typeof ask>>): boolean => (message?.string() ?? '').includes('"subject"');

const ACCOUNTS = ['GATEWAY', 'REFLEX', 'ORCHESTRATOR', 'PROJECTOR', 'MEMORY', 'VAULT', 'ARM_NOOP', 'ARM_PLANNER', 'T_acme', 'T_globex'];
const INPUTS = ['task request', 'task decision', 'outcome of noop', 'outcome of planner'];
const MAY_GET: Readonly<Record<string, readonly string[]>> = {
  GATEWAY: ALL,
  REFLEX: [
    'task request',
    'identity request',
    'identity fact',
    'audit fact',
    'letter request',
    'document request',
    'document fact',
    'subject request',
  ],
  ORCHESTRATOR: ALL,
  PROJECTOR: ALL,
  MEMORY: ALL,
  VAULT: ALL,
  ARM_NOOP: [...INPUTS, 'note of noop', 'closing of noop'],
  ARM_PLANNER: [...INPUTS, 'note of planner', 'closing of planner'],
  T_acme: [],
  T_globex: [],
};
const READS_ALL = ['GATEWAY', 'ORCHESTRATOR', 'PROJECTOR', 'MEMORY', 'VAULT'];

describe('what an account may get from the log', () => {
  it.each(ACCOUNTS)('%s gets the last event of the subjects it may know and of no other', async (account) => {
    const connection = await platform.as(account);
    const got: string[] = [];
    for (const [kind, subject] of Object.entries(EVENTS)) {
      if (carriesEvent(await ask(connection, `$JS.API.DIRECT.GET.EVENTS.${subject}`))) got.push(kind);
    }
    expect(got).toEqual(ALL.filter((kind) => MAY_GET[account]?.includes(kind)));
  });

  const BODIES = ['{"seq":1}', '{"last_by_subj":"evt.>"}', '{"next_by_subj":"evt.>"}', '{"multi_last":["evt.>"]}', '{"seq":1,"batch":10}'];

  it.each(ACCOUNTS)('%s reads by sequence or by many filters only if it may read the whole log', async (account) => {
    const connection = await platform.as(account);
    for (const body of BODIES) {
      expect(carriesEvent(await ask(connection, '$JS.API.DIRECT.GET.EVENTS', body))).toBe(READS_ALL.includes(account));
      expect(carriesEvent(await ask(connection, '$JS.API.STREAM.MSG.GET.EVENTS', body))).toBe(false);
    }
  });

  it('an arm that asks by subject can not widen its request by the body', async () => {
    const arm = await platform.as('ARM_NOOP');
    const own = `$JS.API.DIRECT.GET.EVENTS.${EVENTS['note of noop']}`;
    expect(carriesEvent(await ask(arm, own))).toBe(true);
    for (const body of BODIES) expect(carriesEvent(await ask(arm, own, body))).toBe(false);
  });

  it('a wildcard instead of a token finds nothing outside the pattern', async () => {
    const arm = await platform.as('ARM_NOOP');
    const outside = [
      'evt.>',
      '>',
      'evt.*.*.*.*.flow.>',
      'evt.*.*.identity.*.flow.>',
      'evt.>.globex.identity.globex.flow.key.1',
      'evt.*.>.task.*.flow.>',
      'evt.>.>.task.>.flow.>',
      'evt.*.*.task.>.flow.x',
      'evt.*.*.task.*.arm.*.*.*.>',
      'evt.*.*.task.*.arm.>.s.1.done',
      'evt.*.*.task.*.arm.planner.>',
      'evt.*.*.task.*.arm.*.*.*.closed',
    ];
    for (const subject of outside) expect(carriesEvent(await ask(arm, `$JS.API.DIRECT.GET.EVENTS.${subject}`))).toBe(false);
  });

  it('one get by wildcard tells an arm whether its own attempt is done or closed', async () => {
    const arm = await platform.as('ARM_NOOP');
    const last = await ask(arm, `$JS.API.DIRECT.GET.EVENTS.${attempt}.noop.s.1.*`);
    expect(last?.headers?.last('Nats-Subject')).toBe(EVENTS['closing of noop']);
    const never = await ask(arm, `$JS.API.DIRECT.GET.EVENTS.${attempt}.noop.s.2.*`);
    expect(never?.headers?.code).toBe(404);
  });
});

describe('what an account may get from the other streams', () => {
  const blob = `blob.${'ef'.repeat(32)}.0`;
  const READS_CONTENT = ['GATEWAY', 'MEMORY', 'ARM_NOOP', 'ARM_PLANNER'];

  it.each([...ACCOUNTS, 'PLATFORM'])(
    '%s gets content by its digest only if it works with content, and never by number',
    async (account) => {
      const owner = await platform.as('PLATFORM');
      await store(owner, blob, '{"subject":"content"}');
      const connection = await platform.as(account);
      const may = account === 'PLATFORM' || READS_CONTENT.includes(account);
      expect(carriesEvent(await ask(connection, `$JS.API.DIRECT.GET.CONTENT.${blob}`))).toBe(may);
      expect(carriesEvent(await ask(connection, '$JS.API.DIRECT.GET.CONTENT', '{"seq":1}'))).toBe(account === 'PLATFORM');
    },
  );

  it.each([...ACCOUNTS, 'PLATFORM'])(
    '%s can’t look at waiting commands or dead letters unless it shows letters to whom they belong, nor delete them unless it is the platform’s own, or the vault, which erases',
    async (account) => {
      const owner = await platform.as('PLATFORM');
      await store(owner, 'dlq.reflex.globex.task.t', '{"subject":"letter"}');
      await store(owner, 'ingress.globex.cancel', '{"subject":"command"}');
      const connection = await platform.as(account);
      for (const [stream, subject] of [
        ['DLQ', 'dlq.reflex.globex.task.t'],
        ['INGRESS', 'ingress.globex.cancel'],
      ] as const) {
        const may = account === 'PLATFORM' || account === 'VAULT';
        const reads = may || (account === 'GATEWAY' && stream === 'DLQ');
        expect(carriesEvent(await ask(connection, `$JS.API.DIRECT.GET.${stream}.${subject}`))).toBe(reads);
        expect(carriesEvent(await ask(connection, `$JS.API.DIRECT.GET.${stream}`, `{"last_by_subj":"${subject}"}`))).toBe(reads);
        const { seq } = (await platform.admin.streams.getMessage(stream, { last_by_subj: subject })) as { seq: number };
        const deleted = await ask(connection, `$JS.API.STREAM.MSG.DELETE.${stream}`, `{"seq":${seq}}`);
        expect(deleted?.string().includes('"success":true') ?? false).toBe(may);
      }
    },
  );
});

const DURABLES = durables(landscape.arms, landscape.tenants).map(({ stream, name }) => ({ stream, name }));
const OWN: Readonly<Record<string, readonly string[]>> = {
  GATEWAY: [],
  REFLEX: ['reflex'],
  ORCHESTRATOR: ['orchestrator', 'orchestrator-timers'],
  PROJECTOR: ['projection'],
  MEMORY: ['memory'],
  VAULT: ['vault'],
  ARM_NOOP: ['arm-noop-a', 'arm-noop-b', 'arm-noop-c'],
  ARM_PLANNER: ['arm-planner-a', 'arm-planner-b', 'arm-planner-c'],
  T_acme: ['t-acme'],
  T_globex: ['t-globex'],
};

describe('what an account may consume', () => {
  it.each(ACCOUNTS)('%s reaches its own durables and no other', async (account) => {
    const connection = await platform.as(account);
    const told: string[] = [];
    const pulled: string[] = [];
    for (const { stream, name } of DURABLES) {
      const info = await ask(connection, `$JS.API.CONSUMER.INFO.${stream}.${name}`);
      if (info?.string().includes('"config"')) told.push(name);
      const next = await ask(connection, `$JS.API.CONSUMER.MSG.NEXT.${stream}.${name}`, '{"batch":1,"no_wait":true}');
      if (next?.reply?.startsWith('$JS.ACK.') || next?.headers?.code === 404) pulled.push(name);
    }
    expect(told.toSorted()).toEqual(OWN[account]?.toSorted());
    expect(pulled.toSorted()).toEqual(OWN[account]?.toSorted());
  });

  it.each(ACCOUNTS.filter((account) => OWN[account]?.length))(
    '%s pulls nothing from another durable by an ack subject',
    async (account) => {
      const connection = await platform.as(account);
      const own = DURABLES.filter(({ name }) => OWN[account]?.includes(name))[0];
      for (const { stream, name } of DURABLES.filter((durable) => !OWN[account]?.includes(durable.name))) {
        const tries = [
          `$JS.ACK.${stream}.${name}.${own?.stream}.${own?.name}.1.2.3`,
          `$JS.ACK.${stream}.${name}.1.1.1.2.3`,
          `$JS.ACK._.*.${stream}.${name}.1.1.1.2.3`,
          `$JS.ACK.${stream}.${name}.${own?.stream}.${own?.name}.1.2.3.4.5`,
        ];
        for (const subject of tries) {
          for (const body of ['+NXT', '+NXT {"batch":1,"no_wait":true}']) {
            expect((await ask(connection, subject, body, { withinMs: 100 }))?.reply ?? '').toBe('');
          }
        }
      }
    },
  );

  it('the same request pulls from the durable of one’s own', async () => {
    const owner = await platform.as('PLATFORM');
    await store(owner, EVENTS['task request'] ?? '', '{"subject":"again"}');
    const next = await ask(await platform.as('T_globex'), '$JS.ACK.EVENTS.t-globex.1.1.1.2.3', '+NXT');
    expect(next?.reply).toContain('$JS.ACK.EVENTS.t-globex.');
  });

  it('nobody but its owner settles what was delivered', async () => {
    const owner = await platform.as('PROJECTOR');
    const next = await ask(owner, '$JS.API.CONSUMER.MSG.NEXT.EVENTS.projection', '{"batch":1,"no_wait":true}');
    const ack = next?.reply ?? '';
    const pending = async () => (await platform.admin.consumers.info('EVENTS', 'projection')).num_ack_pending;
    const before = await pending();
    for (const account of ACCOUNTS.filter((name) => name !== 'PROJECTOR')) {
      const attacker = await platform.as(account);
      for (const body of ['', '+ACK', '+TERM', '-NAK', '+NXT']) await ask(attacker, ack, body, { withinMs: 100 });
    }
    expect(await pending()).toBe(before);
    await ask(owner, ack, '+ACK');
    expect(await pending()).toBeLessThan(before);
  });
});

describe('what an account hears live', () => {
  it('the gateway hears all, a tenant its own events, an arm the closings of its attempts, who has keys the erasures, everybody else nothing', async () => {
    const heard = new Map(ACCOUNTS.map((account) => [account, new Set<string>()]));
    const ends = await Promise.all(
      ACCOUNTS.map(async (account) => {
        const connection = await platform.freshAs(account);
        const subscription = connection.subscribe('>', { callback: (_error, message) => void heard.get(account)?.add(message.subject) });
        await connection.flush();
        return { connection, subscription };
      }),
    );
    const owner = await platform.as('PLATFORM');
    for (const subject of Object.values(EVENTS)) await store(owner, subject);
    await store(owner, `${taskPrefix('acme', 'task-2')}.flow.end`);
    await Promise.all(ends.map(({ connection }) => connection.flush()));
    const feed = (subjects: readonly string[]) => subjects.map((subject) => `pub.${subject}`).toSorted();
    const whatWasHeard = (account: string) => [...(heard.get(account) ?? [])].filter((subject) => !subject.startsWith('_INBOX')).toSorted();
    const ofAcme = `${taskPrefix('acme', 'task-2')}.flow.end`;
    expect(whatWasHeard('GATEWAY')).toEqual(feed([...Object.values(EVENTS), ofAcme]));
    expect(whatWasHeard('T_globex')).toEqual(feed(Object.values(EVENTS)));
    expect(whatWasHeard('T_acme')).toEqual(feed([ofAcme]));
    const erased = EVENTS['subject fact'] ?? '';
    expect(whatWasHeard('ARM_NOOP')).toEqual(feed([EVENTS['closing of noop'] ?? '', erased]));
    expect(whatWasHeard('ARM_PLANNER')).toEqual(feed([EVENTS['closing of planner'] ?? '', erased]));
    for (const account of ['REFLEX', 'ORCHESTRATOR', 'MEMORY']) expect(whatWasHeard(account)).toEqual(feed([erased]));
    for (const account of ['PROJECTOR', 'VAULT']) expect(whatWasHeard(account)).toEqual([]);
  });

  it('what an account says on the feed’s subjects is heard by nobody else', async () => {
    const gateway = await platform.freshAs('GATEWAY');
    const heard: string[] = [];
    gateway.subscribe('pub.>', { callback: (_error, message) => void heard.push(message.subject) });
    await gateway.flush();
    for (const account of ['ARM_NOOP', 'T_globex', 'ORCHESTRATOR']) {
      const connection = await platform.as(account);
      connection.publish(`pub.${taskPrefix('globex', 'forged')}.flow.end`, '{}');
      await connection.flush();
    }
    const real = `${taskPrefix('globex', 'task-3')}.flow.end`;
    await store(await platform.as('PLATFORM'), real);
    await gateway.flush();
    expect(heard).toEqual([`pub.${real}`]);
  });

  it('a sequence forged by the writer comes first, the server’s own last: readers take the last', async () => {
    const gateway = await platform.freshAs('GATEWAY');
    const subscription = gateway.subscribe('pub.evt.>', { max: 1 });
    await gateway.flush();
    const subject = `${taskPrefix('globex', 'task-4')}.arm.noop.s.1.note.1`;
    const forged = { 'Nats-Sequence': '999999', 'Nats-Subject': 'evt.00.acme.task.x.flow.end' };
    const sequence = await store(await platform.as('ARM_NOOP'), subject, '{}', { headers: forged });
    for await (const message of subscription) {
      expect(message.headers?.values('Nats-Sequence')).toEqual(['999999', String(sequence)]);
      expect(message.headers?.last('Nats-Sequence')).toBe(String(sequence));
      expect(message.headers?.last('Nats-Subject')).toBe(subject);
    }
  });
});

describe('keys of data subjects', () => {
  const KEY = 'key.globex.person-1';
  it.each([...ACCOUNTS, 'PLATFORM'])(
    '%s reads and deletes wrapped keys only if it is the vault, or the platform’s own',
    async (account) => {
      const owner = await platform.as('PLATFORM');
      const sequence = await store(owner, KEY, '{"subject":"wrapped"}');
      const connection = await platform.as(account);
      const may = account === 'PLATFORM' || account === 'VAULT';
      expect(carriesEvent(await ask(connection, `$JS.API.DIRECT.GET.KEYS.${KEY}`))).toBe(may);
      expect(carriesEvent(await ask(connection, '$JS.API.DIRECT.GET.KEYS', `{"last_by_subj":"${KEY}"}`))).toBe(may);
      const deleted = await ask(connection, '$JS.API.STREAM.MSG.DELETE.KEYS', `{"seq":${sequence}}`);
      expect(deleted?.string().includes('"success":true') ?? false).toBe(may);
    },
  );

  it('are asked for under the service’s own subject alone, and the vault alone is asked', async () => {
    const answering = await platform.freshAs('VAULT');
    answering.subscribe('vault.key.*', { callback: (_error, message) => void message.respond(`{"subject":"${message.subject}"}`) });
    await answering.flush();
    const impostor = await platform.freshAs('ARM_PLANNER');
    impostor.subscribe('vault.>', { callback: (_error, message) => void message.respond('{"subject":"forged"}') });
    await impostor.flush();
    const services = ['gateway', 'reflex', 'orchestrator', 'memory', 'platform', 'projector', 'arm-noop', 'arm-planner'];
    for (const account of [...ACCOUNTS, 'PLATFORM'].filter((name) => name !== 'VAULT' && name !== 'ARM_PLANNER')) {
      const connection = await platform.freshAs(account);
      const answers = await Promise.all(
        services.map(async (service) => (await ask(connection, `vault.key.${service}`, '{}'))?.string() ?? ''),
      );
      const own = account.toLowerCase().replaceAll('_', '-');
      const mine = services.includes(own) && own !== 'projector' ? [`{"subject":"vault.key.${own}"}`] : [];
      expect([account, answers.filter((answer) => answer !== '')]).toEqual([account, mine]);
    }
  });
});

describe('questions to memory', () => {
  it('are answered to arms and the gateway; nobody else can ask, and nobody else can answer', async () => {
    const answering = await platform.freshAs('MEMORY');
    answering.subscribe('query.memory.*', { callback: (_error, message) => void message.respond('{"subject":"answer"}') });
    await answering.flush();
    const impostor = await platform.freshAs('ARM_PLANNER');
    impostor.subscribe('query.memory.*', { callback: (_error, message) => void message.respond('{"subject":"forged"}') });
    await impostor.flush();
    const asked = await Promise.all(
      ACCOUNTS.filter((account) => account !== 'MEMORY').map(async (account) => {
        const answer = await ask(await platform.freshAs(account), 'query.memory.search', '{}');
        return [account, answer?.string()];
      }),
    );
    const answered = asked.filter(([, text]) => text !== undefined && text !== '');
    expect(answered.filter(([account]) => account !== 'ARM_PLANNER')).toEqual([
      ['GATEWAY', '{"subject":"answer"}'],
      ['ARM_NOOP', '{"subject":"answer"}'],
    ]);
  });
});
