import { eventLogContract, seekableLogContract } from '@octobus/event-log/testing';
import { headers as newHeaders } from '@nats-io/transport-node';
import { openTestBus } from '../../test/bus.ts';
import { ConsumedEventLog } from './consumed-event-log.ts';
import { JetStreamEventLog } from './jetstream-event-log.ts';

const make = async (Log: typeof JetStreamEventLog = JetStreamEventLog) => {
  const { bus, close } = await openTestBus();
  const log = new Log(bus, { batch: 256 });
  return {
    log,
    plant: async (subject: string, pairs: readonly (readonly [string, string])[], body: string) => {
      const headers = newHeaders();
      for (const [name, value] of pairs) headers.append(name, value);
      return (await bus.connection.request(subject, body, { headers, timeout: 2_000 })).json<{ seq: number }>().seq;
    },
    dropped: () => log.dropped,
    close,
  };
};

eventLogContract('JetStreamEventLog', () => make());
seekableLogContract('JetStreamEventLog', () => make());
eventLogContract('ConsumedEventLog', () => make(ConsumedEventLog));
