import { type EventLog, type RecordedEvent } from '@octobus/event-log';
import { eventLogContract } from '@octobus/event-log/testing';
import { Chance } from './chance.ts';
import { FAULTS_END_MS, FaultsAtWork, type PlannedFault } from './faults.ts';
import { Process } from './process.ts';
import { Scheduler } from './scheduler.ts';
import { Server } from './server.ts';
import { ServerLog } from './server-log.ts';

/** Simulated time goes on while somebody waits for an answer. */
function driven(log: EventLog, scheduler: Scheduler): EventLog {
  const drive = async <T>(asked: Promise<T>): Promise<T> => {
    let settled = false;
    const done = asked.finally(() => {
      settled = true;
    });
    done.catch(() => undefined);
    while (!settled) {
      await scheduler.run(() => settled, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
      await new Promise(setImmediate);
    }
    return done;
  };
  return {
    append: (event, expected) => drive(log.append(event, expected)),
    load: (filters, options) => drive(log.load(filters, options)),
    last: (subject) => drive(log.last(subject)),
    lastSequence: (options) => drive(log.lastSequence(options)),
    read: async function* (filter, from): AsyncIterable<readonly RecordedEvent[]> {
      const batches = log.read(filter, from)[Symbol.asyncIterator]();
      for (let next = await drive(batches.next()); next.done !== true; next = await drive(batches.next())) yield next.value;
    },
  };
}

const noisy = (kind: PlannedFault['kind']): PlannedFault => ({ kind, at: 0, forMs: FAULTS_END_MS, odds: 0.1, most: 100 });

/** What every event log promises holds over a quiet network, and over one that loses, repeats and delays. */
for (const [name, kinds] of [
  ['a simulated log', []],
  ['a simulated log behind a bad network', ['drop', 'duplicate', 'delay', 'reorder']],
] as const) {
  eventLogContract(name, async () => {
    const scheduler = new Scheduler(false, Date.now());
    const faults = new FaultsAtWork(new Chance('contract'));
    for (const kind of kinds) faults.begin(noisy(kind), Number.POSITIVE_INFINITY);
    let dropped = 0;
    const server = new Server({ scheduler, chance: new Chance('server'), onDropped: () => void dropped++ });
    const process = new Process('reader', scheduler, faults);
    const log = new ServerLog({ process, server, chance: new Chance('log') });
    return {
      log: driven(log, scheduler),
      plant: async (subject, headers, body) => server.log.plant(subject, headers, body),
      dropped: () => dropped,
      close: async () => undefined,
    };
  });
}
