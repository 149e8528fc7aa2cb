import { randomBytes } from 'node:crypto';
import {
  type Envelope,
  type EventAddress,
  type EventBody,
  aggregatePrefix,
  parseEventSubject,
  scope,
  subjectToken,
} from '@octobus/contracts';
import type { EventLog, RecordedEvent } from '@octobus/event-log';
import type { DeadLetters, StoredLetter } from '@octobus/jetstream';
import { type Instant, formatInstant, isFault, uuidv7 } from '@octobus/kernel';
import { SEALING_FAULTS, type Sealing, openEach, openedForReader } from '@octobus/sealing';
import { asItCame } from './as-it-came.ts';
import { type Person, type Redrive, type Sending, redriveCommand, redriveEvent } from './redrive.ts';

export interface LetterKeeperOptions {
  readonly log: EventLog;
  readonly letters: Pick<DeadLetters, 'find' | 'remove'>;
  /** Resolves when the command is durable in INGRESS. */
  readonly send: (command: Sending) => Promise<unknown>;
  readonly doorKey: string;
  readonly sealing: Sealing;
  readonly clock: () => Instant;
}

export const LETTER_REQUESTS = 'evt.*.*.letter.*.request.>';

/**
 * Does what is asked of dead letters; the only one who may touch them. Every step may be done twice: a command that is sent again is the same command,
 * a fact has one place, a letter that is gone stays gone. Whoever dies in between, the next one goes on.
 */
export class LetterKeeper {
  private readonly options: LetterKeeperOptions;

  constructor(options: LetterKeeperOptions) {
    this.options = options;
  }

  /** Everything that was ever asked and has no answer yet, or whose letter is still there. One that fails keeps no other back. */
  async catchUp(): Promise<void> {
    let failure: { readonly error: unknown } | undefined;
    for await (const requests of this.options.log.read(LETTER_REQUESTS, 1)) {
      for (const request of requests) await this.handle(request).catch((error: unknown) => (failure ??= { error }));
    }
    if (failure !== undefined) throw failure.error;
  }

  async handle(request: RecordedEvent): Promise<void> {
    const facts = await this.options.log.load(answersTo(request));
    const settled = facts.some(({ body }) => body.type === 'letter.redriven.v1' || body.type === 'letter.dropped.v1');
    const letter = await this.letterOf(request);
    if (settled) return this.forget(letter);
    if (facts.some(({ body }) => body.type === 'letter.redrive-refused.v1')) return;
    if (request.body.type === 'letter.redrive-requested.v1') await this.redrive(request, letter);
    else if (request.body.type === 'letter.drop-requested.v1') await this.drop(request, letter);
  }

  /** Only a tenant's own. */
  private async letterOf({ address }: RecordedEvent): Promise<StoredLetter | undefined> {
    const letter = await this.options.letters.find(address.id);
    return letter?.tenant === address.tenant ? letter : undefined;
  }

  private async redrive(request: RecordedEvent, letter: StoredLetter | undefined): Promise<void> {
    const redrive: Redrive = letter === undefined ? { refused: 'dead-letter-unknown' } : await this.decide(letter, request);
    const commandId = commandOf(request);
    if ('refused' in redrive) {
      await this.tell(request, refusalOf(commandId), {
        type: 'letter.redrive-refused.v1',
        data: { commandId, code: redrive.refused },
      });
      return;
    }
    const { verb, target } = redrive.send;
    await this.options.send(redrive.send);
    const { service = '', cause = '' } = letter ?? {};
    await this.tell(request, REDRIVEN, { type: 'letter.redriven.v1', data: { commandId, service, cause, verb, target } });
    await this.forget(letter);
  }

  private async decide(letter: StoredLetter, request: RecordedEvent): Promise<Redrive> {
    const sealing = this.options.sealing;
    if (letter.aggregate === 'command' || letter.aggregate === 'unknown') return redriveCommand(await asItCame(letter, sealing));
    const address = parseEventSubject(letter.original.subject);
    if (address === undefined) return { refused: 'dead-letter-unknown' };
    const events = await openEach(await this.options.log.load(decidingOn(address)), (event) => openedForReader(sealing, event));
    const person = await this.personIn(events, address.tenant);
    if (person === 'erased') return { refused: 'content-sealed' };
    const { doorKey } = this.options;
    return redriveEvent(letter, events, { actor: request.envelope.actor, doorKey, ...(person === undefined ? {} : { person }) });
  }

  /** As the aggregate's request says: by a token, or, of before, by what the tenant calls them. */
  private async personIn(events: readonly RecordedEvent[], tenant: string): Promise<Person | 'erased' | undefined> {
    const { doorKey, sealing } = this.options;
    const request = events.find(({ body }) => (body.data as { readonly dataSubject?: string }).dataSubject !== undefined);
    if (request === undefined) return undefined;
    const { dataSubject: named = '' } = request.body.data as { readonly dataSubject?: string };
    const dataSubject = request.envelope.dataSubject ?? subjectToken(doorKey, tenant, named);
    try {
      return { dataSubject, key: await sealing.key({ tenant, subject: dataSubject }) };
    } catch (error) {
      if (isFault(error, SEALING_FAULTS.erased)) return 'erased';
      throw error;
    }
  }

  /** Dropping what is gone is done. */
  private async drop(request: RecordedEvent, letter: StoredLetter | undefined): Promise<void> {
    await this.forget(letter);
    const { service = '', cause = '' } = letter ?? {};
    await this.tell(request, DROPPED, { type: 'letter.dropped.v1', data: { commandId: commandOf(request), service, cause } });
  }

  private async forget(letter: StoredLetter | undefined): Promise<void> {
    if (letter !== undefined) await this.options.letters.remove(letter);
  }

  private async tell(request: RecordedEvent, place: string, body: EventBody): Promise<void> {
    const subject = `${aggregatePrefix(request.address)}.${place}`;
    await this.options.log.append({ subject, envelope: this.envelope(request, body), body }, { filter: subject, sequence: 0 });
  }

  private envelope({ address, envelope }: RecordedEvent, { type }: EventBody): Envelope {
    const now = this.options.clock();
    const { traceparent } = envelope;
    return {
      id: uuidv7(now, randomBytes(16)),
      type,
      source: 'octobus/platform',
      time: formatInstant(now),
      correlation: address.id,
      causation: envelope.id,
      actor: 'platform',
      ...(traceparent === undefined ? {} : { traceparent }),
    };
  }
}

/** Where the letter's end would stand, and the refusal of this very request. */
function answersTo(request: RecordedEvent): readonly string[] {
  const prefix = aggregatePrefix(request.address);
  return [`${prefix}.${REDRIVEN}`, `${prefix}.${DROPPED}`, `${prefix}.${refusalOf(commandOf(request))}`];
}

const REDRIVEN = 'flow.redrive';
const DROPPED = 'flow.drop';
const refusalOf = (command: string): string => `flow.refused.${command}`;

/** What decides whether, and how, an event's aggregate is asked for again: of a task neither results nor notes; of a document the version in question. */
function decidingOn(address: EventAddress): readonly string[] {
  const prefix = aggregatePrefix(address);
  const [, , version = ''] = address.facet;
  if (address.aggregate === 'task') return [scope.requests(prefix), scope.flow(prefix), ...scope.outcomes(prefix), scope.calls(prefix)[0]];
  return [scope.requests(prefix), `${prefix}.flow.version.${version}`];
}

/** `request.<verb>.<command>` */
const commandOf = ({ address }: RecordedEvent): string => address.facet[2] ?? '';
