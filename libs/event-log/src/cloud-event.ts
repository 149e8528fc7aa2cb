import { formatInstant, instantOf, parseInstant } from '@octobus/kernel';
import type { RecordedEvent } from './event-log.ts';

/** CloudEvents 1.0, structured mode (JSON event format, section 3): required attributes first, then extensions, whose names are lower case without hyphens. */
export interface CloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  /** A URI reference. */
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  /** When its writer says that it happened; absent when that is no time. */
  readonly time?: string;
  readonly datacontenttype: 'application/json';
  readonly traceparent?: string;
  readonly octoactor?: string;
  readonly octocausation?: string;
  /** Where it stands: the log's stream, its sequence there in decimal, its subject on the bus, and when the log stored it. */
  readonly octostream: string;
  readonly octosequence: string;
  readonly octosubject: string;
  readonly octostored: string;
  /** Goes on behind this event. */
  readonly octocursor?: string;
  readonly data: unknown;
}

/** An event as it was written, in whatever version. `cursor`: the place behind it in what is being read. */
export function toCloudEvent({ envelope, body, ...event }: RecordedEvent, stream: string, cursor?: string): CloudEvent {
  const { actor, causation, traceparent } = envelope;
  return {
    specversion: '1.0',
    id: attribute(envelope.id) || `${stream}/${event.sequence}`,
    source: uriReference(envelope.source),
    type: attribute(envelope.type) || 'unknown',
    subject: envelope.correlation,
    ...(parseInstant(envelope.time) === undefined ? {} : { time: envelope.time }),
    datacontenttype: 'application/json',
    ...optional('traceparent', traceparent),
    ...optional('octoactor', actor),
    ...optional('octocausation', causation),
    octostream: stream,
    octosequence: String(event.sequence),
    octosubject: event.subject,
    octostored: formatInstant(instantOf(event.storedAt)),
    ...optional('octocursor', cursor),
    data: event.written ?? body.data,
  };
}

/** An attribute must not be empty. */
function optional<N extends string>(name: N, value: string | undefined): { readonly [K in N]?: string } {
  const clean = attribute(value ?? '');
  return clean === '' ? {} : ({ [name]: clean } as { readonly [K in N]?: string });
}

/** Strings of CloudEvents hold no control characters, lone surrogates or non-characters (specification, type system). */
const attribute = (text: string): string => text.toWellFormed().replace(/[\p{Cc}\p{Noncharacter_Code_Point}]/gu, '');

const URI_REFERENCE = /^[A-Za-z0-9\-._~:/?#@!$&'()*+,;=]+$/;

const uriReference = (source: string): string => (URI_REFERENCE.test(source) ? source : encodeURIComponent(attribute(source)) || 'octobus');
