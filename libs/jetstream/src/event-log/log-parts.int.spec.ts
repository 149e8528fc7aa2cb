import { eventLogContract } from '@octobus/event-log/testing';
import { headers as newHeaders } from '@nats-io/transport-node';
import { openTestBus } from '../../test/bus.ts';
import { logParts, wholeLog } from './log-parts.ts';

eventLogContract('A log on four streams', async () => {
  const { bus, close } = await openTestBus(undefined, 4);
  let dropped = 0;
  return {
    log: wholeLog(logParts(bus, 4, { batch: 256, onDropped: () => void dropped++ })),
    parts: 4,
    plant: async (subject, pairs, body) => {
      const headers = newHeaders();
      for (const [name, value] of pairs) headers.append(name, value);
      return (await bus.connection.request(subject, body, { headers, timeout: 2_000 })).json<{ seq: number }>().seq;
    },
    dropped: () => dropped,
    close,
  };
});
