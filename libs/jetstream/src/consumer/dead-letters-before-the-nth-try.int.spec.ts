import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { STREAMS } from '@octobus/contracts';
import { Fault } from '@octobus/kernel';
import { eventually } from '@octobus/testing';
import { headers as newHeaders } from '@nats-io/transport-node';
import { type WorkBench, hostOn, openWorkBench, textOf } from '../../test/work.ts';
import { startWorker } from '../../test/worker.ts';
import { DEAD_LETTER_HEADER } from './dead-letter.ts';

describe('a message that can not be handled', () => {
  let bench: WorkBench;
  beforeAll(async () => {
    bench = await openWorkBench(500);
  });
  afterAll(() => bench.close());

  const letters = async (): Promise<number> => (await bench.admin.streams.info(STREAMS.deadLetters)).state.messages;
  const lastLetter = async () => {
    const { last_seq } = (await bench.admin.streams.info(STREAMS.deadLetters)).state;
    return bench.admin.direct.getMessage(STREAMS.deadLetters, { seq: last_seq });
  };

  it('does not vanish when it kills every process that begins it, and does not kill the n-th', async () => {
    const [sequence] = await bench.put('work.a.x', 'kill');
    for (const n of [1, 2]) {
      const worker = startWorker(bench.nats.url, 3);
      expect(await worker.gone).toBe('SIGKILL');
      expect(worker.lines).toEqual([`began kill ${n}`]);
    }
    const survivor = startWorker(bench.nats.url, 3);
    await eventually(() => survivor.lines.includes('buried kill'));
    await eventually(async () => (await bench.pending('work-a')).unacked === 0);
    survivor.process.kill('SIGKILL');
    expect(survivor.lines).toEqual(['buried kill']);
    const letter = await lastLetter();
    expect(letter?.header.get(DEAD_LETTER_HEADER.cause)).toBe('deliveries-exhausted');
    expect(letter?.header.get(DEAD_LETTER_HEADER.sequence)).toBe(String(sequence));
    expect(letter?.header.get(DEAD_LETTER_HEADER.deliveries)).toBe('3');
  }, 30_000);

  it.each([
    ['a terminal fault', new Fault('plan-cyclic', { retryable: false, message: 'no' }), 'plan-cyclic'],
    ['a defect', new TypeError('undefined is not a function'), 'defect'],
  ])('goes to the dead letters at once after %s: where it was, why and its digest, not the payload', async (_name, error, code) => {
    const before = await letters();
    const headers = newHeaders();
    headers.set('ce-id', 'command-7');
    await bench.bus.connection.request('work.a.x', 'my secret', { timeout: 2_000, headers });
    const causes: string[] = [];
    const host = hostOn(bench.bus, () => Promise.reject(error), { onDeadLetter: async (_message, cause) => void causes.push(cause) });
    await eventually(() => host.counts.deadLettered === 1);
    await host.stop();
    expect(causes).toEqual([code]);
    expect(await letters()).toBe(before + 1);
    const letter = await lastLetter();
    expect(letter?.subject).toMatch(/^dlq\.tester\._\.unknown\.\d+$/);
    expect(letter?.header.get(DEAD_LETTER_HEADER.cause)).toBe(code);
    expect(letter?.header.get(DEAD_LETTER_HEADER.subject)).toBe('work.a.x');
    expect(letter?.header.get(DEAD_LETTER_HEADER.stream)).toBe('WORK');
    expect(letter?.header.get(DEAD_LETTER_HEADER.digest)).toBe(createHash('sha256').update('my secret').digest('hex'));
    expect(letter?.header.get('ce-id')).toBe('command-7');
    expect(letter?.data).toHaveLength(0);
    expect(await bench.pending('work-a')).toEqual({ unacked: 0, undelivered: 0 });
  });

  it('is tried again after retryable faults until the last try, which dead-letters it under its own cause', async () => {
    const tries: number[] = [];
    await bench.put('work.a.x', 'flaky');
    const host = hostOn(
      bench.bus,
      async (message) => {
        tries.push(message.deliveries);
        throw new Fault('model-unavailable', { retryable: true, message: 'later' });
      },
      { maxDeliveries: 4, retry: { baseMs: 5, capMs: 20 } },
    );
    await eventually(() => host.counts.deadLettered === 1);
    await host.stop();
    expect(tries).toEqual([1, 2, 3]);
    expect((await lastLetter())?.header.get(DEAD_LETTER_HEADER.cause)).toBe('model-unavailable');
  });

  it('stays in the stream while what must follow its dead letter fails, with one dead letter', async () => {
    const before = await letters();
    await bench.put('work.a.x', 'poison', 'fine');
    const handled: string[] = [];
    let refusals = 0;
    const host = hostOn(
      bench.bus,
      async (message) => {
        handled.push(textOf(message));
        if (textOf(message) === 'poison') throw new TypeError('poison');
      },
      {
        retry: { baseMs: 10, capMs: 10 },
        onDeadLetter: async () => {
          if (++refusals < 3) throw new Fault('log-unavailable', { retryable: true, message: 'not now' });
        },
      },
    );
    await eventually(() => host.counts.deadLettered === 1);
    await host.stop();
    expect(refusals).toBe(3);
    expect(handled).toContain('fine');
    expect(await letters()).toBe(before + 1);
  });
});
