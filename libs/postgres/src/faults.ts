/** Codes of the faults that this package makes. */
export const POSTGRES_FAULTS = {
  /** No connection, or the server is stopping, starting or out of connections or space; the same call may work later. */
  unavailable: 'postgres-unavailable',
  /** Two transactions got in each other's way; the same call may work at once. */
  contended: 'postgres-contended',
  /** A table or column is missing: the projector of this release has not migrated yet. */
  notMigrated: 'postgres-not-migrated',
  /** The server does not let this user in, or lacks the database. */
  denied: 'postgres-denied',
  /** The statement or its data is wrong; trying again is no use. */
  rejected: 'postgres-rejected',
} as const;

export type PostgresFaultCode = (typeof POSTGRES_FAULTS)[keyof typeof POSTGRES_FAULTS];
