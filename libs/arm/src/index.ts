export * from './arm-handler.ts';
export * from './step-run.ts';
