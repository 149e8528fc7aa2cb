export * from './context.ts';
export * from './run-consumers.ts';
export * from './environment.ts';
export * from './fault.filter.ts';
export * from './log-room.ts';
export * from './nest-logger.ts';
export * from './running-service.ts';
export * from './watch-log-room.ts';
