/** Codes of the faults that every adapter makes. */
export const VOLATILE_FAULTS = {
  /** The store does not answer, or not in time; retryable. */
  unavailable: 'volatile-unavailable',
  /** The store does not take this; not retryable. */
  refused: 'volatile-refused',
} as const;
