import { Fault, type FaultOptions } from '@octobus/kernel';

/** Every fault of this package, with what it means; docs/errors.md lists the same. */
export const STACK_FAULTS = {
  'child-not-ready': 'A process of the stack ended before it was ready, or was not ready in time.',
  'data-directory-foreign': 'The data directory belongs to another user, or holds something else.',
  'data-directory-unwritable': "The data directory can't be made or written.",
  'leftover-process': "A process that a killed run left behind doesn't end.",
  'nats-cluster-without-leader': 'The servers of the NATS cluster did not agree on a leader in time.',
  'nats-not-running': 'nats-server is between a death and its restart.',
  'nats-reload-refused': 'nats-server did not accept its new configuration and goes on with the old one.',
  'nats-without-jetstream': 'The configuration of nats-server has no jetstream block.',
  'no-free-port': 'The loopback interface has no free port.',
  'port-taken': 'Another program listens on the port that was asked for.',
  'postgres-as-root': "Postgres doesn't run as root and no other account was found.",
  'postgres-init-failed': "The data directory of Postgres couldn't be set up.",
  'postgres-missing': 'There is no embedded Postgres for this machine, or its package is not installed.',
  'postgres-unreachable': "The account that Postgres must run as can't reach its programs.",
  'postgres-version-mismatch': 'The data directory was written by another major version of Postgres.',
} as const;

export type StackFaultCode = keyof typeof STACK_FAULTS;

export const stackFault = (code: StackFaultCode, options: FaultOptions): Fault => new Fault(code, options);
