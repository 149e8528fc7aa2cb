/** Codes of the faults of provisioning; none is retryable but the first. */
export const PROVISIONING_FAULTS = {
  /** JetStream didn't answer in time; retryable. */
  unavailable: 'provisioning-unavailable',
  /** The server refused a setting. */
  refused: 'provisioning-refused',
  /** The event log is not what its markers know. */
  logShorter: 'log-shorter-than-known',
  streamChange: 'stream-change-would-lose-data',
  durableChange: 'durable-change-would-lose-position',
  /** All replay durables of a tenant are taken, or all that one caller gets; retryable. */
  replaysInUse: 'replays-in-use',
  /** There is no such replay to close. */
  replayUnknown: 'replay-unknown',
} as const;
