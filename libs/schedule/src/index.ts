export * from './next-firing.ts';
export * from './schedule.ts';
export * from './schedule.decide.ts';
export * from './schedule.view.ts';
