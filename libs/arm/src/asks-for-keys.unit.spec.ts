import { describe, expect, it } from '@jest/globals';
import { instructionName } from '@octobus/contracts';
import type { Delivery } from '@octobus/event-log';
import { Fault } from '@octobus/kernel';
import { KeyRing, KeyedSealing } from '@octobus/sealing';
import { createLogger, noTracing } from '@octobus/telemetry';
import { type ArmBench, START, openArmBench } from '../test/arm-bench.ts';
import { ArmHandler } from './arm-handler.ts';

const PERSON = '5a0c2f57-2f8e-8b1a-9d31-7c04be19a6f2';

/** A process that holds no key yet, beside a vault that gives them to open attempts alone. */
function process({ log, facets }: ArmBench) {
  let asked = 0;
  const ask = async (): Promise<Uint8Array> => {
    asked++;
    if ((await facets()).some((facet) => facet === 'done' || facet === 'closed'))
      throw new Fault('vault-refused', { retryable: false, message: 'there is no such open attempt' });
    return Buffer.alloc(32, 7);
  };
  let performed = 0;
  const worker = {
    arm: 'noop',
    perform: () => {
      performed++;
      return Promise.resolve({ parts: [{ name: 'answer', text: 'a secret' }] });
    },
  };
  const sealing = new KeyedSealing(new KeyRing({ ask }));
  const handler = new ArmHandler({ log, sealing, worker, logger: createLogger('test', 'silent'), tracing: noTracing, clock: () => START });
  return { handler, asked: () => asked, performed: () => performed };
}

function aboutPerson(delivery: Delivery): Delivery {
  const { event } = delivery;
  return { ...delivery, event: { ...event, envelope: { ...event.envelope, dataSubject: PERSON } } };
}

describe('an arm', () => {
  it('seals its outcome with the key that it is given for the open attempt', async () => {
    const bench = await openArmBench({ content: [{ name: instructionName('s1'), text: 'look' }] });
    const { handler, asked } = process(bench);
    await handler.handle(aboutPerson(bench.delivery()));
    expect(await bench.facets()).toEqual(['done']);
    const [outcome] = await bench.log.load(['evt.*.*.task.*.arm.>']);
    expect(JSON.stringify(outcome)).not.toContain('a secret');
    expect(asked()).toBe(1);
  });

  it.each(['done', 'closed'])('needs no key to see that an attempt is %s: another process lets its dispatch go', async (end) => {
    const bench = await openArmBench();
    if (end === 'done') await process(bench).handler.handle(aboutPerson(bench.delivery()));
    else await bench.close();
    const { handler, asked, performed } = process(bench);
    await handler.handle(aboutPerson(bench.delivery(2)));
    await handler.giveUp(aboutPerson(bench.delivery(13)), 'deliveries-exhausted');
    expect(asked()).toBe(0);
    expect(performed()).toBe(0);
    expect(await bench.facets()).toEqual([end]);
  });
});
