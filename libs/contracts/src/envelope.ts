/** CloudEvents 1.0 attributes in NATS binary mode plus extensions of ours; every event carries them as message headers. */
export interface Envelope {
  /** UUIDv7. */
  readonly id: string;
  /** e.g. `task.accepted.v1`. */
  readonly type: string;
  /** e.g. `octobus/orchestrator`. */
  readonly source: string;
  /** RFC 3339, UTC. */
  readonly time: string;
  /** The task (or other aggregate) that the event is part of. */
  readonly correlation: string;
  /** Id of the event or command that led to this one. */
  readonly causation: string;
  /** Opaque id of who acted: a key, a service. */
  readonly actor: string;
  /** By what way the call came that this event records; of request events and denials. */
  readonly origin?: CallOrigin;
  /** W3C trace context. */
  readonly traceparent?: string;
  /** Token of the data subject whose content the event may hold. */
  readonly dataSubject?: string;
}

/** `cli` is what a client says of itself; `platform`: the operator's own machine, `redrive`: a dead letter that was asked for again, `schedule`: a firing. */
export const CALL_ORIGINS = ['rest', 'cli', 'nats', 'platform', 'redrive', 'schedule'] as const;
export type CallOrigin = (typeof CALL_ORIGINS)[number];

/** First word of the `User-Agent` by which the command line makes itself known. */
export const CLI_AGENT = 'octobus-cli';

/** Undefined for anything else. */
export const callOriginOf = (text: string | undefined): CallOrigin | undefined => CALL_ORIGINS.find((origin) => origin === text);

export const HEADER = {
  id: 'ce-id',
  type: 'ce-type',
  source: 'ce-source',
  time: 'ce-time',
  subject: 'ce-subject',
  specVersion: 'ce-specversion',
  correlation: 'octo-correlation',
  causation: 'octo-causation',
  actor: 'octo-actor',
  origin: 'octo-origin',
  traceparent: 'traceparent',
  dataSubject: 'octo-data-subject',
  /** HMAC of a command by the gateway: what it says of actor and target is believed. */
  door: 'octo-door',
  /** Of a piece of content: subject of the event that is to name it. */
  namedBy: 'octo-named-by',
} as const;

export function toHeaders(envelope: Envelope): [string, string][] {
  const headers: [string, string][] = [
    [HEADER.specVersion, '1.0'],
    [HEADER.id, envelope.id],
    [HEADER.type, envelope.type],
    [HEADER.source, envelope.source],
    [HEADER.time, envelope.time],
    [HEADER.subject, envelope.correlation],
    [HEADER.correlation, envelope.correlation],
    [HEADER.causation, envelope.causation],
    [HEADER.actor, envelope.actor],
  ];
  if (envelope.origin !== undefined) headers.push([HEADER.origin, envelope.origin]);
  if (envelope.traceparent !== undefined) headers.push([HEADER.traceparent, envelope.traceparent]);
  if (envelope.dataSubject !== undefined) headers.push([HEADER.dataSubject, envelope.dataSubject]);
  return headers;
}

/** Undefined when a required attribute is missing. */
export function fromHeaders(get: (name: string) => string | undefined): Envelope | undefined {
  const id = get(HEADER.id);
  const type = get(HEADER.type);
  const correlation = get(HEADER.correlation);
  if (!id || !type || !correlation) return undefined;
  const traceparent = get(HEADER.traceparent);
  const origin = callOriginOf(get(HEADER.origin));
  const dataSubject = get(HEADER.dataSubject);
  return {
    id,
    type,
    correlation,
    source: get(HEADER.source) ?? '',
    time: get(HEADER.time) ?? '',
    causation: get(HEADER.causation) ?? '',
    actor: get(HEADER.actor) ?? '',
    ...(origin === undefined ? {} : { origin }),
    ...(traceparent ? { traceparent } : {}),
    ...(dataSubject ? { dataSubject } : {}),
  };
}
