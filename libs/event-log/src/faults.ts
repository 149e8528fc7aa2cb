/** Codes of the faults that every event log makes. */
export const LOG_FAULTS = {
  /** No answer in time; the same append may be repeated with the same expectation. */
  unavailable: 'log-unavailable',
  /** The log doesn't take this event, whoever repeats it: it doesn't fit its subject, is too large, or the writer may not write there. */
  refused: 'log-refused',
  /** Somebody has to act on an event of a newer release. */
  releaseTooOld: 'release-too-old',
  /** A reader asked to begin at something that is no place of this log. */
  positionInvalid: 'position-invalid',
  /** A reader asked to begin behind the end of the log, or at a time that has not come. */
  positionInFuture: 'position-in-future',
} as const;

export type LogFaultCode = (typeof LOG_FAULTS)[keyof typeof LOG_FAULTS];
