import { aggregatePrefix, scope } from '@octobus/contracts';
import type { EventLog, StoredMessage } from '@octobus/event-log';
import { DEAD_LETTER_HEADER, type WaitingMessages } from '@octobus/jetstream';
import type { SubjectName } from '@octobus/sealing';
import { type About, aboutLetter, aboutWhom } from './person-of.ts';

export interface SweepOptions {
  readonly log: EventLog;
  readonly commands: Pick<WaitingMessages, 'under' | 'erase'>;
  readonly letters: Pick<WaitingMessages, 'under' | 'erase'>;
  readonly doorKey: string;
}

/** Deletes commands of a person that wait for screening, and their dead letters: none of them may be read, tried again or redriven. Answers how many. */
export async function sweepWaiting({ log, commands, letters, doorKey }: SweepOptions, person: SubjectName): Promise<number> {
  const isTheirs = async (about: About | undefined): Promise<boolean> => {
    if (about === undefined) return false;
    return ('person' in about ? about.person : await personOf(log, about)) === person.subject;
  };
  let deleted = 0;
  const sweep = async (
    from: Pick<WaitingMessages, 'under' | 'erase'>,
    filter: string,
    about: (message: StoredMessage) => About | undefined,
  ) => {
    for await (const message of from.under(filter)) {
      if (!(await isTheirs(about(message)))) continue;
      await from.erase(message.sequence);
      deleted++;
    }
  };
  await sweep(commands, `ingress.${person.tenant}.*`, (message) => aboutWhom(message, doorKey));
  await sweep(letters, `dlq.*.${person.tenant}.>`, (message) => aboutWhom(asItWas(message), doorKey) ?? aboutLetter(message.subject));
  return deleted;
}

const asItWas = ({ header, data }: StoredMessage) => ({ subject: header(DEAD_LETTER_HEADER.subject) ?? '', header, data });

/** As the request says that made the aggregate. */
async function personOf(log: EventLog, { aggregate }: Extract<About, { readonly aggregate: unknown }>): Promise<string | undefined> {
  const events = await log.load([scope.requests(aggregatePrefix(aggregate))]);
  const data = events
    .map(({ body }) => body.data as { readonly dataSubject?: unknown })
    .find(({ dataSubject }) => dataSubject !== undefined);
  return typeof data?.dataSubject === 'string' ? data.dataSubject : undefined;
}
