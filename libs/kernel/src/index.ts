export * from './decider.ts';
export * from './fault.ts';
export * from './ids.ts';
export * from './money.ts';
export * from './time.ts';
export * from './unreachable.ts';
