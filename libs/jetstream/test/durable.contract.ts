import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Pulled, Source } from '../src/consumer/host-ports.ts';

/** What a durable has brought to one who pulls, in order. */
export interface Puller {
  readonly got: readonly Pulled[];
  readonly source: Source;
}

/** A durable of explicit acknowledgements with nothing in it, and its time. */
export interface DurableUnderTest {
  readonly ackWaitMs: number;
  readonly maxAckPending: number;
  /** Stores so many messages for it. */
  put(n: number): Promise<void>;
  /** Pulls as long as it holds fewer than so many messages that came. */
  pull(most: number): Puller;
  /** Time goes by. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

const counts = ({ got }: Puller): number[] => got.map(({ info }) => info.deliveries);
const sequences = ({ got }: Puller): number[] => got.map(({ info }) => info.sequence);

/** What a durable on a server does with messages: run by nats-server and by the simulation of one. */
export function durableContract(name: string, make: () => Promise<DurableUnderTest>): void {
  describe(`${name} as a durable`, () => {
    let durable: DurableUnderTest;
    let pullers: Puller[] = [];
    beforeAll(async () => {
      durable = await make();
    });
    afterAll(() => durable.close());

    const pull = (most: number): Puller => {
      const puller = durable.pull(most);
      pullers.push(puller);
      return puller;
    };
    const until = async (condition: () => boolean): Promise<void> => {
      for (let i = 0; i < 100 && !condition(); i++) await durable.pass(durable.ackWaitMs / 20);
      expect(condition()).toBe(true);
    };
    /** Everything is acknowledged, and nobody pulls any more. */
    const finish = async (): Promise<void> => {
      for (const { got } of pullers) for (const message of got) message.ack();
      await durable.pass(durable.ackWaitMs / 4);
      await Promise.all(pullers.map(({ source }) => source.close()));
      pullers = [];
    };

    it('gives each message to one of those who pull, once, in order', async () => {
      const [one, two] = [pull(10), pull(10)];
      await durable.pass(durable.ackWaitMs / 10);
      await durable.put(12);
      await until(() => one.got.length + two.got.length === 12);
      const all = [...sequences(one), ...sequences(two)];
      expect(new Set(all).size).toBe(12);
      expect([...counts(one), ...counts(two)].every((count) => count === 1)).toBe(true);
      for (const puller of [one, two]) {
        expect(sequences(puller)).toEqual(sequences(puller).toSorted((a, b) => a - b));
        expect(puller.got.length).toBeGreaterThan(0);
      }
      await finish();
    }, 30_000);

    it('brings a message again when its ack wait is over, not before, and says how often it has', async () => {
      const puller = pull(10);
      await durable.put(1);
      await until(() => puller.got.length === 1);
      await durable.pass(durable.ackWaitMs / 2);
      expect(counts(puller)).toEqual([1]);
      await until(() => puller.got.length === 2);
      expect(counts(puller)).toEqual([1, 2]);
      expect(new Set(sequences(puller)).size).toBe(1);
      puller.got[1]?.ack();
      await durable.pass(durable.ackWaitMs * 1.5);
      expect(puller.got).toHaveLength(2);
      await finish();
    }, 30_000);

    it('waits for one who says that it is still at it', async () => {
      const puller = pull(10);
      await durable.put(1);
      await until(() => puller.got.length === 1);
      for (let i = 0; i < 4; i++) {
        await durable.pass(durable.ackWaitMs / 2);
        puller.got[0]?.progress();
      }
      expect(counts(puller)).toEqual([1]);
      await until(() => puller.got.length === 2);
      await finish();
    }, 30_000);

    it('brings at once, or after the delay, what is given back', async () => {
      const puller = pull(10);
      await durable.put(1);
      await until(() => puller.got.length === 1);
      puller.got[0]?.nak();
      await durable.pass(durable.ackWaitMs / 4);
      expect(counts(puller)).toEqual([1, 2]);
      puller.got[1]?.nak(durable.ackWaitMs / 2);
      await durable.pass(durable.ackWaitMs / 4);
      expect(counts(puller)).toEqual([1, 2]);
      await durable.pass(durable.ackWaitMs / 2);
      expect(counts(puller)).toEqual([1, 2, 3]);
      await finish();
    }, 30_000);

    it('never brings again what is given up, nor what is acknowledged late', async () => {
      const puller = pull(10);
      await durable.put(2);
      await until(() => puller.got.length === 2);
      puller.got[0]?.term('enough');
      await until(() => puller.got.length === 3);
      expect(sequences(puller)[2]).toBe(sequences(puller)[1]);
      puller.got[1]?.ack();
      await durable.pass(durable.ackWaitMs * 2);
      expect(puller.got).toHaveLength(3);
      await finish();
    }, 30_000);

    it('has no more on the way than may be unacknowledged', async () => {
      const puller = pull(100);
      await durable.put(durable.maxAckPending + 5);
      await until(() => puller.got.length === durable.maxAckPending);
      await durable.pass(durable.ackWaitMs / 4);
      expect(puller.got).toHaveLength(durable.maxAckPending);
      puller.got[0]?.ack();
      await until(() => puller.got.length === durable.maxAckPending + 1);
      await finish();
      const rest = pull(100);
      await until(() => rest.got.length === 4);
      await finish();
    }, 30_000);
  });
}
