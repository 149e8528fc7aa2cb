export * from './faults.ts';
export * from './jwe.ts';
export * from './key-ring.ts';
export * from './master-keys.ts';
export * from './sealed-command.ts';
export * from './sealed-pieces.ts';
export { openEach } from './sealing-event-log.ts';
export * from './sealing.ts';
export * from './subject-key.ts';
