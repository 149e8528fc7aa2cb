import { type AggregateAddress, type Envelope, type EventBody, aggregatePrefix } from '@octobus/contracts';
import type { EventLog, RecordedEvent } from '@octobus/event-log';
import { Fault, type Instant, formatInstant, uuidv7 } from '@octobus/kernel';
import type { Sealing } from '@octobus/sealing';
import type { LogRoom } from '@octobus/service';
import { type RandomBytes, randomBytesPooled } from '@octobus/telemetry';
import { type Command, refuse } from './command.ts';
import { saysTheSame } from './repetition.ts';

/** What an event's envelope says of the command that led to it. */
export type Sender = Pick<Command, 'verb' | 'signed' | 'causation' | 'actor' | 'origin'> & Partial<Pick<Command, 'traceparent'>>;

export interface RecordsOptions {
  readonly log: EventLog;
  readonly sealing: Sealing;
  readonly clock: () => Instant;
  readonly random?: RandomBytes;
  readonly room?: LogRoom | undefined;
}

/** What was recorded is compared by its clear facts. */
const RECORDED_ONLY = { wanted: () => false };

/** What commands lead to, each once: sealed, in its place, and never over something else that stands there. */
export class CommandRecords {
  private readonly options: RecordsOptions;
  /** Seals what is recorded. */
  readonly log: EventLog;

  constructor(options: RecordsOptions) {
    this.options = options;
    this.log = options.sealing.around(options.log, RECORDED_ONLY);
  }

  /**
   * True when it was not there yet. Fault `command-conflict` when something else stands there: two commands have one id. `before`: as an earlier release
   * has recorded it.
   */
  async once(command: Sender, address: AggregateAddress, place: string, body: EventBody, before?: () => EventBody): Promise<boolean> {
    const earlier = await this.append(command, address, place, body);
    if (earlier === undefined) return true;
    if (saysTheSame(earlier, body)) return false;
    if (before !== undefined && saysTheSame(earlier, before())) return false;
    throw refuse('command-conflict', 'another command has this id already');
  }

  /** What stands there already, when something does: the command, or another with its id, was here before. */
  async append(
    command: Sender,
    address: AggregateAddress,
    place: string,
    body: EventBody,
    dataSubject = (body.data as { readonly dataSubject?: string }).dataSubject,
  ): Promise<RecordedEvent['body'] | undefined> {
    const subject = `${aggregatePrefix(address)}.${place}`;
    if (place.startsWith('request.') || address.aggregate === 'audit') await this.mustFit(command, subject);
    const event = { subject, envelope: this.envelope(command, address.id, body, dataSubject), body };
    const appended = await this.log.append(event, { filter: subject, sequence: 0 });
    if (!('conflict' in appended)) {
      this.options.room?.seen({ subject, sequence: appended.sequence });
      return undefined;
    }
    const earlier = await this.log.last(subject);
    // Something stands there, or the append would not have been refused: the server of a cluster that was asked is behind.
    if (earlier === undefined)
      throw new Fault('log-unavailable', { retryable: true, message: 'the log does not show what stands there yet' });
    return earlier.body;
  }

  /** A full log takes no new command, nor the key of a person for its sake; one that it has already is only being repeated. */
  async mustFit({ verb, signed }: Sender, subject: string): Promise<void> {
    if (this.options.room?.refuses({ verb, admitted: signed }) !== true) return;
    if ((await this.log.last(subject)) === undefined) throw refuse('log-full', 'the log has reached its limit');
  }

  envelope(command: Sender, correlation: string, body: EventBody, dataSubject: string | undefined): Envelope {
    const now = this.options.clock();
    return {
      id: uuidv7(now, (this.options.random ?? randomBytesPooled)(16)),
      type: body.type,
      source: 'octobus/reflex',
      time: formatInstant(now),
      correlation,
      causation: command.causation,
      actor: command.actor,
      origin: command.origin,
      ...(command.traceparent === undefined ? {} : { traceparent: command.traceparent }),
      ...(dataSubject === undefined ? {} : { dataSubject }),
    };
  }
}
