export * from './arm-handler.ts';
export * from './paid-provider.ts';
export * from './step-run.ts';
