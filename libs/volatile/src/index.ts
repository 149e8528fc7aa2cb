export * from './faults.ts';
export * from './in-memory-volatile-store.ts';
export * from './volatile-store.ts';
