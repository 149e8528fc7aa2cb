import type { EventLog, RecordedEvent } from '@octobus/event-log';
import type { Pulled } from '@octobus/jetstream';
import { Projector } from '../../apps/projector/src/projector.ts';
import type { ReadModelStore } from '../../apps/projector/src/read-model-store.ts';
import { type HostWorld, Puller } from './host.ts';

const BATCH = 50;
const REST_MS = 100;
const CATCH_UP_MS = 10_000;

/** A real projector on the durable of the projection: batches, each again until it is folded. */
export function startProjector(world: HostWorld & { readonly log: EventLog }, store: ReadModelStore): void {
  const projector = new Projector({ log: world.log, stream: 'EVENTS', store, batchSize: 200 });
  const { process, chance } = world;
  let waiting: Pulled[] = [];
  let working = false;
  const puller = new Puller(world, {
    durable: 'projection',
    prefetch: 4 * BATCH,
    room: () => 4 * BATCH - waiting.length,
    onMessage: (message) => {
      waiting.push(message);
      void work();
    },
  });
  async function work(): Promise<void> {
    if (working) return;
    working = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH);
      if (await folded(batch)) waiting = waiting.slice(batch.length);
      puller.refill();
      await process.pause(REST_MS * (1 + chance.next()));
    }
    working = false;
  }
  async function folded(batch: readonly Pulled[]): Promise<boolean> {
    try {
      await projector.acceptAll(batch.flatMap(({ info }): RecordedEvent[] => [world.server.log.at(info.sequence) ?? []].flat()));
    } catch {
      return false;
    }
    batch
      .toSorted((a, b) => a.info.sequence - b.info.sequence)
      .at(-1)
      ?.ack();
    return true;
  }
  async function start(): Promise<void> {
    try {
      await projector.start();
    } catch {
      process.after(500, () => void start());
    }
  }
  void start();
  process.every(CATCH_UP_MS, () => void projector.catchUp().catch(() => undefined));
}
