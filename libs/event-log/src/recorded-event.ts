import {
  EVENT_SCHEMAS,
  type EventAddress,
  type EventBody,
  fitsSchema,
  fitsSubject,
  fromHeaders,
  isEventType,
  parseEventSubject,
} from '@octobus/contracts';
import { Fault } from '@octobus/kernel';
import type { Expectation, NewEvent, RecordedEvent } from './event-log.ts';
import { LOG_FAULTS } from './faults.ts';
import { matchesFilter } from './matches-filter.ts';

/** A message as a log stores it, before anybody has looked whether it is an event. */
export interface StoredMessage {
  readonly subject: string;
  readonly sequence: number;
  readonly storedAt: number;
  readonly header: (name: string) => string | undefined;
  readonly data: Uint8Array;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Undefined for what is no event: a subject we would not write, no envelope, a type that has no business at the subject, another aggregate's
 * correlation, a body that isn't JSON or not the type's. The server checks who may write a subject; what stands there is checked here.
 */
export function toRecordedEvent(stored: StoredMessage): RecordedEvent | undefined {
  const address = parseEventSubject(stored.subject);
  const envelope = address === undefined ? undefined : fromHeaders(stored.header);
  if (address === undefined || envelope === undefined || !belongs(envelope.type, envelope.correlation, address)) return undefined;
  const data = parseJson(stored.data);
  if (data === undefined || (isEventType(envelope.type) && !fitsSchema(EVENT_SCHEMAS[envelope.type], data))) return undefined;
  const { subject, sequence, storedAt } = stored;
  const body = isEventType(envelope.type) ? ({ type: envelope.type, data } as EventBody) : ({ type: 'unknown', data } as const);
  return { subject, address, sequence, storedAt, envelope, body };
}

const belongs = (type: string, correlation: string, address: EventAddress): boolean =>
  correlation === address.id && (!isEventType(type) || fitsSubject(type, address));

function parseJson(data: Uint8Array): unknown {
  try {
    const value: unknown = JSON.parse(utf8.decode(data));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Throws Fault `log-refused` for an event that readers would drop, or an expectation that doesn't cover it. */
export function assertWritable({ subject, envelope, body }: NewEvent, expected: Expectation): void {
  const address = parseEventSubject(subject);
  if (address === undefined) throw refused('the subject is no event subject', subject);
  if (envelope.type !== body.type) throw refused(`the envelope says ${envelope.type}, the body ${body.type}`, subject);
  if (envelope.correlation !== address.id) throw refused('the correlation is not the aggregate of the subject', subject);
  if (!fitsSubject(body.type, address)) throw refused(`${body.type} has no business there`, subject);
  if (!matchesFilter(expected.filter, subject)) throw refused('the expectation does not cover the subject', subject);
}

/** Throws Fault `log-refused` unless the subject names exactly one event: a wildcard would read another one. */
export function assertReadable(subject: string): void {
  if (parseEventSubject(subject) === undefined) throw refused('the subject is no event subject', subject);
}

const refused = (message: string, subject: string): Fault =>
  new Fault(LOG_FAULTS.refused, { retryable: false, message, details: { subject: subject.slice(0, 200) } });
