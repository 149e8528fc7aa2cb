import { UPCASTERS, type Upcasters, fitsSubject, fromHeaders, isNewerVersion, parseEventSubject, readBody } from '@octobus/contracts';
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
 * correlation, a body that isn't JSON or not the type's. The server checks who may write a subject; what stands there is checked here. What an earlier
 * release wrote in an older version is read as the present one.
 */
export function toRecordedEvent(stored: StoredMessage, registry: Upcasters = UPCASTERS): RecordedEvent | undefined {
  const address = parseEventSubject(stored.subject);
  const envelope = address === undefined ? undefined : fromHeaders(stored.header);
  if (address === undefined || envelope === undefined || envelope.correlation !== address.id) return undefined;
  const data = parseJson(stored.data);
  const body = data === undefined ? undefined : readBody(envelope.type, data, address, registry);
  if (body === undefined) return undefined;
  const { subject, sequence, storedAt } = stored;
  const event = { subject, address, sequence, storedAt, envelope, body };
  return body.data === data ? event : { ...event, written: data };
}

/**
 * Throws Fault `release-too-old` (retryable: a newer instance may take it) for an event in a later version than this release knows. For whoever acts on
 * events; whoever only shows or counts them skips it.
 */
export function assertKnownVersion({ envelope, body, sequence }: RecordedEvent): void {
  if (body.type === 'unknown' && isNewerVersion(envelope.type)) throw releaseTooOld(envelope.type, sequence);
}

export const releaseTooOld = (type: string, sequence: number): Fault =>
  new Fault(LOG_FAULTS.releaseTooOld, {
    retryable: true,
    message: `event ${sequence} was written by a newer release of Octobus (${type.slice(0, 100)}): this one can't act on it, start the newer one`,
    details: { sequence },
  });

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
