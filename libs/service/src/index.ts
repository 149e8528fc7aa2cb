export * from './context.ts';
export * from './run-consumers.ts';
export * from './environment.ts';
export * from './fault.filter.ts';
export * from './nest-logger.ts';
export * from './running-service.ts';
