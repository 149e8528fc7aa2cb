import { aggregatePrefix, scope } from '@octobus/contracts';
import type { EventLog, StoredMessage } from '@octobus/event-log';
import { DEAD_LETTER_HEADER, type WaitingMessages } from '@octobus/jetstream';
import type { SubjectName } from '@octobus/sealing';
import { type About, aboutLetter, aboutWhom, submittedBy } from './person-of.ts';

export interface SweepOptions {
  readonly log: EventLog;
  readonly commands: Pick<WaitingMessages, 'under' | 'erase'>;
  readonly letters: Pick<WaitingMessages, 'under' | 'erase'>;
  readonly doorKey: string;
}

/** Deletes commands of a person that wait for screening, and their dead letters: none of them may be read, tried again or redriven. Answers how many. */
export async function sweepWaiting(options: SweepOptions, person: SubjectName): Promise<number> {
  const { commands, letters, doorKey } = options;
  const sweep = new Sweep(options, person);
  await sweep.through(commands, `ingress.${person.tenant}.*`, (message) => aboutWhom(message, doorKey));
  await sweep.through(letters, `dlq.*.${person.tenant}.>`, (letter) => aboutWhom(asItWas(letter), doorKey) ?? aboutLetter(letter.subject));
  await sweep.withTheirTasks();
  return sweep.deleted;
}

type Waiting = Pick<WaitingMessages, 'under' | 'erase'>;

class Sweep {
  deleted = 0;
  private readonly options: SweepOptions;
  private readonly person: SubjectName;
  /** Tasks whose submission waited, and was deleted. */
  private readonly submitted = new Set<string>();
  /** What is about an aggregate that the log doesn't know: its submission may wait, too, also behind. */
  private readonly undecided: { readonly from: Waiting; readonly sequence: number; readonly id: string }[] = [];

  constructor(options: SweepOptions, person: SubjectName) {
    this.options = options;
    this.person = person;
  }

  async through(from: Waiting, filter: string, aboutOf: (message: StoredMessage) => About | undefined): Promise<void> {
    for await (const message of from.under(filter)) {
      const about = aboutOf(message);
      if (about === undefined) continue;
      const person = 'person' in about ? about.person : await personOf(this.options.log, about);
      if (person === this.person.subject) await this.erase(from, message);
      else if (person === undefined && 'aggregate' in about)
        this.undecided.push({ from, sequence: message.sequence, id: about.aggregate.id });
    }
  }

  async withTheirTasks(): Promise<void> {
    for (const { from, sequence, id } of this.undecided) {
      if (!this.submitted.has(id)) continue;
      await from.erase(sequence);
      this.deleted++;
    }
  }

  private async erase(from: Waiting, message: StoredMessage): Promise<void> {
    await from.erase(message.sequence);
    this.deleted++;
    const task = submittedBy(asItWas(message), this.options.doorKey);
    if (task !== undefined) this.submitted.add(task);
  }
}

/** A dead letter as the command that it was; what waits is one. */
const asItWas = ({ subject, header, data }: StoredMessage) => ({ subject: header(DEAD_LETTER_HEADER.subject) ?? subject, header, data });

/** As the request says that made the aggregate. */
async function personOf(log: EventLog, { aggregate }: Extract<About, { readonly aggregate: unknown }>): Promise<string | undefined> {
  const events = await log.load([scope.requests(aggregatePrefix(aggregate))]);
  const data = events
    .map(({ body }) => body.data as { readonly dataSubject?: unknown })
    .find(({ dataSubject }) => dataSubject !== undefined);
  return typeof data?.dataSubject === 'string' ? data.dataSubject : undefined;
}
