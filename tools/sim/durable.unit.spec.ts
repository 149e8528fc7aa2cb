import type { Pulled } from '@octobus/jetstream';
import { durableContract } from '../../libs/jetstream/test/durable.contract.ts';
import { Chance } from './chance.ts';
import { type Fate, FaultsAtWork } from './faults.ts';
import { Puller } from './host.ts';
import { Process } from './process.ts';
import { Scheduler } from './scheduler.ts';
import { Server } from './server.ts';

const ACK_WAIT_MS = 1_000;
const MAX_ACK_PENDING = 20;
const EMPTY = new Uint8Array(0);

/** On the simulated network messages overtake each other; here the server alone is looked at. */
class StillNetwork extends FaultsAtWork {
  override fate(): Fate {
    return [1];
  }
}

durableContract('a simulated server', async () => {
  const scheduler = new Scheduler(false);
  const chance = new Chance('durable');
  const server = new Server({
    scheduler,
    chance,
    durables: [
      {
        name: 'work',
        stream: 'ingress',
        filters: ['work.>'],
        ackWaitMs: ACK_WAIT_MS,
        ackPolicy: 'explicit',
        maxAckPending: MAX_ACK_PENDING,
      },
    ],
  });
  const world = {
    chance,
    server,
    process: new Process('worker', scheduler, new StillNetwork(chance)),
    bury: () => undefined,
    tell: () => undefined,
    messageAt: () => ({ subject: 'work.1', storedAt: 0, data: EMPTY, header: () => undefined, headers: {} }),
  };
  return {
    ackWaitMs: ACK_WAIT_MS,
    maxAckPending: MAX_ACK_PENDING,
    put: async (n) => {
      for (let i = 0; i < n; i++) server.command({ subject: `work.${i}`, headers: {}, payload: EMPTY });
    },
    pull: (most) => {
      const got: Pulled[] = [];
      const options = {
        durable: 'work',
        prefetch: most,
        room: () => most - got.length,
        onMessage: (message: Pulled) => void got.push(message),
      };
      return { got, source: new Puller(world, options) };
    },
    pass: async (ms) => {
      await scheduler.run(() => false, scheduler.now + ms, Number.POSITIVE_INFINITY);
    },
    close: async () => undefined,
  };
});
