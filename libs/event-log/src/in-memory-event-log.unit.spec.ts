import { InMemoryEventLog } from './in-memory-event-log.ts';
import { eventLogContract, seekableLogContract } from './testing/event-log.contract.ts';

const make = async () => {
  let dropped = 0;
  const log = new InMemoryEventLog({ onDropped: () => void dropped++ });
  return {
    log,
    plant: async (subject: string, headers: readonly (readonly [string, string])[], body: string) => log.plant(subject, headers, body),
    dropped: () => dropped,
    close: async () => undefined,
  };
};

eventLogContract('InMemoryEventLog', make);
seekableLogContract('InMemoryEventLog', make);
