import { describe, expect, it } from '@jest/globals';
import { Fault } from '@octobus/kernel';
import { POSTGRES_FAULTS } from './faults.ts';
import { fromPostgresError } from './from-postgres-error.ts';

const errorOf = (code: string | undefined, message = 'as the server says'): Error =>
  Object.assign(new Error(message), code === undefined ? {} : { code });

describe('an error of Postgres', () => {
  it.each([
    ['ECONNREFUSED', POSTGRES_FAULTS.unavailable, true],
    ['57P01', POSTGRES_FAULTS.unavailable, true],
    ['57P03', POSTGRES_FAULTS.unavailable, true],
    ['53300', POSTGRES_FAULTS.unavailable, true],
    ['08006', POSTGRES_FAULTS.unavailable, true],
    ['40001', POSTGRES_FAULTS.contended, true],
    ['40P01', POSTGRES_FAULTS.contended, true],
    ['42P01', POSTGRES_FAULTS.notMigrated, true],
    ['28P01', POSTGRES_FAULTS.denied, false],
    ['3D000', POSTGRES_FAULTS.denied, false],
    ['23505', POSTGRES_FAULTS.rejected, false],
    ['22P05', POSTGRES_FAULTS.rejected, false],
  ])('%s is the fault %s, retryable: %s', (state, code, retryable) => {
    const cause = errorOf(state);
    expect(fromPostgresError(cause)).toMatchObject({ code, retryable, cause });
  });

  it.each(['Connection terminated unexpectedly', 'timeout exceeded when trying to connect', 'Query read timeout'])(
    'without a code but with "%s" means that there is no connection',
    (message) => {
      expect(fromPostgresError(errorOf(undefined, message))).toMatchObject({ code: POSTGRES_FAULTS.unavailable, retryable: true });
    },
  );

  it('of our own making stays what it is', () => {
    const defect = new TypeError('x is not a function');
    const fault = new Fault('other', { retryable: true, message: 'elsewhere' });
    expect(fromPostgresError(defect)).toBe(defect);
    expect(fromPostgresError(fault)).toBe(fault);
  });

  it('does not carry the text of the statement', () => {
    const fault = fromPostgresError(errorOf('23505', 'duplicate key: (secret)'));
    expect((fault as Fault).message).not.toContain('secret');
  });
});
