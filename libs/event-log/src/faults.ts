/** Codes of the faults that every event log makes. */
export const LOG_FAULTS = {
  /** No answer in time; the same append may be repeated with the same expectation. */
  unavailable: 'log-unavailable',
  /** The log doesn't take this event, whoever repeats it: it doesn't fit its subject, is too large, or the writer may not write there. */
  refused: 'log-refused',
  /** Somebody has to act on an event of a newer release. */
  releaseTooOld: 'release-too-old',
} as const;

export type LogFaultCode = (typeof LOG_FAULTS)[keyof typeof LOG_FAULTS];
