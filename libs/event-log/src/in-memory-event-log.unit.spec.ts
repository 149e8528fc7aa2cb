import { InMemoryEventLog } from './in-memory-event-log.ts';
import { eventLogContract } from './testing/event-log.contract.ts';

eventLogContract('InMemoryEventLog', async () => {
  let dropped = 0;
  const log = new InMemoryEventLog({ onDropped: () => void dropped++ });
  return {
    log,
    plant: async (subject, headers, body) => log.plant(subject, headers, body),
    dropped: () => dropped,
    close: async () => undefined,
  };
});
