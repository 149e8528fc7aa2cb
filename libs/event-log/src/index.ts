export * from './delivery.ts';
export * from './event-log.ts';
export * from './faults.ts';
export * from './in-memory-event-log.ts';
export * from './matches-filter.ts';
export * from './recorded-event.ts';
export * from './spread-event-log.ts';
