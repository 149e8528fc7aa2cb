import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HEADER } from '@octobus/contracts';
import { Fault } from '@octobus/kernel';
import { eventually } from '@octobus/testing';
import { headers as newHeaders } from '@nats-io/transport-node';
import fc from 'fast-check';
import { type WorkBench, hostOn, openWorkBench } from '../test/work.ts';
import { type DeadLetter, buryMessage, decodeHeaders, decodeValue, encodeValue } from './consumer/dead-letter.ts';
import { DeadLetters } from './dead-letters.ts';

let bench: WorkBench;
let box: DeadLetters;
beforeAll(async () => {
  bench = await openWorkBench(500);
  box = new DeadLetters(bench.bus);
});
afterAll(() => bench.close());

const letter = (more: Partial<DeadLetter> = {}): DeadLetter => ({
  service: 'reflex',
  stream: 'INGRESS',
  subject: 'ingress.acme.submit',
  sequence: 7,
  storedAt: Date.UTC(2026, 10, 21, 12),
  deliveries: 20,
  cause: 'log-unavailable',
  data: Buffer.from('{"goal":"x"}'),
  header: () => undefined,
  ...more,
});
const bury = async (more: Partial<DeadLetter> = {}) => {
  await buryMessage(bench.bus.connection, letter(more));
  const { last_seq } = (await bench.admin.streams.info('DLQ')).state;
  const [found] = (await box.list({ after: last_seq - 1, limit: 1 })).letters;
  if (found === undefined) throw new Error('the letter is not there');
  return found;
};
const clear = () => bench.admin.streams.purge('DLQ');

describe('a value in a header', () => {
  it('comes back as it was, up to its 256th character, and can not end its line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const encoded = encodeValue(text);
        expect(encoded).toMatch(/^[!#-~]*$/);
        expect(encoded).not.toContain('"');
        expect(decodeValue(encoded)).toBe(Buffer.from(text.slice(0, 256)).toString());
      }),
    );
    expect(encodeValue('Ä "b"\r\n%')).toBe('%C3%84%20%22b%22%0D%0A%25');
  });
});

describe('a dead letter', () => {
  it('is stored whatever line breaks its headers hold, and shows them as they were', async () => {
    const values: Record<string, string> = {
      [HEADER.id]: 'a\rb',
      [HEADER.source]: 'a\nNats-Rollup: all',
      [HEADER.actor]: 'Zoë "the" first',
    };
    const found = await bury({ header: (name) => values[name] });
    expect(found.original.attributes).toEqual(values);
  });

  it('keeps the headers and the payload of what is gone from its stream, as they were sent', async () => {
    const sent = newHeaders();
    sent.append('ce-id', 'c-1');
    sent.append('Octo-Odd', 'one');
    sent.append('Octo-Odd', 'two');
    await bench.bus.connection.request('work.a.x', 'my words', { timeout: 2_000, headers: sent });
    const before = (await bench.admin.streams.info('DLQ')).state.last_seq;
    const host = hostOn(bench.bus, () => Promise.reject(new Fault('later', { retryable: false, message: 'no' })), {
      keepPayload: () => true,
    });
    await eventually(() => host.counts.deadLettered === 1);
    await host.stop();
    const [found] = (await box.list({ after: before, limit: 1 })).letters;
    expect(Buffer.from(found?.original.payload ?? []).toString()).toBe('my words');
    expect(found?.original.headers).toEqual([
      ['ce-id', 'c-1'],
      ['Octo-Odd', 'one'],
      ['Octo-Odd', 'two'],
    ]);
    expect(found).toMatchObject({ cause: 'later', deliveries: 1, service: 'tester', original: { subject: 'work.a.x', stream: 'WORK' } });
  });

  it('keeps neither when nothing could come of it, and no headers that are too large', async () => {
    const headers: [string, string][] = [['ce-source', 'x'.repeat(30_000)]];
    expect((await bury({ keep: { headers: [], payload: false } })).original).toMatchObject({ headers: [], payload: undefined });
    expect((await bury({ keep: { headers, payload: true } })).original.headers).toBeUndefined();
    expect((await bury({ keep: { headers: [], payload: true }, data: Buffer.alloc(700_000) })).original.payload).toBeUndefined();
    expect((await bury()).original).toMatchObject({ headers: undefined, payload: undefined });
  });

  it('does not take another one’s kept headers for its own', () => {
    for (const bad of ['', 'x', Buffer.from('{"a":1}').toString('base64url'), Buffer.from('[["a"]]').toString('base64url')])
      expect(decodeHeaders(bad)).toBeUndefined();
  });
});

describe('the dead letters', () => {
  it('are listed by tenant or all together, page by page, oldest first', async () => {
    await clear();
    for (let i = 1; i <= 5; i++) await bury({ subject: `ingress.${i % 2 === 0 ? 'globex' : 'acme'}.submit`, sequence: i });
    const pages: number[][] = [];
    for (let after: number | undefined = 0; after !== undefined;) {
      const page: Awaited<ReturnType<DeadLetters['list']>> = await box.list({ after, limit: 2 });
      pages.push(page.letters.map(({ original }) => original.sequence));
      after = page.next;
    }
    expect(pages).toEqual([[1, 2], [3, 4], [5]]);
    expect((await box.list({ tenant: 'globex', after: 0, limit: 10 })).letters.map(({ original }) => original.sequence)).toEqual([2, 4]);
  });

  it('leave out what no service would have written there', async () => {
    await clear();
    await bench.bus.connection.request('dlq.reflex.acme.command', '', { timeout: 2_000 });
    const forged = newHeaders();
    forged.set('octo-dead-sequence', 'many');
    await bench.bus.connection.request('dlq.reflex.acme.command.1', '', { timeout: 2_000, headers: forged });
    await bury();
    expect((await box.list({ after: 0, limit: 1 })).letters).toHaveLength(1);
  });

  it('are found by their id, until they are removed; removing twice is the same', async () => {
    await clear();
    const found = await bury();
    const other = await bury({ sequence: 8 });
    expect(await box.find(found.id)).toEqual(found);
    const wrong = found.id.replace(/.{8}$/, '00000000');
    for (const id of [wrong, '999-00000000', 'x', '1.>', '']) expect(await box.find(id)).toBeUndefined();
    await box.remove(found);
    await box.remove(found);
    expect(await box.find(found.id)).toBeUndefined();
    expect(await box.find(other.id)).toEqual(other);
  });
});
