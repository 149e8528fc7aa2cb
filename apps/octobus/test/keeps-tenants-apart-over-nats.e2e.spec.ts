import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aggregatePrefix, taskPrefix } from '@octobus/contracts';
import { eventually } from '@octobus/testing';
import type { BehindTheDoors } from './behind-the-doors.ts';
import { ask } from './http-door.ts';
import { command } from './nats-client.ts';
import type { RunningOctobus } from './running-octobus.ts';
import { MARK, SCOPES, type Tenant, TwoTenants, noop } from './two-tenants.ts';

let both: TwoTenants;
let octobus: RunningOctobus;
let behind: BehindTheDoors;
let acme: Tenant;
let globex: Tenant;
let task: string;
beforeAll(async () => {
  both = await TwoTenants.start();
  ({ octobus, behind, acme, globex, task } = both);
}, 90_000);
afterAll(() => both?.stop(), 30_000);

describe('over NATS, another tenant', () => {
  const refused = async (subject: string, payload: string | Uint8Array = '') =>
    globex.nats.request(subject, payload, { timeout: 400 }).then(
      (message) => {
        const answer = message.string();
        return answer.includes('"error"') && !both.shows(answer) ? 'refused' : answer;
      },
      () => 'refused',
    );

  it('hears nothing of it on any subject', async () => {
    const heard: string[] = [];
    const subjects = [
      '>',
      '*.>',
      'pub.>',
      'pub.evt.>',
      'pub.evt.*.acme.>',
      'pub.evt.*.*.task.>',
      'evt.>',
      'ingress.>',
      'dlq.>',
      'blob.>',
      '_INBOX.>',
      '$JS.>',
      '$SYS.>',
      'query.>',
    ];
    const feeds = subjects.map((subject) =>
      globex.nats.subscribe(subject, {
        callback: (error, message) => void (error ?? heard.push(`${message.subject} ${message.string()}`)),
      }),
    );
    await globex.nats.flush();
    const { id } = await acme.client.submit(noop(MARK));
    await both.completed(acme, id);
    await acme.client.ingest('later.md', 'text/plain', Buffer.from(MARK));
    const { id: own } = await globex.client.submit(noop('own'));
    await both.completed(globex, own);
    await eventually(() => heard.some((line) => line.includes(own) && line.includes('flow.end')));
    for (const feed of feeds) feed.unsubscribe();
    expect(heard.filter((line) => line.includes(id) || line.includes('.acme.') || both.shows(line))).toEqual([]);
  });

  it('reaches no door, durable, stream, content, index or event of it', async () => {
    const before = await behind.traces();
    const event = `${taskPrefix('acme', task)}.request.submit.${task}`;
    const digest = createHash('sha256').update('x').digest('hex');
    const tries: readonly (readonly [string, string?])[] = [
      ['ingress.acme.submit', JSON.stringify(noop('planted'))],
      ['ingress._.create-tenant', '{"name":"mine"}'],
      ['ingress._.create-key', '{}'],
      ['$JS.API.STREAM.INFO.EVENTS'],
      ['$JS.API.STREAM.NAMES'],
      ['$JS.API.STREAM.LIST'],
      ['$JS.API.STREAM.PURGE.EVENTS', '{}'],
      ['$JS.API.STREAM.DELETE.EVENTS'],
      ['$JS.API.STREAM.MSG.GET.EVENTS', '{"seq":1}'],
      ['$JS.API.STREAM.MSG.DELETE.EVENTS', '{"seq":1}'],
      ['$JS.API.STREAM.UPDATE.EVENTS', '{"name":"EVENTS","subjects":["evt.>"]}'],
      ['$JS.API.STREAM.CREATE.MINE', '{"name":"MINE","sources":[{"name":"EVENTS"}]}'],
      ['$JS.API.DIRECT.GET.EVENTS', '{"seq":1}'],
      ['$JS.API.DIRECT.GET.EVENTS', `{"last_by_subj":"${event}"}`],
      [`$JS.API.DIRECT.GET.EVENTS.${event}`],
      [`$JS.API.DIRECT.GET.CONTENT.blob.${digest}.0`],
      ['$JS.API.CONSUMER.NAMES.EVENTS'],
      ['$JS.API.CONSUMER.INFO.EVENTS.t-acme'],
      ['$JS.API.CONSUMER.INFO.EVENTS.projection'],
      ['$JS.API.CONSUMER.MSG.NEXT.EVENTS.t-acme', '{"batch":10,"no_wait":true}'],
      ['$JS.API.CONSUMER.MSG.NEXT.EVENTS.projection', '{"batch":10,"no_wait":true}'],
      ['$JS.API.CONSUMER.CREATE.EVENTS', '{"stream_name":"EVENTS","config":{"filter_subject":"evt.*.acme.>","ack_policy":"none"}}'],
      ['$JS.API.CONSUMER.CREATE.EVENTS.mine.evt.>', '{"stream_name":"EVENTS","config":{"name":"mine","filter_subject":"evt.>"}}'],
      [
        '$JS.API.CONSUMER.DURABLE.CREATE.EVENTS.t-globex',
        '{"stream_name":"EVENTS","config":{"durable_name":"t-globex","filter_subject":"evt.>"}}',
      ],
      ['$JS.API.CONSUMER.DELETE.EVENTS.t-acme'],
      ['$JS.ACK.EVENTS.t-acme.1.1.1.1.0', '+NXT'],
      ['$JS.ACK.EVENTS.projection.1.1.1.1.0', '+NXT'],
      ['query.memory.search', `{"tenant":"acme","query":"tide","k":5}`],
      ['query.memory.documents', '{"tenant":"acme"}'],
      [`blob.${digest}.0`, 'x'],
      [event, '{}'],
      [`${taskPrefix('globex', task)}.flow.end`, '{}'],
      ['dlq.reflex.acme.task.x', '{}'],
      ['pub.evt.00.acme.task.x.flow.end', '{}'],
      ['$SYS.REQ.SERVER.PING'],
      ['$SYS.REQ.ACCOUNT.T_acme.CONNZ'],
    ];
    const answers = await Promise.all(tries.map(async ([subject, payload]) => [subject, await refused(subject, payload)]));
    expect(answers.filter(([, answer]) => answer !== 'refused')).toEqual([]);
    expect(await behind.traces()).toEqual(before);
  });

  it('plants nothing by the subject on which it wants its answer', async () => {
    // The vault makes the key of a tenant's own account when it is first needed, and says so in the log.
    const earlier = randomUUID();
    await command(globex.nats, 'ingress.globex.submit', noop('before'), { 'ce-id': earlier, 'ce-subject': earlier });
    await both.completed(globex, earlier);
    const before = await behind.lastSequence('EVENTS');
    const own = randomUUID();
    const targets = [
      `${taskPrefix('acme', task)}.flow.end`,
      `${aggregatePrefix({ tenant: 'acme', aggregate: 'identity', id: 'acme' })}.flow.key.mine.created`,
      'ingress.acme.submit',
    ];
    for (const reply of targets) globex.nats.publish('$JS.API.INFO', '', { reply });
    for (const reply of targets) globex.nats.publish('ingress.globex.submit', '{"goal":"planted"', { reply });
    await command(globex.nats, 'ingress.globex.submit', noop('own'), { 'ce-id': own, 'ce-subject': own });
    await both.completed(globex, own);
    const events = await behind.after('EVENTS', before);
    expect(events.filter(({ subject }) => !subject.startsWith(taskPrefix('globex', own)))).toEqual([]);
  });

  it('neither cancels its task nor takes its id, its keys or its key’s id', async () => {
    const { id } = await acme.client.submit(noop(MARK, { arguments: { sleepMs: 1_500 } }));
    await command(globex.nats, 'ingress.globex.cancel', { taskId: id }, { 'ce-id': 'cancel' });
    await command(globex.nats, 'ingress.globex.revoke-key', { keyId: acme.keyId }, { 'ce-id': 'revoke' });
    const digest = createHash('sha256').update('secret-of-their-own-making').digest('hex');
    const stolen = { keyId: acme.keyId, secretDigest: digest, scopes: SCOPES };
    await command(globex.nats, 'ingress.globex.create-key', stolen, { 'ce-id': 'same-key-id' });
    await command(globex.nats, 'ingress.globex.submit', noop('under the same id'), { 'ce-id': 'same-id', 'ce-subject': id });
    // Its cancel may be waiting still for a task of its own with this id.
    await eventually(async () => ['completed', 'cancelled'].includes((await globex.client.task(id)).state));
    await both.folded();
    expect((await globex.client.task(id)).goal).toBe('under the same id');
    expect((await acme.client.task(id)).goal).toContain(MARK);
    await both.completed(acme, id);
    const twin = await ask(octobus.credentials.url, 'GET', '/v1/tasks', { key: `octo_${acme.keyId}_secret-of-their-own-making` });
    expect(both.shows(twin.text)).toBe(false);
    expect((await both.call(acme, 'GET', '/v1/keys')).status).toBe(200);
  });

  it('reads no stored content by naming its digest', async () => {
    const bytes = Buffer.from(`The harbour of ${MARK} lies in the north. `.repeat(3_000));
    await acme.client.ingest('harbour.txt', 'text/plain', bytes);
    const digest = createHash('sha256').update(bytes).digest('hex');
    const dead = await behind.lastSequence('DLQ');
    const body = { name: 'taken.txt', mediaType: 'text/plain', blob: { digest, size: bytes.length, pieces: [digest] } };
    await command(globex.nats, 'ingress.globex.ingest', body, { 'ce-id': 'taken' });
    await eventually(async () =>
      (await behind.after('DLQ', dead)).some((letter) => letter.header.get('octo-dead-cause') === 'command-forbidden'),
    );
    expect((await globex.client.documents()).items.some((one) => one.name === 'taken.txt')).toBe(false);
  });

  it('makes no key of the platform', async () => {
    const secret = 'a-secret-that-is-long-enough';
    const dead = await behind.lastSequence('DLQ');
    const body = { keyId: 'mine', secretDigest: createHash('sha256').update(secret).digest('hex'), scopes: ['platform'] };
    await command(globex.nats, 'ingress.globex.create-key', body, { 'ce-id': 'platform' });
    await eventually(async () =>
      (await behind.after('DLQ', dead)).some((letter) => letter.header.get('octo-dead-cause') === 'command-forbidden'),
    );
    await both.folded();
    expect((await ask(octobus.credentials.url, 'POST', '/v1/tenants', { key: `octo_mine_${secret}`, body: { name: 'mine' } })).status).toBe(
      401,
    );
  });
});
