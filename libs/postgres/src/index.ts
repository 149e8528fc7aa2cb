export * from './connect-postgres.ts';
export * from './faults.ts';
export * from './from-postgres-error.ts';
export * from './in-transaction.ts';
export * from './migrate.ts';
export * from './position.ts';
