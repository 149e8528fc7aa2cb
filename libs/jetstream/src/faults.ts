import { LOG_FAULTS } from '@octobus/event-log';

/** Codes of the faults that this package makes. */
export const BUS_FAULTS = {
  logUnavailable: LOG_FAULTS.unavailable,
  logRefused: LOG_FAULTS.refused,
  /** No connection to NATS, or JetStream isn't up; the same call may work later. */
  unavailable: 'bus-unavailable',
  /** NATS does not let this user in. */
  denied: 'bus-denied',
  /** The address of NATS can't be read. */
  addressInvalid: 'bus-address-invalid',
  /** Content can't be read or written just now. */
  contentUnavailable: 'content-unavailable',
  /** CONTENT has nothing under this digest. */
  contentMissing: 'content-missing',
  /** What CONTENT holds is not what the digest says. */
  contentAltered: 'content-altered',
  /** More bytes than allowed. */
  contentTooLarge: 'content-too-large',
  /** The stream does not take this piece. */
  contentRefused: 'content-refused',
  /** The stored keys can't be read or written just now. */
  keysUnavailable: 'keys-unavailable',
  /** The stream does not take this key. */
  keysRefused: 'keys-refused',
  /** What waits beside the log can't be read or deleted just now. */
  waitingUnavailable: 'waiting-unavailable',
  waitingRefused: 'waiting-refused',
  /** Nobody answers questions on this subject, or not in time. */
  queryUnavailable: 'query-unavailable',
  /** The question or the answer can't be read. */
  queryInvalid: 'query-invalid',
  /** The dead letter could not be stored; the message stays where it is. */
  deadLetterUnavailable: 'dead-letter-unavailable',
} as const;

export type BusFaultCode = (typeof BUS_FAULTS)[keyof typeof BUS_FAULTS];
