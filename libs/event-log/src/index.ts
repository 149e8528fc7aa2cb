export * from './delivery.ts';
export * from './event-log.ts';
