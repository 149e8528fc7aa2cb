export * from './admission-limits.ts';
export * from './gcra.ts';
export * from './limit-plan.ts';
export * from './limit-plan-text.ts';
export * from './local-limits.ts';
export * from './shared-limits.ts';
