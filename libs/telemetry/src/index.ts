export * from './logging.ts';
export * from './metrics.ts';
export * from './traceparent.ts';
export * from './tracing.ts';
