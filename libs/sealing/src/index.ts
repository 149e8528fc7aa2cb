export * from './faults.ts';
export * from './jwe.ts';
export * from './master-keys.ts';
export * from './subject-key.ts';
