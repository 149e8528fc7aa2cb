import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import type { LogStreamCount } from '@octobus/contracts';
import { type NatsFixture, startNats } from '@octobus/testing';
import { type Bus, connectBus } from '../src/connect.ts';
import { provision } from '../src/provisioning/index.ts';

export interface TestBus {
  readonly nats: NatsFixture;
  readonly bus: Bus;
  readonly admin: JetStreamManager;
  /** One more connection, closed with the rest. */
  connect(name: string): Promise<Bus>;
  close(): Promise<void>;
}

/** A server of the test's own with the streams and durables of the bus and one account for all. */
export async function openTestBus(config = 'jetstream {}\n', logStreams: LogStreamCount = 1): Promise<TestBus> {
  const nats = await startNats({ config });
  const opened: Bus[] = [];
  const open = async (name: string): Promise<Bus> => {
    const bus = await connectBus({ url: nats.url, name });
    opened.push(bus);
    return bus;
  };
  const bus = await open('test');
  await provision(bus.connection, { arms: ['noop'], tenants: [], markers: [], logStreams });
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((one) => one.close()));
    await nats.stop();
  };
  return { nats, bus, admin: await jetstreamManager(bus.connection), connect: open, close };
}
